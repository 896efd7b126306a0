//! What a block's index and filters already exclude. Pure, but for the reading of filters.

use super::super::block::filter::{self, Item, LINE_BYTES};
use super::super::block::meta::{ColumnMeta, Known};
use super::super::block::{BlockMeta, Place};
use super::super::parse::Shape;
use super::super::query::{FieldTest, Query, Test};
use std::io;
use std::sync::Arc;

/// Where a block's bytes are.
pub trait Bytes {
    /// Some of them.
    fn read(&self, place: Place) -> io::Result<Vec<u8>>;
    /// A few of them, into `out`.
    fn read_into(&self, at: u32, out: &mut [u8]) -> io::Result<()>;
}

/// What is asked of each block's filters, made once a query.
#[derive(Debug)]
pub struct Asked {
    fields: Vec<Vec<Item>>,
    texts: Vec<TextAsked>,
}

#[derive(Debug)]
struct TextAsked {
    text: Box<str>,
    items: Vec<Item>,
}

impl Asked {
    /// For this query.
    pub fn of(query: &Query) -> Self {
        let fields = query.fields.iter().map(|field| match field.test {
            Test::Is => filter::items_of_value(&field.value),
            Test::Contains => filter::items_of_text(&field.value),
            _ => Vec::new(),
        });
        let texts = query.texts.iter().map(|text| text.text.clone());
        let texts = texts.map(|text| TextAsked { items: filter::items_of_text(&text), text });
        Asked { fields: fields.collect(), texts: texts.collect() }
    }
}

/// A block whose index says this may have lines that are looked for.
pub fn may_have(
    query: &Query,
    asked: &Asked,
    block: &BlockMeta,
    shapes: &[Arc<Shape>],
    bytes: &impl Bytes,
) -> io::Result<bool> {
    if !head_may(query, block) {
        return Ok(false);
    }
    for (field, items) in query.fields.iter().zip(&asked.fields) {
        if block.rest.is_none() && !field_may(field, items, block, bytes)? {
            return Ok(false);
        }
    }
    for text in &asked.texts {
        if block.rest.is_none() && !text_may(text, block, shapes, bytes)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The same without reading anything.
pub fn head_may(query: &Query, block: &BlockMeta) -> bool {
    let worker = query.worker.map(|number| number.saturating_add(1));
    query.wants_time(block.from_ms, block.until_ms)
        && query.wants_stream(&block.app, block.stream)
        && query.level.is_none_or(|level| block.minutes.iter().any(|(_, have, _)| *have >= level))
        && worker.is_none_or(|worker| (block.workers.0..=block.workers.1).contains(&worker))
}

fn field_may(
    field: &FieldTest,
    items: &[Item],
    block: &BlockMeta,
    bytes: &impl Bytes,
) -> io::Result<bool> {
    if field.test == Test::IsNot {
        return Ok(true);
    }
    let Some(column) = block.columns.iter().find(|column| *column.name == *field.name) else {
        return Ok(false);
    };
    match &column.known {
        _ if column.is_escaped => Ok(true),
        Known::Same(value) => Ok(field.meets(Some(value))),
        Known::Between(least, greatest) => Ok(field.meets_between(*least, *greatest)),
        Known::Filter(place) => has_all(*place, items, bytes),
    }
}

/// The first and the last bytes of what stands between values: a text that reaches from a value into what is beside it
/// has one of them.
fn ends(shape: &Shape) -> impl Iterator<Item = u8> {
    let ends = shape
        .literals
        .iter()
        .flat_map(|literal| [literal.bytes().next(), literal.bytes().next_back()]);
    ends.flatten()
}

/// The text may stand across values of such a line.
pub fn may_cross(text: &str, shape: &Shape) -> bool {
    has_neighbours(shape) || ends(shape).any(|end| text.bytes().any(|byte| byte == end))
}

/// Two values follow each other with nothing between.
fn has_neighbours(shape: &Shape) -> bool {
    let between = shape.literals.len().saturating_sub(2);
    shape.literals.iter().skip(1).take(between).any(|literal| literal.is_empty())
}

fn text_may(
    asked: &TextAsked,
    block: &BlockMeta,
    shapes: &[Arc<Shape>],
    bytes: &impl Bytes,
) -> io::Result<bool> {
    let own = || block.shapes.iter().filter_map(|number| shapes.get(*number as usize));
    if own().any(|shape| shape.literals.iter().any(|literal| literal.contains(&*asked.text))) {
        return Ok(true);
    }
    if !own().any(|shape| may_cross(&asked.text, shape)) {
        return run_may(&asked.text, &asked.items, block, bytes);
    }
    // The text may stand across values. What of it lies between bytes that end literals stands in one value or one
    // literal as a whole.
    let mut known = [false; 128];
    for byte in own().flat_map(|shape| ends(shape)) {
        let Some(known) = known.get_mut(usize::from(byte)) else { return Ok(true) };
        *known = true;
    }
    if own().any(|shape| has_neighbours(shape)) {
        return Ok(true);
    }
    let is_end = |letter: char| known.get(letter as usize) == Some(&true);
    for run in asked.text.split(is_end).filter(|run| run.len() > 2) {
        let in_literal =
            own().any(|shape| shape.literals.iter().any(|literal| literal.contains(run)));
        if !in_literal && !run_may(run, &filter::items_of_text(run), block, bytes)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A value of some column may contain `run`.
fn run_may(run: &str, items: &[Item], block: &BlockMeta, bytes: &impl Bytes) -> io::Result<bool> {
    for column in &block.columns {
        if column_may(run, items, column, bytes)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A value of the column may contain `run`.
pub fn column_may(
    run: &str,
    items: &[Item],
    column: &ColumnMeta,
    bytes: &impl Bytes,
) -> io::Result<bool> {
    match &column.known {
        Known::Same(value) => Ok(value.contains(run)),
        Known::Between(..) => Ok(numbers_may(run, &column.known)),
        Known::Filter(place) => has_all(*place, items, bytes),
    }
}

/// Whole numbers between these may have `run` among their digits.
pub fn numbers_may(run: &str, known: &Known) -> bool {
    let Known::Between(least, greatest) = known else { return true };
    let digits = |number: &i64| number.to_string().len();
    let sign = run.strip_prefix('-');
    (sign.is_none() || *least < 0)
        && sign.unwrap_or(run).bytes().all(|byte| byte.is_ascii_digit())
        && run.len() <= digits(least).max(digits(greatest))
}

/// The filter has all of `items`.
fn has_all(place: Place, items: &[Item], bytes: &impl Bytes) -> io::Result<bool> {
    let lines = place.length as usize / LINE_BYTES;
    if lines == 0 || !lines.is_power_of_two() {
        return Ok(true);
    }
    let mut line = [0; LINE_BYTES];
    for item in items {
        let at = filter::line(*item, lines) * LINE_BYTES;
        bytes.read_into(place.at + at as u32, &mut line)?;
        if !filter::has(&line, *item) {
            return Ok(false);
        }
    }
    Ok(true)
}
