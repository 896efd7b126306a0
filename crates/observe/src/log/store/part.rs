//! A part: blocks and their index, in memory or in one file that never changes.

use super::super::block::{Block, BlockMeta, Index, Place};
use super::super::search::block::damaged;
use super::super::search::prune::Bytes;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The first and the last bytes of a file. The digits are the version of the form.
pub const MAGIC: &[u8; 8] = b"OSTLOG01";
/// The end of a file: places, counts, checksums, magic.
pub const TAIL_BYTES: usize = 48;
/// An index may have so many bytes.
const INDEX_BYTES_MAX: usize = 256 << 20;
/// Memory for indexes of files that were read lately, of all parts of a shelf.
const INDEXES_BYTES_MAX: usize = 16 << 20;

/// Blocks and their index.
#[derive(Debug)]
pub struct Part {
    /// Of the file, without its folder; empty in memory.
    pub name: String,
    /// Of the file.
    pub path: PathBuf,
    /// The time of its first line.
    pub from_ms: u64,
    /// The time of its last line.
    pub until_ms: u64,
    /// Bytes that it takes.
    pub bytes: u64,
    /// Its lines.
    pub rows: u64,
    /// Names of the parts whose lines it took over.
    pub replaces: Vec<String>,
    source: Source,
    index: Mutex<Option<Arc<Index>>>,
    /// Of all parts together; the index of one in memory is not counted.
    indexes_bytes: Arc<AtomicUsize>,
}

#[derive(Debug)]
enum Source {
    Memory(Vec<u8>),
    File { file: File, tail: Tail },
}

/// What the end of a file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tail {
    /// Where the index begins.
    pub index_at: u64,
    /// Its bytes as they lie there.
    pub index_bytes: u32,
    /// Its bytes unpacked.
    pub index_plain: u32,
    /// Its checksum.
    pub index_sum: u32,
    /// Bytes of the names of the parts that this one replaces, behind the index.
    pub replaces_bytes: u32,
    /// Lines in the file.
    pub rows: u64,
}

impl Tail {
    /// As bytes.
    pub fn write(&self) -> [u8; TAIL_BYTES] {
        let mut out = Vec::with_capacity(TAIL_BYTES);
        out.extend_from_slice(&self.index_at.to_le_bytes());
        for number in [self.index_bytes, self.index_plain, self.index_sum, self.replaces_bytes] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&self.rows.to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        let sum = crc32fast::hash(&out);
        out.extend_from_slice(&sum.to_le_bytes());
        out.extend_from_slice(MAGIC);
        let mut tail = [0; TAIL_BYTES];
        tail.iter_mut().zip(out).for_each(|(to, from)| *to = from);
        tail
    }

    /// From bytes; None if they are damaged or of another version.
    pub fn read(bytes: &[u8; TAIL_BYTES]) -> Option<Tail> {
        let (body, end) = bytes.split_at_checked(36)?;
        let (sum, magic) = end.split_at_checked(4)?;
        if magic != MAGIC || crc32fast::hash(body).to_le_bytes() != sum {
            return None;
        }
        let small = |at: usize| Some(u32::from_le_bytes(*body.get(at..)?.first_chunk()?));
        let large = |at: usize| Some(u64::from_le_bytes(*body.get(at..)?.first_chunk()?));
        Some(Tail {
            index_at: large(0)?,
            index_bytes: small(8)?,
            index_plain: small(12)?,
            index_sum: small(16)?,
            replaces_bytes: small(20)?,
            rows: large(24)?,
        })
    }
}

impl Part {
    /// One block in memory.
    pub fn of_block(block: Block) -> Self {
        let index = Arc::new(block.index());
        let (meta, data) = (block.meta, block.data);
        Part {
            name: String::new(),
            path: PathBuf::new(),
            from_ms: meta.from_ms,
            until_ms: meta.until_ms,
            bytes: (data.len() + index.bytes()) as u64,
            rows: u64::from(meta.rows),
            replaces: Vec::new(),
            source: Source::Memory(data),
            index: Mutex::new(Some(index)),
            indexes_bytes: Arc::default(),
        }
    }

    /// A file whose name says which times its lines are of.
    ///
    /// # Errors
    /// When it cannot be read, or is not one that [`super::write::Writer`] made.
    pub fn open(path: &Path, indexes_bytes: &Arc<AtomicUsize>) -> io::Result<Self> {
        let name =
            path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let (from_ms, until_ms) = times(&name).ok_or_else(damaged)?;
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        let mut tail = [0; TAIL_BYTES];
        file.read_exact_at(&mut tail, bytes.checked_sub(TAIL_BYTES as u64).ok_or_else(damaged)?)?;
        let tail = Tail::read(&tail).ok_or_else(damaged)?;
        let end = tail.index_at.saturating_add(u64::from(tail.index_bytes));
        let fits = end.saturating_add(u64::from(tail.replaces_bytes)) <= bytes;
        if !fits || tail.index_plain as usize > INDEX_BYTES_MAX {
            return Err(damaged());
        }
        let mut replaces = vec![0; tail.replaces_bytes as usize];
        file.read_exact_at(&mut replaces, end)?;
        let replaces = String::from_utf8_lossy(&replaces).lines().map(Into::into).collect();
        Ok(Part {
            name,
            path: path.into(),
            from_ms,
            until_ms,
            bytes,
            rows: tail.rows,
            replaces,
            source: Source::File { file, tail },
            index: Mutex::new(None),
            indexes_bytes: indexes_bytes.clone(),
        })
    }

    /// Its index, read if need be.
    ///
    /// # Errors
    /// When it cannot be read or is damaged.
    pub fn index(&self) -> io::Result<Arc<Index>> {
        if let Some(index) = self.index.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            return Ok(index.clone());
        }
        let Source::File { file, tail } = &self.source else { return Err(damaged()) };
        let mut packed = vec![0; tail.index_bytes as usize];
        file.read_exact_at(&mut packed, tail.index_at)?;
        if crc32fast::hash(&packed) != tail.index_sum {
            return Err(damaged());
        }
        let plain = zstd::bulk::decompress(&packed, tail.index_plain as usize)?;
        let index = Arc::new(Index::read(&plain).ok_or_else(damaged)?);
        let size = index.bytes();
        if self.indexes_bytes.load(Ordering::Relaxed) + size <= INDEXES_BYTES_MAX {
            let mut kept = self.index.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.is_none() {
                self.indexes_bytes.fetch_add(size, Ordering::Relaxed);
                *kept = Some(index.clone());
            }
        }
        Ok(index)
    }

    /// Forget the index of a file: it can be read again.
    pub fn forget(&self) {
        if matches!(self.source, Source::Memory(_)) {
            return;
        }
        let index = self.index.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(index) = index {
            self.indexes_bytes.fetch_sub(index.bytes(), Ordering::Relaxed);
        }
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<()> {
        match &self.source {
            Source::File { file, .. } => file.read_exact_at(out, at),
            Source::Memory(data) => {
                let from = usize::try_from(at).unwrap_or(usize::MAX);
                let bytes = data.get(from..).and_then(|rest| rest.get(..out.len()));
                out.copy_from_slice(bytes.ok_or_else(damaged)?);
                Ok(())
            }
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.forget();
    }
}

/// The bytes of one block of a part.
#[derive(Debug, Clone)]
pub struct InPart {
    part: Arc<Part>,
    base: u64,
    length: u32,
}

impl InPart {
    /// Those of `block`.
    pub fn new(part: &Arc<Part>, block: &BlockMeta) -> Self {
        InPart { part: part.clone(), base: block.base, length: block.length }
    }

    /// All.
    pub fn all(&self) -> io::Result<Vec<u8>> {
        self.read(Place { at: 0, length: self.length })
    }
}

impl Bytes for InPart {
    fn read(&self, place: Place) -> io::Result<Vec<u8>> {
        if u64::from(place.at) + u64::from(place.length) > u64::from(self.length) {
            return Err(damaged());
        }
        let mut out = vec![0; place.length as usize];
        self.part.read_at(&mut out, self.base + u64::from(place.at))?;
        Ok(out)
    }

    fn read_into(&self, at: u32, out: &mut [u8]) -> io::Result<()> {
        self.part.read_at(out, self.base + u64::from(at))
    }
}

/// The times of the first and the last line, from a name such as `1764082124001-1764082129001-4711-3.part`.
pub fn times(name: &str) -> Option<(u64, u64)> {
    let mut numbers = name.strip_suffix(".part")?.split('-');
    let times = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    (times.0 <= times.1).then_some(times)
}
