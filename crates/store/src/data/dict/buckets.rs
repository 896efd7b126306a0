//! The buckets in segments, so that more of them never means to move all of them.

use super::bucket::Bucket;
use crate::data::size::allocated;

/// Buckets that grow and shrink at their end.
#[derive(Debug, Clone)]
pub(super) struct Buckets<E, const N: usize, const M: usize> {
    /// All but the last are whole.
    segments: Vec<Vec<Bucket<E, N, M>>>,
    len: usize,
}

const SEGMENT: usize = 512;
/// The first segment grows by at most so many buckets at a time.
const STEP_MAX: usize = 64;
/// And each of the others by so many.
const STEP_LATER: usize = 128;

/// By how many buckets a segment grows from `len`.
fn step(len: usize, is_first: bool) -> usize {
    let step = if is_first { (len / 8).clamp(1, STEP_MAX) } else { STEP_LATER };
    step.min(SEGMENT - len)
}

impl<E, const N: usize, const M: usize> Default for Buckets<E, N, M> {
    fn default() -> Self {
        Buckets { segments: Vec::new(), len: 0 }
    }
}

impl<E, const N: usize, const M: usize> Buckets<E, N, M> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn get(&self, index: usize) -> Option<&Bucket<E, N, M>> {
        self.segments.get(index / SEGMENT)?.get(index % SEGMENT)
    }

    #[inline]
    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut Bucket<E, N, M>> {
        self.segments.get_mut(index / SEGMENT)?.get_mut(index % SEGMENT)
    }

    pub(super) fn push(&mut self, bucket: Bucket<E, N, M>) {
        if self.len.is_multiple_of(SEGMENT) {
            self.segments.push(Vec::new());
        }
        let is_first = self.segments.len() == 1;
        if let Some(segment) = self.segments.last_mut() {
            if segment.len() == segment.capacity() {
                segment.reserve_exact(step(segment.len(), is_first));
            }
            segment.push(bucket);
            self.len += 1;
        }
    }

    pub(super) fn pop(&mut self) -> Option<Bucket<E, N, M>> {
        let is_first = self.segments.len() == 1;
        let segment = self.segments.last_mut()?;
        let bucket = segment.pop()?;
        self.len -= 1;
        let len = segment.len();
        if len == 0 {
            self.segments.pop();
            if self.segments.capacity() > 2 * self.segments.len() + 4 {
                self.segments.shrink_to_fit();
            }
        } else if segment.capacity() > len + 3 * step(len, is_first) {
            segment.shrink_to(len + step(len, is_first));
        }
        Some(bucket)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Bucket<E, N, M>> {
        self.segments.iter().flatten()
    }

    /// Bytes of the buckets, used or spare.
    pub(super) fn memory(&self) -> usize {
        let last = self.segments.last().map_or(0, Vec::capacity);
        let whole = self.segments.len().saturating_sub(1) * SEGMENT;
        allocated(self.segments.capacity() * size_of::<Vec<Bucket<E, N, M>>>())
            + (whole + last) * size_of::<Bucket<E, N, M>>()
    }
}
