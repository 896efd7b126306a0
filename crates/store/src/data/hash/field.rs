//! A field and its value in one allocation: the length of the field, the field, the value.

use crate::data::dict::Keyed;
use crate::data::small_bytes::SmallBytes;

/// A field of a large hash.
#[derive(Debug, Clone, Default)]
pub(super) struct Field(SmallBytes);

/// A length in seven bits to a byte, the lowest first; all but the last are marked.
struct Length {
    bytes: [u8; 10],
    len: usize,
}

impl Field {
    pub(super) fn new(field: &[u8], value: &[u8]) -> Self {
        let length = Length::of(field.len());
        Field(SmallBytes::concat(&[&length.bytes[..length.len], field, value]))
    }

    pub(super) fn value(&self) -> &[u8] {
        let (at, len) = self.field();
        self.0.get(at + len..).unwrap_or_default()
    }

    pub(super) fn set_value(&mut self, value: &[u8]) {
        let (at, len) = self.field();
        match self.0.bytes_mut().get_mut(at + len..) {
            Some(room) if room.len() == value.len() => room.copy_from_slice(value),
            _ => {
                let front = self.0.get(..at + len).unwrap_or_default();
                self.0 = SmallBytes::concat(&[front, value]);
            }
        }
    }

    /// Bytes of its allocation.
    pub(super) fn heap(&self) -> usize {
        self.0.heap()
    }

    /// Where the field begins, and its length.
    #[inline]
    fn field(&self) -> (usize, usize) {
        let (mut len, mut at) = (0, 0);
        for &byte in self.0.iter().take(10) {
            len |= usize::from(byte & 0x7f) << (7 * at);
            at += 1;
            if byte < 0x80 {
                break;
            }
        }
        (at, len)
    }
}

impl Keyed for Field {
    #[inline]
    fn key(&self) -> &[u8] {
        let (at, len) = self.field();
        self.0.get(at..at + len).unwrap_or_default()
    }
}

impl Length {
    fn of(mut value: usize) -> Self {
        let mut length = Length { bytes: [0; 10], len: 0 };
        loop {
            length.bytes[length.len] = value as u8 & 0x7f | if value > 0x7f { 0x80 } else { 0 };
            length.len += 1;
            value >>= 7;
            if value == 0 {
                return length;
            }
        }
    }
}
