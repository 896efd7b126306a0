//! Makes the file of a part: under another name first, so that nobody sees half of it.

use super::super::block::{BlockMeta, Index};
use super::super::parse::Shape;
use super::part::{MAGIC, Part, Tail};
use base::calendar::Moment;
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Numbers the files of this process, so that their names are its own.
#[derive(Debug, Default)]
pub struct Numbers(AtomicU64);

impl Numbers {
    /// The next.
    pub fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

/// A part that is being written. Dropped before its end it leaves nothing.
#[derive(Debug)]
pub struct Writer {
    file: BufWriter<File>,
    path: PathBuf,
    index: Index,
    /// Which shape has which number.
    shapes: HashMap<Arc<Shape>, u32>,
    written: u64,
    rows: u64,
    from_ms: u64,
    until_ms: u64,
    is_done: bool,
}

impl Writer {
    /// Begin in `folder`.
    ///
    /// # Errors
    /// When no file can be made.
    pub fn new(folder: &Path, numbers: &Numbers) -> io::Result<Self> {
        let path = folder.join(format!("{}-{}.tmp", std::process::id(), numbers.next()));
        let file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        let mut writer = Writer {
            file: BufWriter::with_capacity(256 << 10, file),
            path,
            index: Index::default(),
            shapes: HashMap::new(),
            written: 0,
            rows: 0,
            from_ms: u64::MAX,
            until_ms: 0,
            is_done: false,
        };
        writer.put(MAGIC)?;
        Ok(writer)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.written += bytes.len() as u64;
        Ok(())
    }

    /// Add a block with its bytes; `shapes` are those that its numbers are of.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, block: &BlockMeta, shapes: &[Arc<Shape>], data: &[u8]) -> io::Result<()> {
        let mut meta = block.clone();
        meta.base = self.written;
        meta.shapes = block
            .shapes
            .iter()
            .filter_map(|number| shapes.get(*number as usize))
            .map(|shape| {
                let next = self.shapes.len() as u32;
                let number = *self.shapes.entry(shape.clone()).or_insert(next);
                if number == next {
                    self.index.shapes.push(shape.clone());
                }
                number
            })
            .collect();
        self.put(data)?;
        self.rows += u64::from(block.rows);
        self.from_ms = self.from_ms.min(block.from_ms);
        self.until_ms = self.until_ms.max(block.until_ms);
        self.index.blocks.push(Arc::new(meta));
        Ok(())
    }

    /// Write the index, see that all is on disk, and give the file its name, below a folder of the day.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(
        mut self,
        root: &Path,
        numbers: &Numbers,
        replaces: &[String],
        indexes_bytes: &Arc<AtomicUsize>,
    ) -> io::Result<Part> {
        let plain = self.index.write();
        let packed = zstd::bulk::compress(&plain, 1)?;
        let names = replaces.join("\n");
        let tail = Tail {
            index_at: self.written,
            index_bytes: packed.len() as u32,
            index_plain: plain.len() as u32,
            index_sum: crc32fast::hash(&packed),
            replaces_bytes: names.len() as u32,
            rows: self.rows,
        };
        self.put(&packed)?;
        self.put(names.as_bytes())?;
        self.put(&tail.write())?;
        self.file.flush()?;
        self.file.get_ref().sync_data()?;
        let Moment { year, month, day, .. } = Moment::of(self.until_ms);
        let folder = root.join(format!("{year:04}-{month:02}-{day:02}"));
        base::files::create_private_folder(&folder)?;
        let name = format!(
            "{:013}-{:013}-{}-{}.part",
            self.from_ms,
            self.until_ms,
            std::process::id(),
            numbers.next()
        );
        let path = folder.join(name);
        fs::rename(&self.path, &path)?;
        self.is_done = true;
        File::open(&folder)?.sync_all()?;
        Part::open(&path, indexes_bytes)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.is_done {
            let _ = fs::remove_file(&self.path);
        }
    }
}
