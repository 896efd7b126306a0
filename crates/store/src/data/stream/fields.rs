//! The fields of an entry.

use crate::data::listpack::{self, Item, Text};

/// Names and values in the order in which they were given.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    bytes: &'a [u8],
    /// Where the next name lies, if names lie apart from values.
    names_at: Option<usize>,
    at: usize,
    left: usize,
}

impl<'a> Fields<'a> {
    /// `count` names, each with its value behind it.
    pub(super) fn own(bytes: &'a [u8], at: usize, count: usize) -> Self {
        Fields { bytes, names_at: None, at, left: count }
    }

    /// `count` names, and their values elsewhere.
    pub(super) fn shared(bytes: &'a [u8], names_at: usize, at: usize, count: usize) -> Self {
        Fields { bytes, names_at: Some(names_at), at, left: count }
    }

    fn take(&mut self) -> Option<Item<'a>> {
        let (item, next) = listpack::read(self.bytes, self.at)?;
        self.at = next;
        Some(item)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (Text<'a>, Text<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let name = match self.names_at {
            None => self.take()?,
            Some(at) => {
                let (item, next) = listpack::read(self.bytes, at)?;
                self.names_at = Some(next);
                item
            }
        };
        Some((name.text(), self.take()?.text()))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Fields<'_> {}
