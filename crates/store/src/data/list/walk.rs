//! Reading a list: how long it is, what is at a place, and what follows.

use super::chunk::Chunk;
use super::{Form, Limits, List};
use crate::data::listpack::{self, Item};
use crate::data::size::allocated;

/// Elements in order, from some place on.
#[derive(Debug, Clone)]
pub struct Elements<'a> {
    list: &'a List,
    chunk: usize,
    live: &'a [u8],
    place: usize,
}

impl Default for List {
    fn default() -> Self {
        List(Form::Packed(Chunk::default()))
    }
}

/// The smallest limit of bytes; the others are its doublings.
const STEP_BYTES: usize = 4096;

impl Default for Limits {
    fn default() -> Self {
        Limits::from_config(-2)
    }
}

impl Limits {
    /// What `list-max-listpack-size` says: a count of elements, or from -1 to -5 the doublings of 4 KB.
    pub fn from_config(size: i64) -> Self {
        match size {
            0.. => Limits {
                chunk_bytes_max: 2 * STEP_BYTES,
                chunk_elements_max: usize::try_from(size.max(1)).unwrap_or(usize::MAX),
            },
            _ => Limits {
                chunk_bytes_max: STEP_BYTES << (-1 - size.max(-5)),
                chunk_elements_max: usize::MAX,
            },
        }
    }

    /// What [`Limits::from_config`] was given, but for 0 and what is below -5.
    pub fn to_config(self) -> i64 {
        if self.chunk_elements_max < usize::MAX {
            return self.chunk_elements_max as i64;
        }
        -1 - i64::from(
            self.chunk_bytes_max.trailing_zeros().saturating_sub(STEP_BYTES.trailing_zeros()),
        )
    }
}

impl List {
    /// How many elements.
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Packed(chunk) => chunk.count(),
            Form::Chunked(chunks) => chunks.len,
        }
    }

    /// No element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What `OBJECT ENCODING` says.
    pub fn encoding(&self) -> &'static str {
        match &self.0 {
            Form::Packed(_) => "listpack",
            Form::Chunked(_) => "quicklist",
        }
    }

    /// Bytes allocated.
    pub fn memory(&self) -> usize {
        self.frame_memory() + self.chunks().map(Chunk::memory).sum::<usize>()
    }

    /// As [`List::memory`], at once: of many chunks a few stand for all.
    pub fn weight(&self) -> usize {
        const SAMPLE: usize = 8;
        let count = self.chunk_count();
        if count <= SAMPLE {
            return self.memory();
        }
        let places = (0..SAMPLE).map(|at| at * (count - 1) / (SAMPLE - 1));
        let sample: usize = places.filter_map(|at| self.chunk(at)).map(Chunk::memory).sum();
        self.frame_memory() + sample * count / SAMPLE
    }

    fn frame_memory(&self) -> usize {
        let frame = match &self.0 {
            Form::Packed(_) => 0,
            Form::Chunked(chunks) => {
                allocated(size_of_val(&**chunks))
                    + allocated(chunks.chunks.capacity() * size_of::<Chunk>())
            }
        };
        allocated(size_of::<List>()) + frame
    }

    /// The element number `index`.
    pub fn get(&self, index: usize) -> Option<Item<'_>> {
        self.elements_from(index).next()
    }

    /// All elements.
    pub fn elements(&self) -> Elements<'_> {
        self.elements_from(0)
    }

    /// The elements from number `index` on.
    pub fn elements_from(&self, index: usize) -> Elements<'_> {
        let (chunk, inner) = self.locate(index);
        let live = self.chunk(chunk).map_or(&[][..], Chunk::live);
        let place = self.chunk(chunk).map_or(0, |chunk| chunk.place(inner));
        Elements { list: self, chunk, live, place }
    }

    /// The chunk that holds element number `index`, and its number there. The place after the last chunk if there
    /// are not so many.
    pub(super) fn locate(&self, index: usize) -> (usize, usize) {
        let chunks = match &self.0 {
            Form::Packed(chunk) if index < chunk.count() => return (0, index),
            Form::Packed(_) => return (1, 0),
            Form::Chunked(chunks) => chunks,
        };
        let count = chunks.chunks.len();
        if index >= chunks.len {
            return (count, 0);
        }
        if index < chunks.len / 2 {
            let mut first = 0;
            for (at, chunk) in chunks.chunks.iter().enumerate() {
                if index < first + chunk.count() {
                    return (at, index - first);
                }
                first += chunk.count();
            }
        } else {
            let mut first = chunks.len;
            for (at, chunk) in chunks.chunks.iter().enumerate().rev() {
                first -= chunk.count();
                if index >= first {
                    return (at, index - first);
                }
            }
        }
        (count, 0)
    }

    pub(super) fn chunk(&self, at: usize) -> Option<&Chunk> {
        match &self.0 {
            Form::Packed(chunk) => (at == 0).then_some(chunk),
            Form::Chunked(chunks) => chunks.chunks.get(at),
        }
    }

    pub(super) fn chunk_count(&self) -> usize {
        match &self.0 {
            Form::Packed(_) => 1,
            Form::Chunked(chunks) => chunks.chunks.len(),
        }
    }

    fn chunks(&self) -> impl Iterator<Item = &Chunk> {
        (0..self.chunk_count()).filter_map(|at| self.chunk(at))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        while self.place >= self.live.len() {
            self.chunk += 1;
            self.live = self.list.chunk(self.chunk)?.live();
            self.place = 0;
        }
        let (item, next) = listpack::read(self.live, self.place)?;
        self.place = next;
        Some(item)
    }
}

impl<'a> IntoIterator for &'a List {
    type Item = Item<'a>;
    type IntoIter = Elements<'a>;

    fn into_iter(self) -> Elements<'a> {
        self.elements()
    }
}
