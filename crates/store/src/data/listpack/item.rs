//! One element, and its text.

use crate::resp::parse_int;
use std::cmp::Ordering;
use std::ops::Deref;

/// An element of a listpack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Item<'a> {
    /// A whole number, kept as such.
    Int(i64),
    /// Any bytes that are not the digits of a 64-bit number.
    Bytes(&'a [u8]),
}

/// The text of an element: borrowed, or the digits of a number. No number has more than 20 characters.
#[derive(Clone, Copy)]
pub enum Text<'a> {
    /// Bytes that lie elsewhere.
    Bytes(&'a [u8]),
    /// So many digits of this.
    Digits([u8; 20], u8),
}

/// The longest text of a 64-bit number.
const INT_TEXT_MAX: usize = 20;

impl<'a> Item<'a> {
    /// The form in which `text` is kept.
    pub fn of(text: &'a [u8]) -> Self {
        if text.len() > INT_TEXT_MAX {
            return Item::Bytes(text);
        }
        parse_int(text).map_or(Item::Bytes(text), Item::Int)
    }

    /// Its bytes as they were given.
    pub fn text(self) -> Text<'a> {
        match self {
            Item::Bytes(bytes) => Text::Bytes(bytes),
            Item::Int(value) => {
                let mut digits = itoa::Buffer::new();
                let text = digits.format(value).as_bytes();
                let mut kept = [0; INT_TEXT_MAX];
                kept[..text.len()].copy_from_slice(text);
                Text::Digits(kept, text.len() as u8)
            }
        }
    }

    /// How its text sorts against `other`, byte by byte.
    pub fn cmp_text(self, other: &[u8]) -> Ordering {
        match self {
            Item::Bytes(bytes) => bytes.cmp(other),
            Item::Int(_) => (*self.text()).cmp(other),
        }
    }

    /// The number that it is, if it is one.
    pub fn int(self) -> Option<i64> {
        match self {
            Item::Int(value) => Some(value),
            Item::Bytes(_) => None,
        }
    }
}

impl Deref for Text<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Text::Bytes(bytes) => bytes,
            Text::Digits(digits, len) => &digits[..usize::from(*len)],
        }
    }
}

impl std::fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&String::from_utf8_lossy(self), f)
    }
}

impl PartialEq<[u8]> for Text<'_> {
    fn eq(&self, other: &[u8]) -> bool {
        **self == *other
    }
}
