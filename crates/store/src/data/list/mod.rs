//! A list: a deque of chunks, each about 8 KB of elements one after the other.
//!
//! A place is found by counting chunks, not elements; a value is found by searching the bytes of chunks. A small
//! list is one chunk and nothing else. Redis 7.2 calls the first form `quicklist` and the second `listpack`; a list
//! changes from one to the other where Redis's does.
//! Invariant: no chunk of a list is empty, but for the only chunk of an empty list.

mod chunk;
mod edit;
mod search;
#[cfg(test)]
mod tests;
mod walk;

pub use search::Matches;
pub use walk::Elements;

use chunk::Chunk;
use std::collections::VecDeque;

/// One of the two ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The left one: the first element.
    Head,
    /// The right one: the last element.
    Tail,
}

/// How big a chunk may become (`list-max-listpack-size`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a chunk; an element that is longer has a chunk of its own.
    pub chunk_bytes_max: usize,
    /// Elements of a chunk.
    pub chunk_elements_max: usize,
}

/// Elements in order.
#[derive(Debug, Clone)]
pub struct List(Form);

#[derive(Debug, Clone)]
enum Form {
    /// One chunk.
    Packed(Chunk),
    /// Many.
    Chunked(Box<Chunks>),
}

#[derive(Debug, Clone, Default)]
struct Chunks {
    chunks: VecDeque<Chunk>,
    /// Elements of all chunks.
    len: usize,
}
