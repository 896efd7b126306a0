//! Frames: how records and the heads of files lie on disk. Pure.
//!
//! A segment is a [`Head`] of 64 bytes and then frames. A frame begins at a multiple of 8:
//!
//! | bytes | |
//! |---|---|
//! | 0..4 | length of the payload |
//! | 4..8 | CRC-32 of bytes 0..4 and 8..24 |
//! | 8..16 | LSN: records are numbered without gaps |
//! | 16..20 | how far behind this record the last one is that was durable when this was written |
//! | 20..24 | CRC-32 of the payload |
//! | 24.. | payload, zeros to a multiple of 8 |
//!
//! Both sums begin with the salt of the file, a random number: neither what an earlier file left on the same
//! blocks nor what a client stores can pass for a frame. A frame of no payload is a mark: it has the LSN of
//! the record before it and says that all up to it was durable.

/// Bytes of a frame before its payload.
pub const FRAME_HEAD: usize = 24;

/// Bytes of the head of a segment or snapshot.
pub const HEAD: usize = 64;

/// The form of files that this program writes. Those of a later one are refused.
pub const VERSION: u32 = 1;

/// A payload has at most so many bytes.
pub const PAYLOAD_MAX: usize = u32::MAX as usize - 64;

/// Which kind of file a [`Head`] begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A part of the log.
    Segment,
    /// The values of all keys.
    Snapshot,
}

impl Kind {
    fn magic(self) -> [u8; 8] {
        match self {
            Kind::Segment => *b"OstlrLog",
            Kind::Snapshot => *b"OstlrSnp",
        }
    }
}

/// The first [`HEAD`] bytes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// What follows it.
    pub kind: Kind,
    /// What every sum of the file begins with.
    pub salt: u32,
    /// The number in the file's name.
    pub number: u64,
    /// Segment: the LSN of its first record. Snapshot: the LSN of the last record before it began.
    pub lsn: u64,
}

/// Why the first bytes of a file are no head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadHead {
    /// Cut short, or not what was written.
    Damaged,
    /// Written by a later version of Ostler.
    Newer(u32),
}

impl Head {
    /// Its bytes.
    pub fn bytes(&self) -> [u8; HEAD] {
        let mut bytes = [0; HEAD];
        bytes[..8].copy_from_slice(&self.kind.magic());
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.salt.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.number.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.lsn.to_le_bytes());
        let sum = crc32fast::hash(&bytes[..HEAD - 4]);
        bytes[HEAD - 4..].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// The head of a file of this `kind` that begins with `bytes`.
    pub fn read(bytes: &[u8], kind: Kind) -> Result<Head, BadHead> {
        let bytes = bytes.get(..HEAD).ok_or(BadHead::Damaged)?;
        if bytes[..8] != kind.magic() {
            return Err(BadHead::Damaged);
        }
        let version = number32(bytes, 8);
        if version > VERSION {
            // Before the sum: a later version may have it elsewhere.
            return Err(BadHead::Newer(version));
        }
        if version == 0 || crc32fast::hash(&bytes[..HEAD - 4]) != number32(bytes, HEAD - 4) {
            return Err(BadHead::Damaged);
        }
        let (number, lsn) = (number64(bytes, 16), number64(bytes, 24));
        Ok(Head { kind, salt: number32(bytes, 12), number, lsn })
    }
}

/// Frames that were filled but not sealed yet, back to back.
///
/// The data thread fills them; sums are left to the log thread, which knows the file's salt.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    open: Option<usize>,
    first: u64,
    last: u64,
}

impl Batch {
    /// Bytes of all its frames.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// It has no frames.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The LSN of its first record; 0 when it has none.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The LSN of its last record; 0 when it has none.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// Begin the record `lsn`: its payload is what is appended to the bytes that this gives.
    pub fn begin(&mut self, lsn: u64) -> &mut Vec<u8> {
        self.abandon();
        let at = self.bytes.len();
        self.open = Some(at);
        self.bytes.resize(at + FRAME_HEAD, 0);
        self.bytes[at + 8..at + 16].copy_from_slice(&lsn.to_le_bytes());
        &mut self.bytes
    }

    /// The bytes to which more of the begun record is appended.
    pub fn more(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// The begun record is whole. False, and it is dropped, if it is too large for a frame.
    pub fn end(&mut self) -> bool {
        let Some(at) = self.open else { return false };
        let len = self.bytes.len() - at - FRAME_HEAD;
        if len > PAYLOAD_MAX {
            self.abandon();
            return false;
        }
        self.open = None;
        self.bytes[at..at + 4].copy_from_slice(&(len as u32).to_le_bytes());
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
        self.last = number64(&self.bytes, at + 8);
        if at == 0 {
            self.first = self.last;
        }
        true
    }

    /// Drop what was begun and not ended.
    pub fn abandon(&mut self) {
        if let Some(at) = self.open.take() {
            self.bytes.truncate(at);
        }
    }

    /// Append the records of `other`, which come after those of this.
    pub fn append(&mut self, other: &Batch) {
        debug_assert!(self.open.is_none() && other.open.is_none());
        if other.is_empty() {
            return;
        }
        if self.is_empty() {
            self.first = other.first;
        }
        self.last = other.last;
        self.bytes.extend_from_slice(&other.bytes);
    }

    /// Have no frames any more, and keep the room.
    pub fn clear(&mut self) {
        self.bytes.clear();
        (self.open, self.first, self.last) = (None, 0, 0);
    }

    /// Forget its bytes' room beyond `bytes`.
    pub fn shrink(&mut self, bytes: usize) {
        self.bytes.shrink_to(bytes);
    }

    /// Complete every frame for a file with this `salt`, `durable` being the last LSN that is durable now,
    /// and give the bytes to write. May be repeated for another file.
    pub fn seal(&mut self, salt: u32, durable: u64) -> &[u8] {
        debug_assert!(self.open.is_none());
        let mut at = 0;
        while at + FRAME_HEAD <= self.bytes.len() {
            let len = number32(&self.bytes, at) as usize;
            seal(&mut self.bytes[at..at + FRAME_HEAD + len], salt, durable);
            at = end_of(at, len);
        }
        &self.bytes
    }
}

/// A mark: all up to `lsn` is durable.
pub fn mark(salt: u32, lsn: u64) -> [u8; FRAME_HEAD] {
    let mut frame = [0; FRAME_HEAD];
    frame[8..16].copy_from_slice(&lsn.to_le_bytes());
    seal(&mut frame, salt, lsn);
    frame
}

/// One frame with `payload`, sealed; the form in which snapshots keep their blocks (`lsn` counts them).
pub fn block(salt: u32, lsn: u64, payload: &[u8]) -> Vec<u8> {
    let mut batch = Batch::default();
    batch.begin(lsn).extend_from_slice(payload);
    batch.end();
    batch.seal(salt, 0);
    batch.bytes
}

fn seal(frame: &mut [u8], salt: u32, durable: u64) {
    let (head, payload) = frame.split_at_mut(FRAME_HEAD);
    let behind = number64(head, 8).saturating_sub(durable);
    head[16..20].copy_from_slice(&u32::try_from(behind).unwrap_or(u32::MAX).to_le_bytes());
    head[20..24].copy_from_slice(&sum(salt, &[payload]).to_le_bytes());
    let sum = sum(salt, &[&head[..4], &head[8..]]);
    head[4..8].copy_from_slice(&sum.to_le_bytes());
}

/// A frame as it lies in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Of its record; of the record before it if this is a mark.
    pub lsn: u64,
    /// The last LSN that was durable when it was written.
    pub durable: u64,
    /// The record; nothing if this is a mark.
    pub payload: &'a [u8],
    /// Where the next frame begins.
    pub end: usize,
}

/// Why there is no whole frame at some place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadFrame {
    /// The file ends before the frame does.
    Short,
    /// Zeros: nothing was written here.
    Unwritten,
    /// The sum of the head is another.
    Head,
    /// The head is right, the sum of the payload is another.
    Payload,
}

/// The frame that begins at byte `at` of a file.
pub fn frame_at(file: &[u8], at: usize, salt: u32) -> Result<Frame<'_>, BadFrame> {
    let (lsn, durable, len) = head_at(file, at, salt)?;
    let start = at + FRAME_HEAD;
    let payload = file.get(start..start + len).ok_or(BadFrame::Short)?;
    if sum(salt, &[payload]) != number32(file, at + 20) {
        return Err(BadFrame::Payload);
    }
    let end = end_of(at, len).min(file.len());
    Ok(Frame { lsn, durable, payload, end })
}

/// LSN, durable LSN and length of payload that the head of a frame at `at` tells, if it is one.
pub fn head_at(file: &[u8], at: usize, salt: u32) -> Result<(u64, u64, usize), BadFrame> {
    let rest = file.get(at..).unwrap_or_default();
    let head = rest.get(..FRAME_HEAD).ok_or(BadFrame::Short)?;
    if head.iter().all(|byte| *byte == 0) {
        return Err(BadFrame::Unwritten);
    }
    if sum(salt, &[&head[..4], &head[8..]]) != number32(head, 4) {
        return Err(BadFrame::Head);
    }
    let lsn = number64(head, 8);
    Ok((lsn, lsn.saturating_sub(u64::from(number32(head, 16))), number32(head, 0) as usize))
}

fn end_of(at: usize, len: usize) -> usize {
    (at + FRAME_HEAD + len).next_multiple_of(8)
}

fn sum(salt: u32, parts: &[&[u8]]) -> u32 {
    let mut sum = crc32fast::Hasher::new_with_initial(salt);
    parts.iter().for_each(|part| sum.update(part));
    sum.finalize()
}

fn number32(bytes: &[u8], at: usize) -> u32 {
    let part = bytes.get(at..at + 4).and_then(|part| part.try_into().ok());
    part.map_or(0, u32::from_le_bytes)
}

fn number64(bytes: &[u8], at: usize) -> u64 {
    let part = bytes.get(at..at + 8).and_then(|part| part.try_into().ok());
    part.map_or(0, u64::from_le_bytes)
}
