//! The id of an entry: a time and a number within it.

use std::fmt;

/// Milliseconds since 1970, and a number for entries of the same millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct StreamId {
    /// Milliseconds.
    pub ms: u64,
    /// The number.
    pub seq: u64,
}

impl StreamId {
    /// Before all entries; none has it.
    pub const MIN: StreamId = StreamId { ms: 0, seq: 0 };
    /// The last there can be.
    pub const MAX: StreamId = StreamId { ms: u64::MAX, seq: u64::MAX };

    /// An id from its parts.
    pub const fn new(ms: u64, seq: u64) -> Self {
        StreamId { ms, seq }
    }

    /// It is `0-0`.
    pub fn is_zero(self) -> bool {
        self == StreamId::MIN
    }

    /// The one behind it, if it is not the last.
    pub fn next(self) -> Option<Self> {
        match self.seq.checked_add(1) {
            Some(seq) => Some(StreamId { seq, ..self }),
            None => Some(StreamId { ms: self.ms.checked_add(1)?, seq: 0 }),
        }
    }

    /// The one before it, if it is not the first.
    pub fn prev(self) -> Option<Self> {
        match self.seq.checked_sub(1) {
            Some(seq) => Some(StreamId { seq, ..self }),
            None => Some(StreamId { ms: self.ms.checked_sub(1)?, seq: u64::MAX }),
        }
    }

    /// The id of an entry that comes at `now_ms` after this one, if there is one left.
    pub fn at(self, now_ms: u64) -> Option<Self> {
        if now_ms > self.ms { Some(StreamId::new(now_ms, 0)) } else { self.next() }
    }

    /// As 16 bytes that sort as ids do.
    pub fn to_bytes(self) -> [u8; 16] {
        (u128::from(self.ms) << 64 | u128::from(self.seq)).to_be_bytes()
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.ms, self.seq)
    }
}
