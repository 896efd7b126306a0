//! From lines to a block. Pure.

use super::super::parse::{Numbered, Parsed, Shape};
use super::super::row::Row;
use super::column::{Column, Packer};
use super::filter::Filling;
use super::meta::{BlockMeta, ColumnMeta, Index, Known, Place};
use crate::record::Level;
use model::Stream;
use std::collections::HashMap;
use std::sync::Arc;

/// Lines of a block. Few in tests, so that there are many blocks.
pub const ROWS_MAX: usize = if cfg!(test) { 300 } else { 8_192 };
/// Bytes of text of a block, but for its last line.
pub const RAW_BYTES_MAX: usize = 2 << 20;
/// Fields that are columns.
pub const COLUMNS_MAX: usize = 128;
/// Shapes that are kept apart.
pub const SHAPES_MAX: usize = 64;
/// A column's only value is kept in the index up to this length.
const SAME_BYTES_MAX: usize = 256;

/// A block by itself.
#[derive(Debug, Clone)]
pub struct Block {
    /// What is known of it; its shapes are those of [`Block::shapes`].
    pub meta: BlockMeta,
    /// Its shapes.
    pub shapes: Vec<Arc<Shape>>,
    /// Its columns and filters.
    pub data: Vec<u8>,
}

impl Block {
    /// The index of a part with no other block.
    pub fn index(&self) -> Index {
        Index { shapes: self.shapes.clone(), blocks: vec![Arc::new(self.meta.clone())] }
    }
}

/// Builds blocks; used again, since what it needs is large.
#[derive(Debug)]
pub struct Builder {
    packer: Packer,
    filling: Filling,
    parsed: Parsed,
}

/// Lines sorted into fields.
#[derive(Default)]
struct Sorted<'r> {
    numbered: Numbered,
    /// For each shape, the column of each value.
    places: Vec<Vec<usize>>,
    columns: Vec<Values<'r>>,
    by_name: HashMap<Box<str>, usize>,
    /// The shape of each line.
    shapes: Vec<i64>,
    rest: Vec<&'r str>,
}

struct Values<'r> {
    name: Arc<str>,
    values: Vec<&'r str>,
    is_escaped: bool,
}

impl Builder {
    /// None: there is no memory for it.
    pub fn new() -> Option<Self> {
        Some(Builder {
            packer: Packer::new()?,
            filling: Filling::default(),
            parsed: Parsed::default(),
        })
    }

    /// Build a block of lines of one stream, of which there must be one to [`ROWS_MAX`].
    pub fn build(&mut self, app: &Arc<str>, stream: Stream, rows: &[Row]) -> Block {
        let mut order: Vec<&Row> = rows.iter().collect();
        if !order.is_sorted_by_key(|row| row.at_ms) {
            order.sort_by_key(|row| row.at_ms);
        }
        let sorted = self.sort(&order);
        let mut data = Vec::with_capacity(64 << 10);
        let heads = self.heads(&order, sorted.shapes, &mut data);
        let rest = (!sorted.rest.is_empty()).then(|| {
            let place = self.put(&Column::of(&sorted.rest), &mut data);
            (sorted.rest.len() as u32, place)
        });
        let columns: Vec<ColumnMeta> =
            sorted.columns.iter().map(|values| self.column(values, &mut data)).collect();
        let numbers = order.iter().map(|row| number_of(row.worker));
        let workers = (numbers.clone().min().unwrap_or(0), numbers.max().unwrap_or(0));
        let shapes: Vec<Arc<Shape>> = sorted.numbered.shapes.into_iter().map(Arc::new).collect();
        let meta = BlockMeta {
            base: 0,
            length: data.len() as u32,
            app: app.clone(),
            stream,
            rows: order.len() as u32,
            raw_bytes: order.iter().map(|row| row.text().len() as u64).sum(),
            from_ms: order.first().map_or(0, |row| row.at_ms),
            until_ms: order.last().map_or(0, |row| row.at_ms),
            workers,
            minutes: minutes(&order),
            shapes: (0..shapes.len() as u32).collect(),
            heads,
            rest,
            columns,
        };
        Block { meta, shapes, data }
    }

    fn sort<'r>(&mut self, rows: &[&'r Row]) -> Sorted<'r> {
        let mut sorted = Sorted::default();
        for row in rows {
            let line = row.text();
            self.parsed.read(line);
            let Sorted { numbered, by_name, .. } = &mut sorted;
            let number = numbered.number(&self.parsed, line, |shape, count| {
                let new = shape.names.iter().filter(|name| !by_name.contains_key(*name)).count();
                count < SHAPES_MAX && !shape.is_ambiguous && by_name.len() + new <= COLUMNS_MAX
            });
            match number {
                Some(number) => sorted.add(number, &self.parsed, line, rows.len()),
                None => {
                    sorted.rest.push(line);
                    sorted.shapes.push(-1);
                }
            }
        }
        sorted
    }

    fn heads(&mut self, rows: &[&Row], shapes: Vec<i64>, data: &mut Vec<u8>) -> [Place; 4] {
        let times = rows.iter().map(|row| row.at_ms.cast_signed()).collect();
        let workers = rows.iter().map(|row| i64::from(number_of(row.worker))).collect();
        let levels = rows.iter().map(|row| row.level as i64).collect();
        [times, workers, levels, shapes].map(|numbers| self.put(&numbers_of(numbers), data))
    }

    fn put(&mut self, column: &Column, data: &mut Vec<u8>) -> Place {
        let at = data.len();
        self.packer.put(column, data);
        Place { at: at as u32, length: (data.len() - at) as u32 }
    }

    fn column(&mut self, values: &Values<'_>, data: &mut Vec<u8>) -> ColumnMeta {
        let column = Column::of(&values.values);
        let cell = self.put(&column, data);
        let known = match &column {
            Column::Same(value) if value.len() <= SAME_BYTES_MAX => {
                Known::Same(value.as_str().into())
            }
            Column::Whole(numbers) => {
                let (least, greatest) = (numbers.iter().min(), numbers.iter().max());
                Known::Between(least.copied().unwrap_or(0), greatest.copied().unwrap_or(0))
            }
            Column::Few { values, .. } => self.filter(values.iter().map(String::as_str), data),
            Column::Same(value) => self.filter([value.as_str()].into_iter(), data),
            Column::Texts { .. } => self.filter(values.values.iter().copied(), data),
        };
        ColumnMeta {
            name: values.name.clone(),
            rows: values.values.len() as u32,
            cell,
            is_escaped: values.is_escaped,
            known,
        }
    }

    fn filter<'v>(&mut self, values: impl Iterator<Item = &'v str>, data: &mut Vec<u8>) -> Known {
        values.for_each(|value| self.filling.value(value));
        let at = data.len();
        self.filling.finish(data);
        Known::Filter(Place { at: at as u32, length: (data.len() - at) as u32 })
    }
}

impl<'r> Sorted<'r> {
    fn add(&mut self, number: usize, parsed: &Parsed, line: &'r str, rows: usize) {
        if number == self.places.len() {
            self.admit(number, rows);
        }
        self.shapes.push(number as i64);
        let Some(places) = self.places.get(number) else { return };
        for (span, place) in parsed.spans.iter().zip(places) {
            if let Some(column) = self.columns.get_mut(*place) {
                let value = span.of(line);
                column.is_escaped |= memchr::memchr(b'\\', value.as_bytes()).is_some();
                column.values.push(value);
            }
        }
    }

    /// Make columns for what a new shape has that others have not.
    fn admit(&mut self, number: usize, rows: usize) {
        let names =
            self.numbered.shapes.get(number).map(|shape| shape.names.clone()).unwrap_or_default();
        let mut places = Vec::with_capacity(names.len());
        for name in names {
            let next = self.columns.len();
            let place = *self.by_name.entry(name.clone()).or_insert(next);
            if place == next {
                // Most lines of a stream have most of its fields.
                let values = Vec::with_capacity(if number == 0 { rows } else { 16 });
                self.columns.push(Values { name: name.as_ref().into(), values, is_escaped: false });
            }
            places.push(place);
        }
        self.places.push(places);
    }
}

/// How a worker's number is kept: 0 is none.
pub fn number_of(worker: Option<u32>) -> u32 {
    worker.map_or(0, |number| number.saturating_add(1))
}

fn numbers_of(numbers: Vec<i64>) -> Column {
    let first = numbers.first().copied().unwrap_or(0);
    if numbers.iter().all(|number| *number == first) {
        Column::Same(first.to_string())
    } else {
        Column::Whole(numbers)
    }
}

fn minutes(rows: &[&Row]) -> Vec<(u64, Level, u32)> {
    let mut minutes: Vec<(u64, [u32; 6])> = Vec::new();
    for row in rows {
        let minute = row.at_ms / 60_000;
        if minutes.last().is_none_or(|(last, _)| *last != minute) {
            minutes.push((minute, [0; 6]));
        }
        if let Some(count) =
            minutes.last_mut().and_then(|(_, counts)| counts.get_mut(row.level as usize))
        {
            *count += 1;
        }
    }
    let each = minutes.iter().flat_map(|(minute, counts)| {
        Level::ALL.iter().zip(counts).map(|(level, count)| (*minute, *level, *count))
    });
    each.filter(|(.., count)| *count > 0).collect()
}
