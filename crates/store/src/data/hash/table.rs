//! The large form: a hash table of fields.

use super::Field;
use super::ends::Ends;
use crate::data::dict::{Dict, Keyed};
use crate::data::size::allocated;

/// A large hash.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    fields: Dict<Field>,
    /// Bytes of the fields' allocations.
    heap: usize,
    /// When fields end, if any does.
    ends: Option<Box<Ends>>,
}

impl Table {
    pub(super) fn fields(&self) -> &Dict<Field> {
        &self.fields
    }

    pub(super) fn get(&self, field: &[u8]) -> Option<&[u8]> {
        self.fields.get(field).map(Field::value)
    }

    /// Set a value; a field that was to end no longer does. Whether the field is new.
    pub(super) fn insert(&mut self, field: &[u8], value: &[u8]) -> bool {
        self.persist(field);
        self.insert_keeping(field, value)
    }

    /// As [`Table::insert`], but a field that is to end still does.
    pub(super) fn insert_keeping(&mut self, field: &[u8], value: &[u8]) -> bool {
        let set = |known: &mut Field, value: &[u8]| {
            let before = known.heap();
            known.set_value(value);
            known.heap() as isize - before as isize
        };
        let mut heap = 0;
        let changed = self.fields.upsert(field, value, set, |value| {
            let new = Field::new(field, value);
            heap = new.heap() as isize;
            new
        });
        self.heap = self.heap.saturating_add_signed(changed.unwrap_or(heap));
        changed.is_none()
    }

    pub(super) fn remove(&mut self, field: &[u8]) -> bool {
        self.persist(field);
        let Some(removed) = self.fields.remove(field) else { return false };
        self.heap -= removed.heap();
        true
    }

    /// When `field` ends.
    pub(super) fn end(&self, field: &[u8]) -> Option<i64> {
        self.ends.as_ref()?.of(field)
    }

    /// The earliest end, and its field.
    pub(super) fn first_end(&self) -> Option<(i64, &[u8])> {
        self.ends.as_ref()?.first()
    }

    /// Let `field`, which is there, end.
    pub(super) fn set_end(&mut self, field: &[u8], at_ms: i64) {
        self.ends.get_or_insert_default().set(field, at_ms);
    }

    /// Let `field` not end. Whether it would have.
    pub(super) fn persist(&mut self, field: &[u8]) -> bool {
        let Some(ends) = &mut self.ends else { return false };
        let would = ends.remove(field).is_some();
        if ends.is_empty() {
            self.ends = None;
        }
        would
    }

    pub(super) fn memory(&self) -> usize {
        allocated(size_of::<Table>())
            + self.fields.memory()
            + self.heap
            + self.ends.as_ref().map_or(0, |ends| ends.memory())
    }

    pub(super) fn pair(field: &Field) -> (&[u8], &[u8]) {
        (field.key(), field.value())
    }
}
