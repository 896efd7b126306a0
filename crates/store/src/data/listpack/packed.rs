//! A small collection in one allocation: elements one after the other, found by scanning from the start.
//! Invariants: equal elements have equal bytes; an empty one has no allocation.
//! Not here: when a collection is too large for this form (`hash`, `set`).
//!
//! Form: the bytes used (4), the count of elements (3), a mark (1); then the elements. What lies after them is spare.

use super::view::{self, At, HEAD_BYTES, Items, View};
use super::{Item, push, size};
use crate::data::size::{allocated, roomy};
use std::ops::Range;

/// Small collections of items in one allocation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Packed {
    /// Nothing, or head, items and spare bytes, which are 0.
    bytes: Box<[u8]>,
}

/// No collection takes more bytes in this form, whatever the configuration says.
const BYTES_MAX: usize = 1 << 30;
/// Nor has it more items.
const ITEMS_MAX: usize = (1 << 24) - 1;
/// Where the mark is.
const MARK: usize = 7;

impl Packed {
    /// An empty one.
    pub fn new() -> Self {
        Packed::default()
    }

    /// These items, in one allocation.
    pub fn of<'a>(items: impl Iterator<Item = Item<'a>> + Clone) -> Self {
        let needed = HEAD_BYTES + items.clone().map(size).sum::<usize>();
        let mut bytes = Vec::with_capacity(roomy(needed));
        bytes.resize(HEAD_BYTES, 0);
        let mut count = 0;
        for item in items {
            push(&mut bytes, item);
            count += 1;
        }
        if count == 0 {
            return Packed::new();
        }
        bytes.resize(roomy(needed), 0);
        let mut packed = Packed { bytes: bytes.into_boxed_slice() };
        packed.set_head(needed, count);
        packed
    }

    /// From what [`Packed::into_raw`] gave.
    pub fn from_raw(bytes: Box<[u8]>) -> Self {
        Packed { bytes }
    }

    /// Its allocation, with spare bytes. Its eighth byte is 0 unless it was marked.
    pub fn into_raw(self) -> Box<[u8]> {
        self.bytes
    }

    /// Whether [`Packed::mark`] was called since it was last empty.
    pub fn is_marked(&self) -> bool {
        self.bytes.get(MARK).is_some_and(|mark| *mark != 0)
    }

    /// Note for its owner something that stays true of it for as long as it has items.
    pub fn mark(&mut self) {
        self.bytes.iter_mut().skip(MARK).take(1).for_each(|mark| *mark = 1);
    }

    /// To be read.
    pub fn view(&self) -> View<'_> {
        View::new(&self.bytes)
    }

    /// How many items.
    pub fn len(&self) -> usize {
        view::count(&self.bytes)
    }

    /// No item.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of all items and the head.
    pub fn bytes(&self) -> usize {
        view::used(&self.bytes)
    }

    /// Bytes that it takes.
    pub fn memory(&self) -> usize {
        allocated(self.bytes.len())
    }

    /// Whether `items` more items of `bytes` in all may be added.
    pub fn has_room(&self, items: usize, bytes: usize) -> bool {
        bytes < BYTES_MAX
            && self.bytes() + bytes + items * 10 + HEAD_BYTES <= BYTES_MAX
            && self.len() + items <= ITEMS_MAX
    }

    /// All items in order.
    pub fn iter(&self) -> Items<'_> {
        self.view().iter()
    }

    /// The item at `index`.
    pub fn get(&self, index: usize) -> Option<Item<'_>> {
        self.view().get(index)
    }

    /// As [`View::find`].
    pub fn find(&self, item: Item<'_>, step: usize) -> Option<At> {
        self.view().find(item, step)
    }

    /// Add `item` at the end.
    pub fn push(&mut self, item: Item<'_>) {
        self.insert_at(self.view().end(), item);
    }

    /// Put `item` before that at `index`; at the end if there is none.
    pub fn insert(&mut self, index: usize, item: Item<'_>) {
        match self.view().at(index) {
            Some(at) => self.insert_at(at, item),
            None => self.push(item),
        }
    }

    /// Put `item` before that which begins `at`.
    pub fn insert_at(&mut self, at: At, item: Item<'_>) {
        self.splice(at..at, 0, &[item]);
    }

    /// Put `items` before that which begins `at`.
    pub fn insert_all_at(&mut self, at: At, items: &[Item<'_>]) {
        self.splice(at..at, 0, items);
    }

    /// Put `item` in the place of that which begins `at`.
    pub fn replace_at(&mut self, at: At, item: Item<'_>) {
        let next = self.view().next(at);
        if next > at {
            self.splice(at..next, 1, &[item]);
        }
    }

    /// Put `item` in the place of that at `index`, if there is one.
    pub fn replace(&mut self, index: usize, item: Item<'_>) {
        if let Some(at) = self.view().at(index) {
            self.replace_at(at, item);
        }
    }

    /// Take out that which begins `at` and those after it, `count` in all.
    pub fn remove_at(&mut self, at: At, count: usize) {
        let mut items = self.view().iter_from(at);
        let removed = items.by_ref().take(count).count();
        let end = items.at();
        if removed > 0 {
            self.splice(at..end, removed, &[]);
        }
    }

    /// Take out `count` items from `index` on.
    pub fn remove(&mut self, index: usize, count: usize) {
        if let Some(at) = self.view().at(index) {
            self.remove_at(at, count);
        }
    }

    /// Put `items` in the place of those that lie in `old`, which are `removed`.
    fn splice(&mut self, old: Range<At>, removed: usize, items: &[Item<'_>]) {
        let (start, end, used) = (old.start.0, old.end.0, self.bytes().max(HEAD_BYTES));
        debug_assert!(start >= HEAD_BYTES && start <= end && end <= used);
        let count = self.len() + items.len() - removed;
        if count == 0 {
            self.bytes = Box::default();
            return;
        }
        let new: usize = items.iter().map(|item| size(*item)).sum();
        let needed = used - (end - start) + new;
        let mut bytes = std::mem::take(&mut self.bytes).into_vec();
        let (capacity, good) = (bytes.len(), roomy(needed));
        bytes.resize(used, 0);
        bytes.drain(start..end);
        if needed > capacity {
            bytes.reserve_exact(good - bytes.len());
        }
        items.iter().for_each(|item| push(&mut bytes, *item));
        if let Some(tail) = bytes.get_mut(start..) {
            tail.rotate_right(new);
        }
        // What is left over is kept, unless it is much.
        let keeps = (needed..=good + good / 2).contains(&capacity);
        bytes.resize(if keeps { capacity } else { good }, 0);
        self.bytes = bytes.into_boxed_slice();
        self.set_head(needed, count);
    }

    fn set_head(&mut self, used: usize, count: usize) {
        self.bytes[..4].copy_from_slice(&(used as u32).to_le_bytes());
        self.bytes[4..7].copy_from_slice(&(count as u32).to_le_bytes()[..3]);
    }
}

impl<'a> FromIterator<Item<'a>> for Packed {
    fn from_iter<T: IntoIterator<Item = Item<'a>>>(items: T) -> Self {
        let mut packed = Packed::new();
        items.into_iter().for_each(|item| packed.push(item));
        packed
    }
}
