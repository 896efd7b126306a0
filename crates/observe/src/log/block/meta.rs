//! What is known of a block without its columns: the index of a part. Pure.

use super::super::bytes::{Take, put_counted, put_number, put_signed};
use super::super::parse::{Form, Shape, text};
use super::build::{COLUMNS_MAX, ROWS_MAX, SHAPES_MAX};
use crate::record::Level;
use model::Stream;
use std::collections::HashMap;
use std::sync::Arc;

/// Where something is among a block's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// From the block's first byte.
    pub at: u32,
    /// How many bytes.
    pub length: u32,
}

/// One field of a block.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnMeta {
    /// Its dotted name.
    pub name: Arc<str>,
    /// Rows that have it.
    pub rows: u32,
    /// Its values.
    pub cell: Place,
    /// Some of its values have backslashes, so that they say something else than what is written.
    pub is_escaped: bool,
    /// What is known of its values.
    pub known: Known,
}

/// What is known of the values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    /// The one value.
    Same(Box<str>),
    /// The least and the greatest, of whole numbers.
    Between(i64, i64),
    /// A filter.
    Filter(Place),
}

/// A block without its columns.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockMeta {
    /// Where it begins in its part.
    pub base: u64,
    /// How many bytes it has.
    pub length: u32,
    /// The app.
    pub app: Arc<str>,
    /// The output.
    pub stream: Stream,
    /// Lines.
    pub rows: u32,
    /// Bytes of text that they were.
    pub raw_bytes: u64,
    /// The time of the first.
    pub from_ms: u64,
    /// The time of the last.
    pub until_ms: u64,
    /// The least and the greatest number of a worker; 0 is none, and others are one more than they are.
    pub workers: (u32, u32),
    /// How many lines of which level there are in which minute since the Unix epoch.
    pub minutes: Vec<(u64, Level, u32)>,
    /// Its shapes, as numbers in the index.
    pub shapes: Vec<u32>,
    /// Times, workers, levels, numbers of shapes: one more than the last is that of lines without one.
    pub heads: [Place; 4],
    /// Lines whose shape is not kept, as they are written.
    pub rest: Option<(u32, Place)>,
    /// Its fields.
    pub columns: Vec<ColumnMeta>,
}

/// What a part knows of all its blocks. Its form on disk has the version of its part.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Index {
    /// Shapes of lines, which blocks share.
    pub shapes: Vec<Arc<Shape>>,
    /// The blocks.
    pub blocks: Vec<Arc<BlockMeta>>,
}

/// Blocks of one part.
const BLOCKS_MAX: usize = 1 << 20;

impl Index {
    /// As bytes.
    pub fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_number(&mut out, self.shapes.len() as u64);
        self.shapes.iter().for_each(|shape| write_shape(shape, &mut out));
        put_number(&mut out, self.blocks.len() as u64);
        self.blocks.iter().for_each(|block| write_block(block, &mut out));
        out
    }

    /// From bytes; None if they are damaged.
    pub fn read(bytes: &[u8]) -> Option<Index> {
        let mut take = Take(bytes);
        let shapes =
            (0..take.count()?).map(|_| read_shape(&mut take)).collect::<Option<Vec<_>>>()?;
        let mut names = HashMap::new();
        let count = take.count().filter(|count| *count <= BLOCKS_MAX)?;
        let blocks =
            (0..count).map(|_| read_block(&mut take, shapes.len(), &mut names).map(Arc::new));
        let blocks = blocks.collect::<Option<Vec<_>>>()?;
        take.0.is_empty().then_some(Index { shapes, blocks })
    }

    /// About how much memory it takes.
    pub fn bytes(&self) -> usize {
        let shapes: usize = self.shapes.iter().map(|shape| shape.bytes()).sum();
        let blocks = self
            .blocks
            .iter()
            .map(|block| 300 + block.columns.len() * 96 + block.minutes.len() * 16);
        shapes + blocks.sum::<usize>()
    }
}

fn write_shape(shape: &Shape, out: &mut Vec<u8>) {
    out.push(match shape.form {
        Form::Json => 0,
        Form::Plain => 1,
        Form::Text(form) => {
            2 + text::Form::ALL.iter().position(|known| *known == form).map_or(0, |at| at as u8)
        }
    });
    put_number(out, shape.names.len() as u64);
    shape.names.iter().for_each(|name| put_counted(out, name.as_bytes()));
    shape.literals.iter().for_each(|literal| put_counted(out, literal.as_bytes()));
}

fn read_shape(take: &mut Take<'_>) -> Option<Arc<Shape>> {
    let form = match take.byte()? {
        0 => Form::Json,
        1 => Form::Plain,
        other => Form::Text(*text::Form::ALL.get(usize::from(other) - 2)?),
    };
    let count = take.count()?;
    let names = (0..count).map(|_| take.text().map(Into::into)).collect::<Option<Vec<_>>>()?;
    let literals = (0..=count).map(|_| take.text().map(Into::into)).collect::<Option<Vec<_>>>()?;
    Some(Arc::new(Shape::new(form, literals, names)))
}

fn put_place(out: &mut Vec<u8>, place: Place) {
    put_number(out, u64::from(place.at));
    put_number(out, u64::from(place.length));
}

fn write_block(block: &BlockMeta, out: &mut Vec<u8>) {
    put_number(out, block.base);
    put_number(out, u64::from(block.length));
    put_counted(out, block.app.as_bytes());
    out.push(u8::from(block.stream == Stream::Err));
    put_number(out, u64::from(block.rows));
    put_number(out, block.raw_bytes);
    put_number(out, block.from_ms);
    put_number(out, block.until_ms);
    put_number(out, u64::from(block.workers.0));
    put_number(out, u64::from(block.workers.1));
    put_number(out, block.minutes.len() as u64);
    for (minute, level, count) in &block.minutes {
        put_number(out, *minute);
        out.push(*level as u8);
        put_number(out, u64::from(*count));
    }
    put_number(out, block.shapes.len() as u64);
    block.shapes.iter().for_each(|shape| put_number(out, u64::from(*shape)));
    block.heads.iter().for_each(|place| put_place(out, *place));
    let (rest, place) = block.rest.unwrap_or_default();
    put_number(out, u64::from(rest));
    put_place(out, place);
    put_number(out, block.columns.len() as u64);
    for column in &block.columns {
        put_counted(out, column.name.as_bytes());
        put_number(out, u64::from(column.rows));
        put_place(out, column.cell);
        let escaped = u8::from(column.is_escaped) << 4;
        match &column.known {
            Known::Same(value) => {
                out.push(escaped);
                put_counted(out, value.as_bytes());
            }
            Known::Between(least, greatest) => {
                out.push(escaped | 1);
                put_signed(out, *least);
                put_signed(out, *greatest);
            }
            Known::Filter(place) => {
                out.push(escaped | 2);
                put_place(out, *place);
            }
        }
    }
}

fn read_block(
    take: &mut Take<'_>,
    shapes: usize,
    names: &mut HashMap<String, Arc<str>>,
) -> Option<BlockMeta> {
    let (base, length) = (take.number()?, take.small()?);
    let place = |take: &mut Take<'_>| -> Option<Place> {
        let place = Place { at: take.small()?, length: take.small()? };
        (place.at.checked_add(place.length)? <= length).then_some(place)
    };
    let mut name = |take: &mut Take<'_>| -> Option<Arc<str>> {
        let text = take.text()?;
        Some(names.entry(text.into()).or_insert_with(|| text.into()).clone())
    };
    let app = name(take)?;
    let stream = if take.byte()? == 1 { Stream::Err } else { Stream::Out };
    let rows = take.small().filter(|rows| (1..=ROWS_MAX as u32).contains(rows))?;
    let (raw_bytes, from_ms, until_ms) = (take.number()?, take.number()?, take.number()?);
    let workers = (take.small()?, take.small()?);
    let minute = |take: &mut Take<'_>| Some((take.number()?, level(take.byte()?)?, take.small()?));
    let minutes = (0..take.count()?).map(|_| minute(take)).collect::<Option<Vec<_>>>()?;
    let count = take.count().filter(|count| *count <= SHAPES_MAX)?;
    let shape = |take: &mut Take<'_>| take.small().filter(|shape| (*shape as usize) < shapes);
    let shapes = (0..count).map(|_| shape(take)).collect::<Option<Vec<_>>>()?;
    let heads = [place(take)?, place(take)?, place(take)?, place(take)?];
    let (rest, rest_place) = (take.small()?, place(take)?);
    let rest = (rest > 0).then_some((rest, rest_place));
    let column = |take: &mut Take<'_>| -> Option<ColumnMeta> {
        let name = name(take)?;
        let (rows, cell, kind) =
            (take.small().filter(|own| *own <= rows)?, place(take)?, take.byte()?);
        let known = match kind & 0xF {
            0 => Known::Same(take.text()?.into()),
            1 => Known::Between(take.signed()?, take.signed()?),
            _ => Known::Filter(place(take)?),
        };
        Some(ColumnMeta { name, rows, cell, is_escaped: kind & 0x10 != 0, known })
    };
    let mut column = column;
    let count = take.count().filter(|count| *count <= COLUMNS_MAX)?;
    let columns = (0..count).map(|_| column(take)).collect::<Option<Vec<_>>>()?;
    Some(BlockMeta {
        base,
        length,
        app,
        stream,
        rows,
        raw_bytes,
        from_ms,
        until_ms,
        workers,
        minutes,
        shapes,
        heads,
        rest,
        columns,
    })
}

/// The level with this number.
pub fn level(number: u8) -> Option<Level> {
    Level::ALL.get(usize::from(number)).copied()
}
