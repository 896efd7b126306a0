//! Buffers of bytes that were read and not yet passed on, and the stock they come from.

use rustix::fd::AsFd;
use rustix::io::Errno;
use rustix::net::RecvFlags;
use std::cell::RefCell;
use std::rc::Rc;

/// For bytes that are written, not read: usual heads.
const SMALL_BYTES: usize = 4 * 1024;
/// What is read into at first: any usual head with a small body.
const BYTES: usize = 16 * 1024;
/// What is read into for the sake of large bodies: fewer and larger reads.
const LARGE_BYTES: usize = 128 * 1024;
/// Memory kept in stock for each size.
const STOCK_BYTES_MAX: usize = 2 * 1024 * 1024;

/// A thread's stock of free buffers.
#[derive(Debug)]
pub struct Buffers([Shelf; 3]);

#[derive(Debug)]
struct Shelf {
    bytes: usize,
    free: RefCell<Vec<Vec<u8>>>,
}

/// Bytes in the order they came. Without memory of its own while empty and released.
#[derive(Debug)]
pub struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    /// The last read filled it: a larger one is worth its memory.
    tight: bool,
    /// A larger one is never worth it.
    modest: bool,
    stock: Rc<Buffers>,
}

impl Buffers {
    /// An empty stock.
    pub fn new() -> Rc<Self> {
        let shelf = |bytes| Shelf { bytes, free: RefCell::default() };
        Rc::new(Buffers([shelf(SMALL_BYTES), shelf(BYTES), shelf(LARGE_BYTES)]))
    }

    fn take(&self, bytes: usize) -> Vec<u8> {
        let shelf = self.0.iter().find(|shelf| shelf.bytes == bytes);
        let free = shelf.and_then(|shelf| shelf.free.borrow_mut().pop());
        free.unwrap_or_else(|| Vec::with_capacity(bytes))
    }

    /// Take memory back, unless it is of an odd size or there is enough.
    fn put(&self, mut memory: Vec<u8>) {
        let shelf = self.0.iter().find(|shelf| shelf.bytes == memory.capacity());
        let Some(Shelf { bytes, free }) = shelf else { return };
        let mut free = free.borrow_mut();
        if free.len() < STOCK_BYTES_MAX / bytes {
            memory.clear();
            free.push(memory);
        }
    }
}

impl Buffer {
    /// An empty buffer that takes its memory from `stock` when it is first used.
    pub fn new(stock: &Rc<Buffers>) -> Self {
        Buffer { bytes: Vec::new(), start: 0, tight: false, modest: false, stock: stock.clone() }
    }

    /// Do not become large for the sake of a large body: many of these may wait at once for one peer.
    #[must_use]
    pub fn modest(mut self, modest: bool) -> Self {
        self.modest = modest;
        self
    }

    /// The bytes held.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// The bytes held from position `at` on.
    pub fn from(&self, at: usize) -> &[u8] {
        self.bytes().get(at..).unwrap_or_default()
    }

    /// The bytes held between two positions.
    pub fn between(&self, from: usize, to: usize) -> &[u8] {
        self.bytes().get(from..to).unwrap_or_default()
    }

    /// How many bytes are held.
    pub fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    /// True if none are held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes held, to be changed in place.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.start..).unwrap_or_default()
    }

    /// Let go of the first `count` bytes.
    pub fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.bytes.len());
        if self.start == self.bytes.len() {
            self.clear();
        }
    }

    /// Let go of all bytes; the memory stays.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.start = 0;
    }

    /// Give the memory back if no bytes are held.
    pub fn release(&mut self) {
        if self.is_empty() && self.bytes.capacity() > 0 {
            self.clear();
            self.tight = false;
            self.stock.put(std::mem::take(&mut self.bytes));
        }
    }

    /// Add bytes through `write`.
    pub fn append<T>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        if self.bytes.capacity() == 0 {
            self.bytes = self.stock.take(SMALL_BYTES);
        }
        write(&mut self.bytes)
    }

    /// Add `bytes`.
    pub fn extend(&mut self, bytes: &[u8]) {
        self.append(|out| out.extend_from_slice(bytes));
    }

    /// Take memory for `room` bytes, if there is none yet.
    pub fn reserve(&mut self, room: usize) {
        if self.bytes.capacity() == 0 {
            let sizes = self.stock.0.iter().map(|shelf| shelf.bytes);
            let size = sizes.filter(|size| *size >= room).min().unwrap_or(LARGE_BYTES);
            self.bytes = self.stock.take(size);
        }
    }

    /// Let `write` fill in up to `room` bytes more; it returns how many it did.
    ///
    /// # Errors
    /// Those of `write`; nothing is added then.
    pub fn append_room<E>(
        &mut self,
        room: usize,
        write: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) -> Result<(), E> {
        self.reserve(room);
        let before = self.bytes.len();
        self.bytes.resize(before + room, 0);
        let written = write(self.bytes.get_mut(before..).unwrap_or_default());
        self.bytes.truncate(before + *written.as_ref().unwrap_or(&0));
        written.map(|_| ())
    }

    /// Replace everything from position `at` on by `bytes`.
    pub fn rewrite(&mut self, at: usize, bytes: &[u8]) {
        self.bytes.truncate(self.start + at);
        self.bytes.extend_from_slice(bytes);
    }

    /// See to it that something can be read, and return how much. A large body earns a large
    /// buffer; a head that does not fit makes this one grow.
    pub fn make_room(&mut self) -> usize {
        if self.is_empty() && (self.bytes.capacity() == 0 || self.tight) {
            let new = self.stock.take(if self.tight { LARGE_BYTES } else { BYTES });
            self.stock.put(std::mem::replace(&mut self.bytes, new));
            self.tight = false;
        }
        if self.start > 0 && self.bytes.capacity() - self.bytes.len() < BYTES / 4 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        if self.bytes.len() == self.bytes.capacity() {
            self.bytes.reserve(self.bytes.capacity());
        }
        self.bytes.capacity() - self.bytes.len()
    }

    pub(super) fn fill(&mut self, socket: impl AsFd) -> Result<usize, Errno> {
        let read = rustix::io::retry_on_intr(|| {
            let room = rustix::buffer::spare_capacity(&mut self.bytes);
            rustix::net::recv(&socket, room, RecvFlags::empty())
        })?;
        let read = read.0;
        let full = self.bytes.len() == self.bytes.capacity();
        self.tight = full && !self.modest && self.bytes.len() < LARGE_BYTES;
        Ok(read)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.stock.put(std::mem::take(&mut self.bytes));
    }
}
