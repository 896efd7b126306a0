//! Finding elements by value, from either end.

use super::chunk::Sought;
use super::{End, List};

/// Where a value is: numbers of elements, counted from the head, in the order in which the search meets them.
#[derive(Debug)]
pub struct Matches<'a> {
    list: &'a List,
    sought: Sought,
    from: End,
    /// Chunks not looked at.
    left: std::ops::Range<usize>,
    /// Elements before those chunks, or up to their end when the search comes from the tail.
    passed: usize,
    /// What the chunk looked at last has, the next one last.
    found: Vec<(usize, usize)>,
    chunk: usize,
    first: usize,
}

/// A match, and where it lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) chunk: usize,
    pub(super) place: usize,
    /// The number of the element within its chunk.
    pub(super) inner: usize,
    /// Its number within the list.
    pub(super) index: usize,
}

impl List {
    /// Where `value` is among the elements, searched from one end. Chunks are only looked at as far as the matches
    /// are taken.
    pub fn matches(&self, value: &[u8], from: End) -> Matches<'_> {
        Matches {
            list: self,
            sought: Sought::new(value),
            from,
            left: 0..self.chunk_count(),
            passed: if from == End::Head { 0 } else { self.len() },
            found: Vec::new(),
            chunk: 0,
            first: 0,
        }
    }
}

impl Matches<'_> {
    /// How many elements the search has passed: no further match is nearer to its start.
    pub fn passed(&self) -> usize {
        match self.from {
            End::Head => self.passed,
            End::Tail => self.list.len() - self.passed,
        }
    }

    pub(super) fn next_spot(&mut self) -> Option<Spot> {
        while self.found.is_empty() {
            self.look(usize::MAX)?;
        }
        self.take()
    }

    /// The next match among the `max` elements that are nearest to the start of the search.
    pub fn next_within(&mut self, max: usize) -> Option<usize> {
        while self.found.is_empty() {
            self.look(max)?;
        }
        let index = self.take()?.index;
        let distance = if self.from == End::Head { index } else { self.list.len() - 1 - index };
        (distance < max).then_some(index)
    }

    fn take(&mut self) -> Option<Spot> {
        let (place, inner) = self.found.pop()?;
        Some(Spot { chunk: self.chunk, place, inner, index: self.first + inner })
    }

    /// Look at the next chunk, unless `max` elements are passed.
    fn look(&mut self, max: usize) -> Option<()> {
        if self.passed() >= max {
            return None;
        }
        self.chunk = match self.from {
            End::Head => self.left.next()?,
            End::Tail => self.left.next_back()?,
        };
        let chunk = self.list.chunk(self.chunk)?;
        self.found = chunk.find(&self.sought);
        match self.from {
            End::Head => {
                self.found.reverse();
                self.first = self.passed;
                self.passed += chunk.count();
            }
            End::Tail => {
                self.passed -= chunk.count();
                self.first = self.passed;
            }
        }
        Some(())
    }
}

impl Iterator for Matches<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        self.next_within(usize::MAX)
    }
}
