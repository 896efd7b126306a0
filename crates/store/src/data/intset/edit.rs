//! Changing.

use super::view::{HEAD_BYTES, IntView, WIDTH_AT};
use crate::data::size::{allocated, roomy};

/// A set of integers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IntSet {
    /// Nothing, or head, integers and spare bytes.
    bytes: Box<[u8]>,
}

impl IntSet {
    /// An empty one.
    pub fn new() -> Self {
        IntSet::default()
    }

    /// From what [`IntSet::into_raw`] gave.
    pub fn from_raw(bytes: Box<[u8]>) -> Self {
        IntSet { bytes }
    }

    /// Its allocation, with spare bytes. Its eighth byte is not 0.
    pub fn into_raw(self) -> Box<[u8]> {
        self.bytes
    }

    /// To be read.
    pub fn view(&self) -> IntView<'_> {
        IntView::new(&self.bytes)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.view().len()
    }

    /// None.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that it takes.
    pub fn memory(&self) -> usize {
        allocated(self.bytes.len())
    }

    /// Add `value`. Whether it is new.
    pub fn insert(&mut self, value: i64) -> bool {
        let Err(index) = self.view().search(value) else { return false };
        let (len, old) = (self.len(), self.view().width());
        let width = old.max(width_of(value));
        if width > old || HEAD_BYTES + (len + 1) * width > self.bytes.len() {
            self.rebuild(len + 1, width);
        }
        let at = HEAD_BYTES + index * width;
        self.bytes.copy_within(at..HEAD_BYTES + len * width, at + width);
        write(&mut self.bytes, at, value, width);
        self.set_len(len + 1);
        true
    }

    /// Take `value` out. Whether it was there.
    pub fn remove(&mut self, value: i64) -> bool {
        let Ok(index) = self.view().search(value) else { return false };
        let (len, width) = (self.len(), self.view().width());
        if len == 1 {
            self.bytes = Box::default();
            return true;
        }
        let at = HEAD_BYTES + index * width;
        self.bytes.copy_within(at + width..HEAD_BYTES + len * width, at);
        self.set_len(len - 1);
        let good = roomy(HEAD_BYTES + (len - 1) * width);
        if good + good / 2 < self.bytes.len() {
            self.rebuild(len - 1, width);
        }
        true
    }

    /// Room for `count` of this width.
    fn rebuild(&mut self, count: usize, width: usize) {
        let view = self.view();
        let mut bytes = vec![0; roomy(HEAD_BYTES + count * width)].into_boxed_slice();
        bytes[WIDTH_AT] = width as u8;
        for (index, value) in view.iter().enumerate() {
            write(&mut bytes, HEAD_BYTES + index * width, value, width);
        }
        let len = view.len();
        self.bytes = bytes;
        self.set_len(len);
    }

    fn set_len(&mut self, len: usize) {
        self.bytes[..4].copy_from_slice(&(len as u32).to_le_bytes());
    }
}

/// Bytes that `value` needs.
fn width_of(value: i64) -> usize {
    if i16::try_from(value).is_ok() {
        2
    } else if i32::try_from(value).is_ok() {
        4
    } else {
        8
    }
}

fn write(bytes: &mut [u8], at: usize, value: i64, width: usize) {
    bytes[at..at + width].copy_from_slice(&value.to_le_bytes()[..width]);
}
