//! Which lines of one block are looked for, and what they say. Reads only the columns that it needs.

use super::super::block::meta::Known;
use super::super::block::{BlockMeta, Column, Place, Unpacker, filter};
use super::super::parse::Shape;
use super::super::query::{FieldTest, Matcher, Query, Text, meaning};
use super::prune::{self, Bytes};
use crate::record::Level;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

/// A block that is being read.
pub struct Opened<B> {
    /// What is known of it.
    pub meta: Arc<BlockMeta>,
    shapes: Vec<Arc<Shape>>,
    bytes: B,
    heads: Option<Heads>,
    /// The column of each value of each shape.
    places: Vec<Vec<usize>>,
    columns: Vec<Option<Loaded>>,
    rest: Option<Loaded>,
}

/// What every line has.
struct Heads {
    times: Vec<i64>,
    workers: Vec<i64>,
    levels: Vec<i64>,
    shapes: Vec<i64>,
}

struct Loaded {
    column: Column,
    /// Which of its values is that of which row; None: each row has one.
    ranks: Option<Vec<u32>>,
}

impl Loaded {
    fn rank(&self, row: usize) -> usize {
        match &self.ranks {
            None => row,
            Some(ranks) => ranks.get(row).map_or(usize::MAX, |rank| *rank as usize),
        }
    }
}

impl<B: Bytes> Opened<B> {
    /// Begin to read; `shapes` are those of its part.
    pub fn new(meta: Arc<BlockMeta>, shapes: &[Arc<Shape>], bytes: B) -> Self {
        let shapes: Vec<Arc<Shape>> =
            meta.shapes.iter().filter_map(|number| shapes.get(*number as usize).cloned()).collect();
        let by_name: HashMap<&str, usize> =
            meta.columns.iter().enumerate().map(|(at, column)| (&*column.name, at)).collect();
        let place = |name: &str| by_name.get(name).copied().unwrap_or(usize::MAX);
        let places = shapes
            .iter()
            .map(|shape| shape.names.iter().map(|name| place(name)).collect())
            .collect();
        let columns = meta.columns.iter().map(|_| None).collect();
        Opened { shapes, bytes, heads: None, places, columns, rest: None, meta }
    }

    /// The rows that are looked for, in their order.
    ///
    /// # Errors
    /// When the block cannot be read or is damaged.
    pub fn find(
        &mut self,
        query: &Query,
        unpacker: &mut Unpacker,
        matcher: &mut Matcher,
    ) -> io::Result<Vec<u32>> {
        self.load_heads(unpacker)?;
        let mut rows = self.by_heads(query);
        if query.is_of_heads() || rows.is_empty() {
            return Ok(rows);
        }
        let shapes = self.heads.as_ref().map(|heads| heads.shapes.clone()).unwrap_or_default();
        let is_rest = |row: &u32| shapes.get(*row as usize).is_none_or(|shape| *shape < 0);
        let rest: Vec<u32> = rows.iter().copied().filter(is_rest).collect();
        rows.retain(|row| !is_rest(row));
        for field in &query.fields {
            self.by_field(field, &mut rows, unpacker)?;
        }
        for text in &query.texts {
            self.by_text(text, &mut rows, unpacker)?;
        }
        let mut line = String::new();
        for pattern in &query.patterns {
            let mut kept = Vec::with_capacity(rows.len());
            for row in rows {
                self.line(row, unpacker, &mut line)?;
                if pattern.is_match(&line) {
                    kept.push(row);
                }
            }
            rows = kept;
        }
        let before = rows.len();
        for row in rest {
            self.line(row, unpacker, &mut line)?;
            if matcher.meets_text(query, &line) {
                rows.push(row);
            }
        }
        if rows.len() > before {
            rows.sort_unstable();
        }
        Ok(rows)
    }

    /// The time, the worker and the level of a row.
    pub fn head(
        &mut self,
        row: u32,
        unpacker: &mut Unpacker,
    ) -> io::Result<(u64, Option<u32>, Level)> {
        self.load_heads(unpacker)?;
        let heads = self.heads.as_ref().ok_or_else(damaged)?;
        let at = |list: &[i64]| list.get(row as usize).copied().ok_or_else(damaged);
        let worker = u32::try_from(at(&heads.workers)?).unwrap_or(0).checked_sub(1);
        let level =
            u8::try_from(at(&heads.levels)?).ok().and_then(super::super::block::meta::level);
        Ok((at(&heads.times)?.cast_unsigned(), worker, level.ok_or_else(damaged)?))
    }

    /// The text of a row, into `out`.
    pub fn line(&mut self, row: u32, unpacker: &mut Unpacker, out: &mut String) -> io::Result<()> {
        out.clear();
        let heads = self.heads.as_ref().ok_or_else(damaged)?;
        let number = *heads.shapes.get(row as usize).ok_or_else(damaged)?;
        let Ok(number) = usize::try_from(number) else {
            self.load_rest(unpacker)?;
            let rest = self.rest.as_ref().ok_or_else(damaged)?;
            out.push_str(&rest.column.get(rest.rank(row as usize)));
            return Ok(());
        };
        let shape = self.shapes.get(number).ok_or_else(damaged)?.clone();
        let places = self.places.get(number).cloned().unwrap_or_default();
        for place in &places {
            self.load(*place, unpacker)?;
        }
        for (at, literal) in shape.literals.iter().enumerate() {
            out.push_str(literal);
            if let Some(loaded) =
                places.get(at).and_then(|place| self.columns.get(*place)?.as_ref())
            {
                out.push_str(&loaded.column.get(loaded.rank(row as usize)));
            }
        }
        Ok(())
    }

    fn by_heads(&self, query: &Query) -> Vec<u32> {
        let Some(heads) = &self.heads else { return Vec::new() };
        let meta = &self.meta;
        let whole =
            query.from_ms <= meta.from_ms && query.until_ms.is_none_or(|end| meta.until_ms < end);
        if whole && query.level.is_none() && query.worker.is_none() {
            return (0..meta.rows).collect();
        }
        let least = query.level.map_or(0, |level| level as i64);
        let worker = query.worker.map(|number| i64::from(number.saturating_add(1)));
        let mut rows = Vec::new();
        let each = heads.times.iter().zip(&heads.workers).zip(&heads.levels);
        for (row, ((time, own), level)) in (0..).zip(each) {
            let time = time.cast_unsigned();
            if *level >= least
                && worker.is_none_or(|wanted| wanted == *own)
                && query.wants_time(time, time)
            {
                rows.push(row);
            }
        }
        rows
    }

    fn by_field(
        &mut self,
        field: &FieldTest,
        rows: &mut Vec<u32>,
        unpacker: &mut Unpacker,
    ) -> io::Result<()> {
        let place = self.meta.columns.iter().position(|column| *column.name == *field.name);
        let Some(place) = place else {
            if !field.meets(None) {
                rows.clear();
            }
            return Ok(());
        };
        self.load(place, unpacker)?;
        let heads = self.heads.as_ref().ok_or_else(damaged)?;
        let loaded = self.columns.get(place).and_then(Option::as_ref).ok_or_else(damaged)?;
        let is_escaped = self.meta.columns.get(place).is_some_and(|column| column.is_escaped);
        // For each shape: whether it has the field, and how its value is written.
        let has: Vec<Option<bool>> = self
            .shapes
            .iter()
            .zip(&self.places)
            .map(|(shape, places)| {
                let at = places.iter().rposition(|own| *own == place)?;
                Some(is_escaped && shape.is_quoted(at))
            })
            .collect();
        let known = known(&loaded.column, is_escaped, |value| field.meets(Some(value)));
        rows.retain(|row| {
            let row = *row as usize;
            let shape = heads.shapes.get(row).and_then(|shape| usize::try_from(*shape).ok());
            match shape.and_then(|shape| has.get(shape).copied().flatten()) {
                None => field.meets(None),
                Some(is_quoted) => {
                    let rank = loaded.rank(row);
                    known.of(&loaded.column, rank).unwrap_or_else(|| {
                        field.meets(Some(&meaning(&loaded.column.get(rank), is_quoted)))
                    })
                }
            }
        });
        Ok(())
    }

    fn by_text(
        &mut self,
        text: &Text,
        rows: &mut Vec<u32>,
        unpacker: &mut Unpacker,
    ) -> io::Result<()> {
        let literal: Vec<bool> = self
            .shapes
            .iter()
            .map(|shape| shape.literals.iter().any(|literal| text.find(literal).is_some()))
            .collect();
        let cross: Vec<bool> =
            self.shapes.iter().map(|shape| prune::may_cross(&text.text, shape)).collect();
        let hits = self.hits(text, &literal, &cross, unpacker)?;
        let mut kept = Vec::with_capacity(rows.len());
        let mut line = String::new();
        for row in rows.drain(..) {
            let at = row as usize;
            let heads = self.heads.as_ref().ok_or_else(damaged)?;
            let shape = heads
                .shapes
                .get(at)
                .and_then(|shape| usize::try_from(*shape).ok())
                .ok_or_else(damaged)?;
            let is_hit = if literal.get(shape) == Some(&true) {
                true
            } else if cross.get(shape) == Some(&true) {
                self.line(row, unpacker, &mut line)?;
                text.find(&line).is_some()
            } else {
                let places = self.places.get(shape).ok_or_else(damaged)?;
                places.iter().any(|place| {
                    let hit = hits.get(*place).and_then(Option::as_ref);
                    let loaded = self.columns.get(*place).and_then(Option::as_ref);
                    hit.zip(loaded)
                        .is_some_and(|(hit, loaded)| hit.has(&loaded.column, loaded.rank(at)))
                })
            };
            if is_hit {
                kept.push(row);
            }
        }
        *rows = kept;
        Ok(())
    }

    /// For each column, which of its values contain the text; None: none does.
    fn hits(
        &mut self,
        text: &Text,
        literal: &[bool],
        cross: &[bool],
        unpacker: &mut Unpacker,
    ) -> io::Result<Vec<Option<Hit>>> {
        let items = filter::items_of_text(&text.text);
        let mut wanted = vec![false; self.columns.len()];
        for (at, places) in self.places.iter().enumerate() {
            if literal.get(at) == Some(&true) || cross.get(at) == Some(&true) {
                continue;
            }
            for place in places {
                if let Some(wanted) = wanted.get_mut(*place) {
                    *wanted = true;
                }
            }
        }
        let mut hits = Vec::with_capacity(wanted.len());
        for (place, wanted) in wanted.iter().enumerate() {
            let Some(meta) = self.meta.columns.get(place).filter(|_| *wanted) else {
                hits.push(None);
                continue;
            };
            if !prune::column_may(&text.text, &items, meta, &self.bytes)? {
                hits.push(None);
                continue;
            }
            let same = match &meta.known {
                Known::Same(value) => Some(text.find(value).is_some()),
                _ => None,
            };
            self.load(place, unpacker)?;
            let column = self.columns.get(place).and_then(Option::as_ref).ok_or_else(damaged)?;
            hits.push(match same {
                Some(is_hit) => is_hit.then_some(Hit::All),
                None => Hit::of(&column.column, text),
            });
        }
        Ok(hits)
    }

    fn load_heads(&mut self, unpacker: &mut Unpacker) -> io::Result<()> {
        if self.heads.is_some() {
            return Ok(());
        }
        let rows = self.meta.rows as usize;
        let [times, workers, levels, shapes] =
            self.meta.heads.map(|place| self.numbers(place, rows, unpacker));
        let heads = Heads { times: times?, workers: workers?, levels: levels?, shapes: shapes? };
        let count = self.shapes.len() as i64;
        if heads.shapes.iter().any(|shape| *shape >= count) {
            return Err(damaged());
        }
        self.heads = Some(heads);
        Ok(())
    }

    fn numbers(&self, place: Place, rows: usize, unpacker: &mut Unpacker) -> io::Result<Vec<i64>> {
        match unpacker.take(&self.bytes.read(place)?, rows).ok_or_else(damaged)? {
            Column::Whole(numbers) => Ok(numbers),
            same @ Column::Same(_) => Ok(vec![same.number(0).ok_or_else(damaged)?; rows]),
            _ => Err(damaged()),
        }
    }

    fn load(&mut self, place: usize, unpacker: &mut Unpacker) -> io::Result<()> {
        let meta = self.meta.columns.get(place).ok_or_else(damaged)?;
        if self.columns.get(place).is_none_or(Option::is_some) {
            return Ok(());
        }
        let column =
            unpacker.take(&self.bytes.read(meta.cell)?, meta.rows as usize).ok_or_else(damaged)?;
        let has: Vec<bool> = self.places.iter().map(|places| places.contains(&place)).collect();
        let ranks = self.ranks(meta.rows, |shape| {
            usize::try_from(shape).ok().and_then(|shape| has.get(shape)).is_some_and(|has| *has)
        });
        if let Some(slot) = self.columns.get_mut(place) {
            *slot = Some(Loaded { column, ranks });
        }
        Ok(())
    }

    fn load_rest(&mut self, unpacker: &mut Unpacker) -> io::Result<()> {
        if self.rest.is_none() {
            let (count, place) = self.meta.rest.ok_or_else(damaged)?;
            let column =
                unpacker.take(&self.bytes.read(place)?, count as usize).ok_or_else(damaged)?;
            self.rest = Some(Loaded { column, ranks: self.ranks(count, |shape| shape < 0) });
        }
        Ok(())
    }

    /// Which value of a column of `count` values is that of which row, where rows of the shapes in `has` have one.
    fn ranks(&self, count: u32, has: impl Fn(i64) -> bool) -> Option<Vec<u32>> {
        if count == self.meta.rows {
            return None;
        }
        let mut next = 0;
        let shapes = self.heads.iter().flat_map(|heads| &heads.shapes);
        Some(
            shapes
                .map(|shape| {
                    let rank = next;
                    next += u32::from(has(*shape));
                    rank
                })
                .collect(),
        )
    }
}

/// What is known of the values of a column before each is looked at.
enum Answers {
    /// All the same.
    All(bool),
    /// By number.
    Each(Vec<bool>),
    /// Nothing.
    Unknown,
}

fn known(column: &Column, is_escaped: bool, meets: impl Fn(&str) -> bool) -> Answers {
    match column {
        _ if is_escaped => Answers::Unknown,
        Column::Same(value) => Answers::All(meets(value)),
        Column::Few { values, .. } => {
            Answers::Each(values.iter().map(|value| meets(value)).collect())
        }
        _ => Answers::Unknown,
    }
}

impl Answers {
    fn of(&self, column: &Column, rank: usize) -> Option<bool> {
        match (self, column) {
            (Answers::All(answer), _) => Some(*answer),
            (Answers::Each(answers), Column::Few { numbers, .. }) => {
                answers.get(usize::from(*numbers.get(rank)?)).copied()
            }
            _ => None,
        }
    }
}

/// Which values of a column contain a text.
enum Hit {
    All,
    /// By the numbers of a column of few values.
    Numbers(Vec<bool>),
    /// By rank.
    Ranks(Vec<bool>),
}

impl Hit {
    fn of(column: &Column, text: &Text) -> Option<Hit> {
        let hit = match column {
            Column::Same(value) => return text.find(value).map(|_| Hit::All),
            Column::Few { values, .. } => {
                Hit::Numbers(values.iter().map(|value| text.find(value).is_some()).collect())
            }
            Column::Whole(numbers) => Hit::Ranks(
                numbers.iter().map(|number| text.find(&number.to_string()).is_some()).collect(),
            ),
            Column::Texts { text: all, ends } => Hit::Ranks(in_texts(all, ends, text)),
        };
        let any = match &hit {
            Hit::All => true,
            Hit::Numbers(hits) | Hit::Ranks(hits) => hits.contains(&true),
        };
        any.then_some(hit)
    }

    fn has(&self, column: &Column, rank: usize) -> bool {
        match (self, column) {
            (Hit::All, _) => true,
            (Hit::Numbers(hits), Column::Few { numbers, .. }) => {
                numbers.get(rank).and_then(|number| hits.get(usize::from(*number))) == Some(&true)
            }
            (Hit::Ranks(hits), _) => hits.get(rank) == Some(&true),
            (Hit::Numbers(_), _) => false,
        }
    }
}

/// Which of the texts contain `wanted`: one search over all of them.
fn in_texts(all: &str, ends: &[u32], wanted: &Text) -> Vec<bool> {
    let mut hits = vec![false; ends.len()];
    let length = wanted.text.len();
    if length == 0 {
        hits.fill(true);
        return hits;
    }
    let mut from = 0;
    while let Some(at) = all.get(from..).and_then(|rest| wanted.find(rest)).map(|at| from + at) {
        let rank = ends.partition_point(|end| (*end as usize) <= at);
        let Some(end) = ends.get(rank).map(|end| *end as usize) else { break };
        if at + length <= end {
            if let Some(hit) = hits.get_mut(rank) {
                *hit = true;
            }
            from = end;
        } else {
            // Across two of them.
            from = at + 1;
            while !all.is_char_boundary(from) {
                from += 1;
            }
        }
    }
    hits
}

/// What a damaged file is.
pub fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a block of logs is damaged")
}
