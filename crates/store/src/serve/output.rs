//! What a client is to get: sent as far as the socket takes it, and held back as far as it is not yet durable.

use std::collections::VecDeque;

/// Bytes that wait, in order.
#[derive(Debug, Default)]
pub struct Output {
    bytes: Vec<u8>,
    /// Bytes at the start of `bytes` that were sent.
    sent: usize,
    /// Where bytes begin that may not leave yet, and the record of the log that they wait for; rising in both.
    holds: VecDeque<Hold>,
    /// Since when, in milliseconds, more than the soft limit waits.
    soft_since_ms: Option<i64>,
}

#[derive(Debug, Clone, Copy)]
struct Hold {
    /// Counted from the start of `bytes`.
    at: usize,
    lsn: u64,
}

/// How much may wait. 0 is no limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bounds {
    /// Bytes beyond which the client is closed at once.
    pub hard_bytes: usize,
    /// Bytes beyond which it is closed when that lasts.
    pub soft_bytes: usize,
    /// How long, in milliseconds.
    pub soft_ms: i64,
}

/// Room of an empty output that is kept for the next reply.
pub(super) const KEPT_BYTES: usize = 16 << 10;

impl Output {
    /// Nothing waits.
    pub fn is_empty(&self) -> bool {
        self.sent == self.bytes.len()
    }

    /// Bytes that wait.
    pub fn len(&self) -> usize {
        self.bytes.len() - self.sent
    }

    /// Bytes that it has room for, those that wait among them.
    pub fn room(&self) -> usize {
        self.bytes.capacity()
    }

    /// Add `bytes`; they leave when all before them may.
    pub fn push(&mut self, bytes: &[u8]) {
        self.make_room();
        self.bytes.extend_from_slice(bytes);
    }

    /// What is pushed from now on waits until record `lsn` is durable.
    pub fn hold(&mut self, lsn: u64) {
        if self.holds.back().is_none_or(|last| last.lsn < lsn) {
            self.holds.push_back(Hold { at: self.bytes.len(), lsn });
        }
    }

    /// Records up to `durable` are. True if anything may leave that could not before.
    pub fn release(&mut self, durable: u64) -> bool {
        let before = self.holds.len();
        while self.holds.front().is_some_and(|hold| hold.lsn <= durable) {
            self.holds.pop_front();
        }
        self.holds.len() < before
    }

    /// The bytes that may leave.
    pub fn sendable(&self) -> &[u8] {
        let end = self.holds.front().map_or(self.bytes.len(), |hold| hold.at);
        self.bytes.get(self.sent..end).unwrap_or_default()
    }

    /// So many of them were sent.
    pub fn advance(&mut self, sent: usize) {
        self.sent += sent;
        if self.is_empty() && self.holds.is_empty() {
            self.sent = 0;
            self.bytes.clear();
            self.bytes.shrink_to(KEPT_BYTES);
        }
    }

    /// Whether more waits than may, at the time `now_ms`.
    pub fn is_over(&mut self, bounds: Bounds, now_ms: i64) -> bool {
        let len = self.len();
        if bounds.hard_bytes > 0 && len > bounds.hard_bytes {
            return true;
        }
        if bounds.soft_bytes == 0 || len <= bounds.soft_bytes {
            self.soft_since_ms = None;
            return false;
        }
        now_ms - *self.soft_since_ms.get_or_insert(now_ms) > bounds.soft_ms
    }

    /// What was sent gives its room back before the buffer would have to grow.
    fn make_room(&mut self) {
        if self.sent > KEPT_BYTES && self.sent > self.bytes.len() / 2 {
            self.bytes.drain(..self.sent);
            for hold in &mut self.holds {
                hold.at -= self.sent;
            }
            self.sent = 0;
        }
    }
}
