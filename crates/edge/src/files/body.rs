//! The body of a reply that comes from a file.

use crate::http::conditional::{ByteRange, Multipart};
use bytes::Bytes;
use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// Parts of one file, and what stands between them.
#[derive(Debug)]
pub struct FileBody {
    /// The file; shared with who waits for the disk.
    pub file: Arc<OwnedFd>,
    /// What is sent, in this order.
    pub pieces: VecDeque<Piece>,
    /// Bytes of it all.
    pub length: u64,
}

/// A piece of such a body.
#[derive(Debug)]
pub enum Piece {
    /// Bytes in memory.
    Bytes(Bytes),
    /// A part of the file.
    Part(ByteRange),
}

impl FileBody {
    /// One part of `file`.
    pub fn part(file: OwnedFd, part: ByteRange) -> Self {
        let pieces = VecDeque::from([Piece::Part(part)]);
        FileBody { file: Arc::new(file), pieces, length: part.length }
    }

    /// Several parts of `file`.
    pub fn parts(file: OwnedFd, framed: Multipart) -> Self {
        let mut pieces = VecDeque::with_capacity(framed.parts.len() * 2 + 1);
        for (head, part) in framed.parts {
            pieces.push_back(Piece::Bytes(head.into()));
            pieces.push_back(Piece::Part(part));
        }
        pieces.push_back(Piece::Bytes(framed.end.into()));
        FileBody { file: Arc::new(file), pieces, length: framed.length }
    }
}
