//! Reading what a [`super::Packed`] holds.

use super::{Item, back, read};

/// Bytes before the first item.
pub(super) const HEAD_BYTES: usize = 8;

/// Where an item begins. Good until the next change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At(pub(super) usize);

/// The items of a packed collection, to be read.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    bytes: &'a [u8],
}

/// The items of a packed collection, one after the other.
#[derive(Debug, Clone)]
pub struct Items<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> View<'a> {
    /// Of the bytes that [`super::Packed::into_raw`] gave.
    pub fn new(raw: &'a [u8]) -> Self {
        View { bytes: raw.get(..used(raw)).unwrap_or_default() }
    }

    /// How many items.
    pub fn len(self) -> usize {
        count(self.bytes)
    }

    /// No item.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// All items in order.
    pub fn iter(self) -> Items<'a> {
        self.iter_from(At(HEAD_BYTES))
    }

    /// The items from `at` on.
    pub fn iter_from(self, at: At) -> Items<'a> {
        Items { bytes: self.bytes, at: at.0 }
    }

    /// Where the item at `index` begins; after the last one for the count of items. Nothing beyond.
    pub fn at(self, index: usize) -> Option<At> {
        let mut items = self.iter();
        if let Some(before) = index.checked_sub(1) {
            items.nth(before)?;
        }
        Some(items.at())
    }

    /// The item that begins `at`; nothing at the end.
    pub fn item(self, at: At) -> Option<Item<'a>> {
        read(self.bytes, at.0).map(|(item, _)| item)
    }

    /// Where the item after that `at` begins, or the end.
    pub fn next(self, at: At) -> At {
        read(self.bytes, at.0).map_or(at, |(_, next)| At(next))
    }

    /// Where the item before that `at` begins.
    pub fn before(self, at: At) -> Option<At> {
        let before = back(self.bytes, at.0)?;
        (before >= HEAD_BYTES).then_some(At(before))
    }

    /// Where the first item begins, or would.
    pub fn start(self) -> At {
        At(HEAD_BYTES)
    }

    /// The end of the last item.
    pub fn end(self) -> At {
        At(self.bytes.len().max(HEAD_BYTES))
    }

    /// The item at `index`.
    pub fn get(self, index: usize) -> Option<Item<'a>> {
        self.item(self.at(index)?)
    }

    /// Where the first of the items number 0, `step`, 2 `step` and so on that equals `item` begins: a `step` of 2
    /// looks at the keys of pairs.
    pub fn find(self, item: Item<'_>, step: usize) -> Option<At> {
        let mut items = self.iter();
        loop {
            let at = items.at();
            if items.next()? == item {
                return Some(at);
            }
            for _ in 1..step {
                items.next()?;
            }
        }
    }
}

impl<'a> IntoIterator for View<'a> {
    type Item = Item<'a>;
    type IntoIter = Items<'a>;

    fn into_iter(self) -> Items<'a> {
        self.iter()
    }
}

impl Items<'_> {
    /// Where the next item begins.
    pub fn at(&self) -> At {
        At(self.at)
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        let (item, next) = read(self.bytes, self.at)?;
        self.at = next;
        Some(item)
    }
}

/// Bytes used of an allocation.
pub(super) fn used(bytes: &[u8]) -> usize {
    bytes.first_chunk().map_or(0, |used| u32::from_le_bytes(*used) as usize)
}

/// Items in an allocation.
pub(super) fn count(bytes: &[u8]) -> usize {
    match bytes.get(4..7) {
        Some(&[low, middle, high]) => u32::from_le_bytes([low, middle, high, 0]) as usize,
        _ => 0,
    }
}
