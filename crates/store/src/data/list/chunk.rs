//! Some elements one after the other in one piece of memory, with room at either side.

use crate::data::listpack::{self, Item};
use crate::data::size::{HEAD_BYTES, allocated, roomy};
use std::ops::Range;

/// Elements in a row. Elements are named by the place of their first byte.
#[derive(Debug, Clone, Default)]
pub(super) struct Chunk {
    /// The elements, after `head` bytes that are free.
    bytes: Vec<u8>,
    head: u32,
    count: u32,
}

/// A chunk gives memory back when less than a part of this many is used.
const SPARSE: usize = 4;

/// Chunks smaller than this are never too sparse.
const SPARSE_BYTES_MIN: usize = 64;

/// How much memory to take for `bytes`: four sizes for each doubling, and of each all that is set aside for it.
fn rounded(bytes: usize) -> usize {
    let step = (bytes.max(16).next_power_of_two() / 8).max(16);
    roomy(bytes.saturating_sub(HEAD_BYTES).max(1).next_multiple_of(step)).max(bytes)
}

/// An element as it lies in a chunk.
pub(super) fn encoded(value: &[u8]) -> Vec<u8> {
    let item = Item::of(value);
    let mut bytes = Vec::with_capacity(listpack::size(item));
    listpack::push(&mut bytes, item);
    bytes
}

impl Chunk {
    /// One with one element.
    pub(super) fn of(encoded: &[u8]) -> Self {
        let mut chunk = Chunk::default();
        chunk.push_back(encoded);
        chunk
    }

    /// The bytes of the elements.
    pub(super) fn live(&self) -> &[u8] {
        &self.bytes[self.head as usize..]
    }

    /// How many bytes the elements take.
    pub(super) fn size(&self) -> usize {
        self.bytes.len() - self.head as usize
    }

    /// How many elements.
    pub(super) fn count(&self) -> usize {
        self.count as usize
    }

    /// Bytes of memory.
    pub(super) fn memory(&self) -> usize {
        allocated(self.bytes.capacity())
    }

    /// The place after the element at `place`.
    pub(super) fn after(&self, place: usize) -> usize {
        listpack::read(self.live(), place).map_or(self.size(), |(_, next)| next)
    }

    /// The place of the element that ends at `place`.
    pub(super) fn before(&self, place: usize) -> usize {
        listpack::back(self.live(), place).unwrap_or(0)
    }

    /// The place of the element number `index`, or the end for the one after the last.
    pub(super) fn place(&self, index: usize) -> usize {
        if index <= self.count() / 2 {
            (0..index).fold(0, |place, _| self.after(place))
        } else {
            (index..self.count()).fold(self.size(), |place, _| self.before(place))
        }
    }

    /// The places of the elements that are `sought`, with their numbers, in order.
    pub(super) fn find(&self, sought: &Sought) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let live = self.live();
        let Some(first) = sought.finder.find(live) else { return found };
        let needle = sought.finder.needle();
        let (mut place, mut index) = (0, 0);
        while place < live.len() {
            if place >= first && live[place..].starts_with(needle) {
                found.push((place, index));
            }
            place = self.after(place);
            index += 1;
        }
        found
    }

    pub(super) fn push_back(&mut self, encoded: &[u8]) {
        self.make_room_behind(encoded.len());
        self.bytes.extend_from_slice(encoded);
        self.count += 1;
    }

    pub(super) fn push_front(&mut self, encoded: &[u8]) {
        self.make_room_before(encoded.len());
        self.head -= encoded.len() as u32;
        let start = self.head as usize;
        self.overwrite(start, encoded);
        self.count += 1;
    }

    /// Put an element in the place of `old`, which holds one or none.
    pub(super) fn put(&mut self, old: Range<usize>, encoded: &[u8]) {
        let replaced = !old.is_empty();
        self.make_room_behind(encoded.len().saturating_sub(old.len()));
        let start = self.head as usize + old.start;
        let end = start + old.len();
        let (size, len) = (encoded.len(), self.bytes.len());
        if size > old.len() {
            self.bytes.resize(len + size - old.len(), 0);
        }
        self.bytes.copy_within(end..len, start + size);
        self.bytes.truncate(len + size - old.len());
        self.overwrite(start, encoded);
        self.count += u32::from(!replaced);
    }

    /// Take out the elements whose numbers are in `range`.
    pub(super) fn remove_range(&mut self, range: Range<usize>) {
        let places = self.place(range.start)..self.place(range.end);
        self.remove(places, range.len());
    }

    /// Take out `count` elements, which lie at `places`.
    pub(super) fn remove(&mut self, places: Range<usize>, count: usize) {
        if places.start == 0 {
            self.head += places.end as u32;
        } else {
            let head = self.head as usize;
            self.bytes.drain(head + places.start..head + places.end);
        }
        self.count -= count as u32;
        self.give_back();
    }

    /// Take out the elements at `places`, which are in order.
    pub(super) fn remove_all(&mut self, places: &[usize]) {
        let Some(&first) = places.first() else { return };
        let mut kept = self.head as usize + first;
        for (at, &place) in places.iter().enumerate() {
            let from = self.head as usize + self.after(place);
            let until =
                places.get(at + 1).map_or(self.bytes.len(), |next| self.head as usize + next);
            self.bytes.copy_within(from..until, kept);
            kept += until - from;
        }
        self.bytes.truncate(kept);
        self.count -= places.len() as u32;
        self.give_back();
    }

    /// Keep what is before `place`, which are `count` elements; the rest.
    pub(super) fn split(&mut self, place: usize, count: usize) -> Chunk {
        let live = self.live();
        let mut rest = Vec::with_capacity(rounded(live.len() - place));
        rest.extend_from_slice(&live[place..]);
        let rest = Chunk { bytes: rest, head: 0, count: self.count - count as u32 };
        self.bytes.truncate(self.head as usize + place);
        self.count = count as u32;
        self.give_back();
        rest
    }

    /// Add the elements of `other` behind.
    pub(super) fn append(&mut self, other: &Chunk) {
        self.make_room_behind(other.size());
        self.bytes.extend_from_slice(other.live());
        self.count += other.count;
    }

    fn overwrite(&mut self, at: usize, encoded: &[u8]) {
        self.bytes[at..at + encoded.len()].copy_from_slice(encoded);
    }

    fn make_room_behind(&mut self, more: usize) {
        if self.bytes.capacity() - self.bytes.len() >= more {
            return;
        }
        let head = self.head as usize;
        if head >= more && head >= self.size() / SPARSE {
            self.bytes.drain(..head);
            self.head = 0;
        } else {
            self.rebuild(self.size() + more, 0);
        }
    }

    fn make_room_before(&mut self, more: usize) {
        if self.head as usize >= more {
            return;
        }
        let (size, capacity) = (self.size(), self.bytes.capacity());
        let head = capacity - size;
        if head >= more && head >= size / SPARSE {
            let (from, until) = (self.head as usize, self.bytes.len());
            self.bytes.resize(capacity, 0);
            self.bytes.copy_within(from..until, head);
            self.head = head as u32;
        } else {
            let capacity = rounded(size + more);
            self.rebuild(capacity, capacity - size);
        }
    }

    fn give_back(&mut self) {
        let (size, capacity) = (self.size(), self.bytes.capacity());
        if capacity > SPARSE_BYTES_MIN && size * SPARSE < capacity {
            self.rebuild(size + size / 2, 0);
        }
    }

    /// Move to memory of `bytes`, `head` of them free at the start.
    fn rebuild(&mut self, bytes: usize, head: usize) {
        let mut moved = Vec::with_capacity(rounded(bytes));
        moved.resize(head, 0);
        moved.extend_from_slice(self.live());
        self.bytes = moved;
        self.head = head as u32;
    }
}

/// A value that is looked for in chunks.
#[derive(Debug)]
pub(super) struct Sought {
    finder: memchr::memmem::Finder<'static>,
}

impl Sought {
    pub(super) fn new(value: &[u8]) -> Self {
        Sought { finder: memchr::memmem::Finder::new(&encoded(value)).into_owned() }
    }
}
