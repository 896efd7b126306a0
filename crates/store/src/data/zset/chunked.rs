//! A growing array that never moves more than one chunk at a time.

use crate::data::size::allocated;

/// Values in chunks of `SIZE`.
#[derive(Debug, Clone)]
pub(super) struct Chunked<T, const SIZE: usize> {
    chunks: Vec<Vec<T>>,
    len: usize,
}

impl<T, const SIZE: usize> Default for Chunked<T, SIZE> {
    fn default() -> Self {
        Chunked { chunks: Vec::new(), len: 0 }
    }
}

impl<T, const SIZE: usize> Chunked<T, SIZE> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, value: T) {
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < SIZE => chunk.push(value),
            _ => self.chunks.push(vec![value]),
        }
        self.len += 1;
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        let chunk = self.chunks.last_mut()?;
        let value = chunk.pop();
        if chunk.is_empty() {
            self.chunks.pop();
        }
        self.len -= usize::from(value.is_some());
        value
    }

    /// Bytes allocated.
    pub(super) fn memory(&self) -> usize {
        // Chunks grow by doubling: all but the last have room for just as many as they hold.
        let last = self.chunks.last().map_or(0, Vec::capacity);
        let whole = self.chunks.len().saturating_sub(1) * allocated(SIZE * size_of::<T>());
        whole
            + allocated(last * size_of::<T>())
            + allocated(self.chunks.capacity() * size_of::<Vec<T>>())
    }
}

impl<T, const SIZE: usize> std::ops::Index<usize> for Chunked<T, SIZE> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        &self.chunks[at / SIZE][at % SIZE]
    }
}

impl<T, const SIZE: usize> std::ops::IndexMut<usize> for Chunked<T, SIZE> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        &mut self.chunks[at / SIZE][at % SIZE]
    }
}
