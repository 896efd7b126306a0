//! Changing a list.

use super::chunk::{Chunk, Sought, encoded};
use super::{Chunks, End, Form, Limits, List};
use std::ops::Range;

/// Bytes that Redis counts for a chunk beside its elements.
const FRAME_BYTES: usize = 7;

impl Limits {
    /// Whether a chunk with so much in it is too big.
    fn exceeded(&self, bytes: usize, elements: usize) -> bool {
        bytes + FRAME_BYTES > self.chunk_bytes_max || elements > self.chunk_elements_max
    }

    fn admit(&self, chunk: &Chunk, encoded: &[u8]) -> bool {
        !self.exceeded(chunk.size() + encoded.len(), chunk.count() + 1)
    }

    fn at_most_half(&self, chunk: &Chunk) -> bool {
        chunk.size() + FRAME_BYTES <= self.chunk_bytes_max / 2
            && chunk.count() <= self.chunk_elements_max / 2
    }
}

impl List {
    /// Add `values` at an end, one after the other: at the head the last of them becomes the first.
    pub fn push(&mut self, end: End, values: &[&[u8]], limits: &Limits) {
        self.grow(values.iter().map(|value| value.len()).sum(), values.len(), limits);
        for value in values {
            let encoded = encoded(value);
            match (&mut self.0, end) {
                (Form::Packed(chunk), End::Head) => chunk.push_front(&encoded),
                (Form::Packed(chunk), End::Tail) => chunk.push_back(&encoded),
                (Form::Chunked(chunks), _) => chunks.push(end, &encoded, limits),
            }
        }
    }

    /// Put `value` in the place of element number `index`. Whether there is one.
    pub fn set(&mut self, index: usize, value: &[u8], limits: &Limits) -> bool {
        if index >= self.len() {
            return false;
        }
        self.grow(value.len(), 1, limits);
        let (at, inner) = self.locate(index);
        let place = self.chunk(at).map_or(0, |chunk| chunk.place(inner));
        let encoded = encoded(value);
        match &mut self.0 {
            Form::Packed(chunk) => chunk.put(place..chunk.after(place), &encoded),
            Form::Chunked(chunks) => chunks.replace(at, place, inner, &encoded, limits),
        }
        self.shrink(limits);
        true
    }

    /// Put `value` before or after the first `pivot`. Whether there is one.
    pub fn insert(&mut self, pivot: &[u8], before: bool, value: &[u8], limits: &Limits) -> bool {
        self.grow(value.len(), 1, limits);
        let Some(spot) = self.matches(pivot, End::Head).next_spot() else { return false };
        let after = self.chunk(spot.chunk).map_or(0, |chunk| chunk.after(spot.place));
        let (place, inner) =
            if before { (spot.place, spot.inner) } else { (after, spot.inner + 1) };
        let encoded = encoded(value);
        match &mut self.0 {
            Form::Packed(chunk) => chunk.put(place..place, &encoded),
            Form::Chunked(chunks) => chunks.insert(spot.chunk, place, inner, &encoded, limits),
        }
        true
    }

    /// Take out the elements whose numbers are in `range`.
    pub fn remove(&mut self, range: Range<usize>, limits: &Limits) {
        let range = range.start..range.end.min(self.len());
        if range.is_empty() {
            return;
        }
        let (first, inner) = self.locate(range.start);
        match &mut self.0 {
            Form::Packed(chunk) => chunk.remove_range(range),
            Form::Chunked(chunks) => chunks.remove(first, inner, range.len(), limits),
        }
        self.shrink(limits);
    }

    /// Take out up to `max` elements that are `value`, those nearest to `from` first. How many there were.
    pub fn remove_matches(
        &mut self,
        value: &[u8],
        from: End,
        max: usize,
        limits: &Limits,
    ) -> usize {
        let sought = Sought::new(value);
        let (mut removed, mut edited) = (0, Vec::new());
        for step in 0..self.chunk_count() {
            let at = if from == End::Head { step } else { self.chunk_count() - 1 - step };
            let Some(chunk) = self.chunk_mut(at) else { continue };
            let found = chunk.find(&sought);
            let wanted = found.len().min(max - removed);
            let skipped = if from == End::Head { 0 } else { found.len() - wanted };
            let places = found.iter().skip(skipped).take(wanted).map(|(place, _)| *place);
            chunk.remove_all(&places.collect::<Vec<_>>());
            removed += wanted;
            if wanted > 0 {
                edited.push(at);
            }
            if removed == max {
                break;
            }
        }
        if let Form::Chunked(chunks) = &mut self.0 {
            chunks.len -= removed;
            edited.sort_unstable();
            edited.into_iter().rev().for_each(|at| chunks.tidy(at, limits));
        }
        self.shrink(limits);
        removed
    }

    fn chunk_mut(&mut self, at: usize) -> Option<&mut Chunk> {
        match &mut self.0 {
            Form::Packed(chunk) => (at == 0).then_some(chunk),
            Form::Chunked(chunks) => chunks.chunks.get_mut(at),
        }
    }

    /// Become many chunks if one cannot take so much more.
    fn grow(&mut self, bytes: usize, elements: usize, limits: &Limits) {
        let Form::Packed(chunk) = &mut self.0 else { return };
        if limits.exceeded(chunk.size() + bytes, chunk.count() + elements) {
            let (chunk, mut chunks) = (std::mem::take(chunk), Chunks::default());
            chunks.len = chunk.count();
            if chunks.len > 0 {
                chunks.chunks.push_back(chunk);
            }
            self.0 = Form::Chunked(Box::new(chunks));
        }
    }

    /// Become one chunk if no more is left and it is at most half full.
    fn shrink(&mut self, limits: &Limits) {
        let Form::Chunked(chunks) = &mut self.0 else { return };
        let [chunk] = chunks.chunks.make_contiguous() else { return };
        if limits.at_most_half(chunk) {
            self.0 = Form::Packed(std::mem::take(chunk));
        }
    }
}

impl Chunks {
    fn push(&mut self, end: End, encoded: &[u8], limits: &Limits) {
        self.len += 1;
        let last = match end {
            End::Head => self.chunks.front_mut(),
            End::Tail => self.chunks.back_mut(),
        };
        match (last, end) {
            (Some(chunk), End::Head) if limits.admit(chunk, encoded) => chunk.push_front(encoded),
            (Some(chunk), End::Tail) if limits.admit(chunk, encoded) => chunk.push_back(encoded),
            (_, End::Head) => self.chunks.push_front(Chunk::of(encoded)),
            (_, End::Tail) => self.chunks.push_back(Chunk::of(encoded)),
        }
    }

    /// Put an element before the place `place` of chunk `at`, where the element number `inner` begins.
    fn insert(&mut self, at: usize, place: usize, inner: usize, encoded: &[u8], limits: &Limits) {
        self.len += 1;
        let Some(chunk) = self.chunks.get_mut(at) else {
            return self.chunks.push_back(Chunk::of(encoded));
        };
        if limits.admit(chunk, encoded) {
            return chunk.put(place..place, encoded);
        }
        if place == 0 {
            match at.checked_sub(1).and_then(|before| self.chunks.get_mut(before)) {
                Some(before) if limits.admit(before, encoded) => before.push_back(encoded),
                _ => self.chunks.insert(at, Chunk::of(encoded)),
            }
            return;
        }
        if place == chunk.size() {
            match self.chunks.get_mut(at + 1) {
                Some(after) if limits.admit(after, encoded) => after.push_front(encoded),
                _ => self.chunks.insert(at + 1, Chunk::of(encoded)),
            }
            return;
        }
        let mut rest = chunk.split(place, inner);
        let mut between = None;
        if limits.admit(chunk, encoded) {
            chunk.push_back(encoded);
        } else if limits.admit(&rest, encoded) {
            rest.push_front(encoded);
        } else {
            between = Some(Chunk::of(encoded));
        }
        self.chunks.insert(at + 1, rest);
        if let Some(between) = between {
            self.chunks.insert(at + 1, between);
        }
    }

    /// Put an element in the place of the one at `place` of chunk `at`, whose number there is `inner`.
    fn replace(&mut self, at: usize, place: usize, inner: usize, encoded: &[u8], limits: &Limits) {
        let Some(chunk) = self.chunks.get_mut(at) else { return };
        let old = place..chunk.after(place);
        let size = chunk.size() - old.len() + encoded.len();
        if chunk.count() == 1 || !limits.exceeded(size, chunk.count()) {
            return chunk.put(old, encoded);
        }
        chunk.remove(old, 1);
        self.len -= 1;
        self.insert(at, place, inner, encoded, limits);
    }

    fn remove(&mut self, first: usize, inner: usize, count: usize, limits: &Limits) {
        self.len -= count;
        let (mut at, mut left) = (first, count);
        if let Some(chunk) = self.chunks.get_mut(first).filter(|_| inner > 0) {
            let some = left.min(chunk.count() - inner);
            chunk.remove_range(inner..inner + some);
            left -= some;
            at += 1;
        }
        let mut end = at;
        while let Some(chunk) = self.chunks.get(end).filter(|chunk| chunk.count() <= left) {
            left -= chunk.count();
            end += 1;
        }
        self.chunks.drain(at..end);
        if let Some(chunk) = self.chunks.get_mut(at).filter(|_| left > 0) {
            chunk.remove_range(0..left);
        }
        self.tidy(at, limits);
        if at > 0 {
            self.tidy(at - 1, limits);
        }
    }

    /// Take chunk `at` out if it is empty, and join it with its neighbours if they fit in half a chunk.
    fn tidy(&mut self, at: usize, limits: &Limits) {
        if self.chunks.get(at).is_some_and(|chunk| chunk.count() == 0) {
            self.chunks.remove(at);
            return;
        }
        for left in [Some(at), at.checked_sub(1)].into_iter().flatten() {
            let (Some(one), Some(next)) = (self.chunks.get(left), self.chunks.get(left + 1)) else {
                continue;
            };
            let (size, count) = (one.size() + next.size(), one.count() + next.count());
            if limits.exceeded(2 * size, count.saturating_mul(2)) {
                continue;
            }
            if let Some(next) = self.chunks.remove(left + 1)
                && let Some(one) = self.chunks.get_mut(left)
            {
                one.append(&next);
            }
        }
    }
}
