//! Which parts become one, and how: small blocks of one stream are built anew, full ones are copied.

use super::super::block::build::{RAW_BYTES_MAX, ROWS_MAX};
use super::super::block::{BlockMeta, Builder, Index, Unpacker};
use super::super::row::{Row, Text};
use super::super::search::Opened;
use super::part::{InPart, Part};
use super::shelf::Shelf;
use super::write::Writer;
use std::io;
use std::sync::Arc;

/// So many parts of about one size become one.
pub const PARTS: usize = 8;
/// Parts that are smaller than this count as of this size.
const SMALL_BYTES: u64 = 256 << 10;

/// Parts of one day and of about one size that should become one, oldest first; empty if there are none.
pub fn plan(parts: &[Arc<Part>], part_bytes_max: u64) -> Vec<Arc<Part>> {
    let day = |part: &Part| part.until_ms / 86_400_000;
    let tier = |part: &Part| part.bytes.max(SMALL_BYTES).ilog(PARTS as u64);
    let mut sorted: Vec<_> = parts.to_vec();
    sorted.sort_by_key(|part| (day(part), tier(part), part.until_ms));
    let groups = sorted.chunk_by(|a, b| day(a) == day(b) && tier(a) == tier(b));
    for group in groups {
        let Some(run) = group.get(..PARTS) else { continue };
        let bytes: u64 = run.iter().map(|part| part.bytes).sum();
        if bytes <= part_bytes_max {
            return run.to_vec();
        }
    }
    Vec::new()
}

/// Blocks to merge, with where they are.
type Source = (Arc<BlockMeta>, Arc<Index>, InPart);

/// Merge `parts` into one. `pause` is called between blocks; false ends it with nothing done.
///
/// # Errors
/// When something cannot be read or written: nothing has changed then.
pub fn merge(
    shelf: &Shelf,
    parts: &[Arc<Part>],
    mut pause: impl FnMut() -> bool,
) -> io::Result<bool> {
    let mut sources: Vec<Source> = Vec::new();
    for part in parts {
        let index = part.index()?;
        sources.extend(
            index
                .blocks
                .iter()
                .map(|block| (block.clone(), index.clone(), InPart::new(part, block))),
        );
    }
    sources.sort_by(|(a, ..), (b, ..)| {
        (&a.app, a.stream, a.from_ms).cmp(&(&b.app, b.stream, b.from_ms))
    });
    let no_memory = || io::Error::from(io::ErrorKind::OutOfMemory);
    let mut work = Work {
        writer: shelf.begin()?,
        builder: Builder::new().ok_or_else(no_memory)?,
        unpacker: Unpacker::new().ok_or_else(no_memory)?,
        small: Vec::new(),
        rows: 0,
        bytes: 0,
    };
    for source in sources {
        if !pause() {
            return Ok(false);
        }
        work.take(source)?;
    }
    work.build()?;
    let part = shelf.finish(work.writer, parts)?;
    shelf.place(part, parts);
    Ok(true)
}

struct Work {
    writer: Writer,
    builder: Builder,
    unpacker: Unpacker,
    /// Blocks of one stream that become one.
    small: Vec<Source>,
    rows: usize,
    bytes: u64,
}

impl Work {
    fn take(&mut self, source: Source) -> io::Result<()> {
        let (block, ..) = &source;
        let (rows, bytes) = (block.rows as usize, block.raw_bytes);
        let fits = self.rows + rows <= ROWS_MAX && self.bytes + bytes <= RAW_BYTES_MAX as u64;
        let same = self
            .small
            .first()
            .is_none_or(|(first, ..)| first.app == block.app && first.stream == block.stream);
        if !fits || !same {
            self.build()?;
        }
        self.rows += rows;
        self.bytes += bytes;
        self.small.push(source);
        Ok(())
    }

    /// Write what is gathered as one block.
    fn build(&mut self) -> io::Result<()> {
        let small = std::mem::take(&mut self.small);
        (self.rows, self.bytes) = (0, 0);
        let [(first, index, bytes), ..] = small.as_slice() else { return Ok(()) };
        if small.len() == 1 {
            return self.writer.add(first, &index.shapes, &bytes.all()?);
        }
        let mut rows = Vec::new();
        for (block, index, bytes) in &small {
            self.read(block, index, bytes, &mut rows)?;
        }
        let built = self.builder.build(&first.app, first.stream, &rows);
        self.writer.add(&built.meta, &built.shapes, &built.data)
    }

    fn read(
        &mut self,
        block: &Arc<BlockMeta>,
        index: &Index,
        bytes: &InPart,
        rows: &mut Vec<Row>,
    ) -> io::Result<()> {
        let mut opened = Opened::new(block.clone(), &index.shapes, bytes.clone());
        let mut line = String::new();
        for row in 0..block.rows {
            let (at_ms, worker, level) = opened.head(row, &mut self.unpacker)?;
            opened.line(row, &mut self.unpacker, &mut line)?;
            rows.push(Row { at_ms, worker, level, text: Text::Own(line.as_str().into()) });
        }
        Ok(())
    }
}
