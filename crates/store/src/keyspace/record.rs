//! A key with all that belongs to it, in one allocation: the key's bytes lie beside its entry, and the end of a key
//! takes room only if it has one.

use super::Entry;
use crate::data::dict::Keyed;
use crate::data::size::allocated;
use crate::data::{Text, Value};

/// What a table of keys holds: nothing, or a record.
#[derive(Debug, Default)]
pub(super) struct Slot(Option<Box<Record>>);

/// A key and its entry.
#[derive(Debug)]
pub struct Record<T: ?Sized = dyn Tail> {
    /// The value.
    pub value: Value,
    /// The record of the log that changed it last.
    pub lsn: u64,
    /// When it was used last: seconds since 1970.
    pub used_s: u32,
    /// Twice the length of the key, and one if it ends.
    shape: u32,
    /// The key, and at the very end when it ends: milliseconds since 1970.
    tail: T,
}

/// Bytes of a record, in place or elsewhere.
pub trait Tail: std::fmt::Debug + Send {
    /// All of them.
    fn bytes(&self) -> &[u8];
    /// All of them, to be changed.
    fn bytes_mut(&mut self) -> &mut [u8];
}

/// Bytes of the time at which a key ends.
const END_BYTES: usize = size_of::<i64>();
/// Records are made for tails in these steps, in which allocators have sizes too.
const STEP_BYTES: usize = 16;

const _: () = assert!(size_of::<Slot>() == 16 && size_of::<Record<[u8; STEP_BYTES]>>() == 56);

impl<const N: usize> Tail for [u8; N] {
    fn bytes(&self) -> &[u8] {
        self
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        self
    }
}

impl Tail for Box<[u8]> {
    fn bytes(&self) -> &[u8] {
        self
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        self
    }
}

impl Slot {
    pub(super) fn new(key: &[u8], entry: Entry) -> Self {
        let needed = key.len() + if entry.expires_ms.is_some() { END_BYTES } else { 0 };
        let Entry { value, expires_ms, lsn, used_s } = entry;
        let mut record: Box<Record> = match needed.div_ceil(STEP_BYTES) {
            0 | 1 => Box::new(Record { value, lsn, used_s, shape: 0, tail: [0; STEP_BYTES] }),
            2 => Box::new(Record { value, lsn, used_s, shape: 0, tail: [0; 2 * STEP_BYTES] }),
            3 => Box::new(Record { value, lsn, used_s, shape: 0, tail: [0; 3 * STEP_BYTES] }),
            4 => Box::new(Record { value, lsn, used_s, shape: 0, tail: [0; 4 * STEP_BYTES] }),
            5 => Box::new(Record { value, lsn, used_s, shape: 0, tail: [0; 5 * STEP_BYTES] }),
            6 => Box::new(Record { value, lsn, used_s, shape: 0, tail: [0; 6 * STEP_BYTES] }),
            7 | 8 => Box::new(Record { value, lsn, used_s, shape: 0, tail: [0; 8 * STEP_BYTES] }),
            _ => {
                let tail = vec![0; needed].into_boxed_slice();
                Box::new(Record { value, lsn, used_s, shape: 0, tail })
            }
        };
        record.shape = (key.len() as u32) << 1;
        if let Some(room) = record.tail.bytes_mut().get_mut(..key.len()) {
            room.copy_from_slice(key);
        }
        record.set_end(expires_ms);
        Slot(Some(record))
    }

    #[inline]
    pub(super) fn record(&self) -> Option<&Record> {
        self.0.as_deref()
    }

    #[inline]
    pub(super) fn record_mut(&mut self) -> Option<&mut Record> {
        self.0.as_deref_mut()
    }

    /// Its entry, without the key.
    pub(super) fn into_entry(self) -> Option<Entry> {
        let mut record = self.0?;
        let value = std::mem::replace(&mut record.value, Value::Text(Text::from(0)));
        let (lsn, used_s) = (record.lsn, record.used_s);
        Some(Entry { value, expires_ms: record.expires_ms(), lsn, used_s })
    }

    /// Let the key end, or not. What lies beside it moves if there is no room for the time.
    pub(super) fn set_end(&mut self, at_ms: Option<i64>) {
        let Some(record) = &mut self.0 else { return };
        if record.set_end(at_ms) {
            return;
        }
        let key: Box<[u8]> = record.key().into();
        if let Some(entry) = std::mem::take(self).into_entry() {
            *self = Slot::new(&key, Entry { expires_ms: at_ms, ..entry });
        }
    }
}

impl Keyed for Slot {
    #[inline]
    fn key(&self) -> &[u8] {
        self.record().map(Record::key).unwrap_or_default()
    }

    fn is_marked(&self) -> bool {
        self.record().is_some_and(Record::ends)
    }
}

impl Record {
    /// The key.
    #[inline]
    pub fn key(&self) -> &[u8] {
        self.tail.bytes().get(..self.key_bytes()).unwrap_or_default()
    }

    /// When the key ends, in milliseconds since 1970.
    #[inline]
    pub fn expires_ms(&self) -> Option<i64> {
        if !self.ends() {
            return None;
        }
        self.tail.bytes().last_chunk().map(|end| i64::from_le_bytes(*end))
    }

    /// The key's time has come.
    #[inline]
    pub fn is_due(&self, now_ms: i64) -> bool {
        self.ends() && self.expires_ms().is_some_and(|end| end <= now_ms)
    }

    /// The key's time has come, or that of a field of its hash.
    #[inline]
    pub(super) fn looks_due(&self, now_ms: i64) -> bool {
        let field_is_due = match &self.value {
            Value::Hash(hash) => hash.first_end().is_some_and(|(end, _)| end <= now_ms),
            _ => false,
        };
        field_is_due || self.is_due(now_ms)
    }

    /// A copy of all but the key.
    pub fn to_entry(&self) -> Entry {
        let (value, expires_ms) = (self.value.clone(), self.expires_ms());
        Entry { value, expires_ms, lsn: self.lsn, used_s: self.used_s }
    }

    /// Bytes that it takes, with what it leads to.
    pub fn memory(&self) -> usize {
        let tail = self.tail.bytes().len();
        let apart = if tail > 8 * STEP_BYTES { allocated(tail) } else { 0 };
        allocated(size_of_val(self)) + apart + self.value.memory()
    }

    fn key_bytes(&self) -> usize {
        (self.shape >> 1) as usize
    }

    fn ends(&self) -> bool {
        self.shape & 1 == 1
    }

    /// Note when the key ends, if there is room for that. Whether there is.
    fn set_end(&mut self, at_ms: Option<i64>) -> bool {
        let Some(at_ms) = at_ms else {
            self.shape &= !1;
            return true;
        };
        let key_bytes = self.key_bytes();
        let room = self.tail.bytes_mut().get_mut(key_bytes..).and_then(<[u8]>::last_chunk_mut);
        let Some(room) = room else { return false };
        *room = at_ms.to_le_bytes();
        self.shape |= 1;
        true
    }
}
