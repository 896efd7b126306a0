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
    /// When it was used last, or how often: as [`super::usage`] notes it.
    pub used: u32,
    /// The record of the log that changed it last: its lower 32 bits, and the 16 above.
    lsn_low: u32,
    lsn_high: u16,
    /// Twice the length of the key, or of as much of it as can be told, and one if it ends.
    shape: u16,
    /// What was counted for it, in [`WEIGHT_BYTES`].
    weight: u32,
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
/// What keys and values take is counted in these.
pub(super) const WEIGHT_BYTES: usize = 16;
/// Of a longer key the length is that of the tail, without the end.
const KEY_BYTES_TOLD: usize = u16::MAX as usize >> 1;
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
        let expires_ms = entry.expires_ms;
        let mut record: Box<Record> = match needed.div_ceil(STEP_BYTES) {
            0 | 1 => Box::new(Record::with(entry, [0; STEP_BYTES])),
            2 => Box::new(Record::with(entry, [0; 2 * STEP_BYTES])),
            3 => Box::new(Record::with(entry, [0; 3 * STEP_BYTES])),
            4 => Box::new(Record::with(entry, [0; 4 * STEP_BYTES])),
            5 => Box::new(Record::with(entry, [0; 5 * STEP_BYTES])),
            6 => Box::new(Record::with(entry, [0; 6 * STEP_BYTES])),
            7 | 8 => Box::new(Record::with(entry, [0; 8 * STEP_BYTES])),
            _ => Box::new(Record::with(entry, vec![0; needed].into_boxed_slice())),
        };
        let told = key.len().min(KEY_BYTES_TOLD) as u16;
        record.shape = told << 1 | u16::from(expires_ms.is_some());
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

    /// As [`Record::reweigh`].
    pub(super) fn reweigh(&mut self) -> isize {
        self.record_mut().map_or(0, Record::reweigh)
    }

    /// Its entry, without the key.
    pub(super) fn into_entry(self) -> Option<Entry> {
        let mut record = self.0?;
        let value = std::mem::replace(&mut record.value, Value::Text(Text::from(0)));
        let (lsn, used) = (record.lsn(), record.used);
        Some(Entry { value, expires_ms: record.expires_ms(), lsn, used })
    }

    /// Let the key end, or not. What lies beside it moves if there is no room for the time.
    pub(super) fn set_end(&mut self, at_ms: Option<i64>) {
        let Some(record) = &mut self.0 else { return };
        if record.set_end(at_ms) {
            return;
        }
        let (key, weight): (Box<[u8]>, _) = (record.key().into(), record.weight);
        if let Some(entry) = std::mem::take(self).into_entry() {
            *self = Slot::new(&key, Entry { expires_ms: at_ms, ..entry });
            if let Some(record) = self.record_mut() {
                record.weight = weight;
            }
        }
    }
}

impl Keyed for Slot {
    #[inline]
    fn key(&self) -> &[u8] {
        self.record().map(Record::key).unwrap_or_default()
    }

    /// It ends, or a field of its hash does.
    fn is_marked(&self) -> bool {
        self.record().is_some_and(|record| match &record.value {
            Value::Hash(hash) if hash.first_end().is_some() => true,
            _ => record.ends(),
        })
    }
}

impl<T> Record<T> {
    fn with(entry: Entry, tail: T) -> Self {
        let Entry { value, lsn, used, .. } = entry;
        let mut record = Record { value, used, lsn_low: 0, lsn_high: 0, shape: 0, weight: 0, tail };
        (record.lsn_low, record.lsn_high) = halves(lsn);
        record
    }
}

/// The lower 32 bits, and the 16 above: enough for a million records a second for nine years.
fn halves(lsn: u64) -> (u32, u16) {
    debug_assert!(lsn >> 48 == 0, "more records than any log has");
    (lsn as u32, (lsn >> 32) as u16)
}

impl Record {
    /// The record of the log that changed it last.
    #[inline]
    pub fn lsn(&self) -> u64 {
        u64::from(self.lsn_high) << 32 | u64::from(self.lsn_low)
    }

    /// It was changed by this record of the log.
    #[inline]
    pub fn set_lsn(&mut self, lsn: u64) {
        (self.lsn_low, self.lsn_high) = halves(lsn);
    }

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
        Entry { value, expires_ms, lsn: self.lsn(), used: self.used }
    }

    /// Bytes that it takes, with what it leads to.
    pub fn memory(&self) -> usize {
        let tail = self.tail.bytes().len();
        let apart = if tail > 8 * STEP_BYTES { allocated(tail) } else { 0 };
        allocated(size_of_val(self)) + apart + self.value.memory()
    }

    /// Count it anew. By how many bytes it counts for more than before.
    pub(super) fn reweigh(&mut self) -> isize {
        let tail = self.tail.bytes().len();
        let apart = if tail > 8 * STEP_BYTES { allocated(tail) } else { 0 };
        let bytes = allocated(size_of_val(self)) + apart + self.value.weight();
        let before = self.weight();
        self.weight = u32::try_from(bytes.div_ceil(WEIGHT_BYTES)).unwrap_or(u32::MAX);
        self.weight() as isize - before as isize
    }

    /// The bytes that it was counted for.
    pub fn weight(&self) -> usize {
        self.weight as usize * WEIGHT_BYTES
    }

    #[inline]
    fn key_bytes(&self) -> usize {
        let told = usize::from(self.shape >> 1);
        if told < KEY_BYTES_TOLD {
            return told;
        }
        self.tail.bytes().len() - if self.ends() { END_BYTES } else { 0 }
    }

    pub(super) fn ends(&self) -> bool {
        self.shape & 1 == 1
    }

    /// Note when the key ends, if there is room for that. Whether there is.
    fn set_end(&mut self, at_ms: Option<i64>) -> bool {
        let key_bytes = self.key_bytes();
        let Some(at_ms) = at_ms else {
            // The length of a long key is that of its tail.
            let fits = !self.ends() || key_bytes < KEY_BYTES_TOLD;
            if fits {
                self.shape &= !1;
            }
            return fits;
        };
        let room = self.tail.bytes_mut().get_mut(key_bytes..).and_then(<[u8]>::last_chunk_mut);
        let Some(room) = room else { return false };
        *room = at_ms.to_le_bytes();
        self.shape |= 1;
        true
    }
}
