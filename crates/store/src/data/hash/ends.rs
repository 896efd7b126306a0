//! Which fields end, and when.

use crate::data::dict::{Dict, Keyed};
use crate::data::size::allocated;
use crate::data::small_bytes::SmallBytes;
use std::collections::BTreeSet;

/// The ends of fields, by field and in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Ends {
    by_field: Dict<End>,
    by_time: BTreeSet<(i64, Box<[u8]>)>,
    heap: usize,
}

/// The field, after 8 bytes of its end.
#[derive(Debug, Clone, Default)]
struct End(SmallBytes);

const TIME_BYTES: usize = 8;

impl End {
    fn at_ms(&self) -> i64 {
        self.0.first_chunk().map_or(i64::MAX, |bytes| i64::from_le_bytes(*bytes))
    }

    /// What it takes in both orders, about: the order by time has room for as much again in its nodes.
    fn heap(&self) -> usize {
        self.0.heap() + allocated(self.0.len() - TIME_BYTES) + 2 * size_of::<(i64, Box<[u8]>)>()
    }
}

impl Keyed for End {
    fn key(&self) -> &[u8] {
        self.0.get(TIME_BYTES..).unwrap_or_default()
    }
}

impl Ends {
    pub(super) fn is_empty(&self) -> bool {
        self.by_field.is_empty()
    }

    /// When `field` ends, in milliseconds since 1970.
    pub(super) fn of(&self, field: &[u8]) -> Option<i64> {
        self.by_field.get(field).map(End::at_ms)
    }

    /// The earliest end, and its field.
    pub(super) fn first(&self) -> Option<(i64, &[u8])> {
        self.by_time.first().map(|(at_ms, field)| (*at_ms, &**field))
    }

    pub(super) fn set(&mut self, field: &[u8], at_ms: i64) {
        self.remove(field);
        let end = End(SmallBytes::concat(&[&at_ms.to_le_bytes(), field]));
        self.heap += end.heap();
        self.by_field.insert(end);
        self.by_time.insert((at_ms, field.into()));
    }

    /// Let `field` not end. When it would have.
    pub(super) fn remove(&mut self, field: &[u8]) -> Option<i64> {
        let end = self.by_field.remove(field)?;
        self.heap -= end.heap();
        self.by_time.remove(&(end.at_ms(), field.into()));
        Some(end.at_ms())
    }

    pub(super) fn memory(&self) -> usize {
        size_of::<Ends>() + self.by_field.memory() + self.heap
    }
}
