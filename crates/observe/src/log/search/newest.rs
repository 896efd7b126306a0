//! The lines that are looked for, newest first, one after the other: what is in memory at once does not depend on
//! how many there are.

use super::super::block::Unpacker;
use super::super::parse::Shape;
use super::super::query::{Matcher, Query};
use super::super::row::Row;
use super::super::store::part::InPart;
use super::super::store::{Open, Part, Snapshot};
use super::block::Opened;
use super::prune::{self, Asked};
use crate::record::Level;
use model::Stream;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::io;
use std::sync::Arc;

/// Blocks whose columns are in memory at once. Others are read again when it is their turn.
const OPENED_MAX: usize = 16;

/// One line that was looked for.
#[derive(Debug)]
pub struct Found<'f> {
    /// The app.
    pub app: &'f Arc<str>,
    /// The output.
    pub stream: Stream,
    /// When.
    pub at_ms: u64,
    /// By which worker.
    pub worker: Option<u32>,
    /// How grave.
    pub level: Level,
    /// What it says.
    pub line: &'f str,
}

/// What happened to a search.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Searched {
    /// Blocks that could not be read, and were left out.
    pub damaged: u64,
    /// Blocks whose columns were read.
    pub blocks: u64,
}

/// Give the lines of `snapshot` that are looked for to `give`, the newest first, until it returns false.
/// `is_over` is asked between blocks.
pub fn newest(
    snapshot: &Snapshot,
    query: &Query,
    is_over: impl Fn() -> bool,
    mut give: impl FnMut(&Found<'_>) -> bool,
) -> io::Result<Searched> {
    let mut search = Search {
        query,
        asked: Asked::of(query),
        unpacker: Unpacker::new().ok_or(io::ErrorKind::OutOfMemory)?,
        matcher: Matcher::default(),
        heap: BinaryHeap::new(),
        number: 0,
        opened: Vec::new(),
        searched: Searched::default(),
    };
    for open in &snapshot.open {
        search.open(open);
    }
    for part in snapshot.parts.iter().filter(|part| query.wants_time(part.from_ms, part.until_ms)) {
        search.push(part.until_ms, What::Part(part.clone()));
    }
    while let Some(next) = search.heap.pop() {
        if !matches!(next.what, What::Lines(_)) && is_over() {
            break;
        }
        let ended = match next.what {
            What::Part(part) => search.part(&part).map(|()| true),
            What::Block(block) => search.block(*block).map(|()| true),
            What::Lines(lines) => search.tell(lines, &mut give),
        };
        match ended {
            Ok(true) => {}
            Ok(false) => break,
            // A part that was merged away meanwhile is among the others; a damaged block spoils no other.
            Err(_) => search.searched.damaged += 1,
        }
    }
    Ok(search.searched)
}

struct Search<'q> {
    query: &'q Query,
    asked: Asked,
    unpacker: Unpacker,
    matcher: Matcher,
    heap: BinaryHeap<Next>,
    /// Numbers what is on the heap, so that times that are equal have an order.
    number: u64,
    /// Which lines' blocks have their columns in memory, the longest unused first.
    opened: Vec<(u64, Opened<InPart>)>,
    searched: Searched,
}

/// Something whose newest line is of a time.
struct Next {
    at_ms: u64,
    number: u64,
    what: What,
}

enum What {
    Part(Arc<Part>),
    Block(Box<Closed>),
    Lines(Lines),
}

/// A block that was not looked at.
struct Closed {
    meta: Arc<super::super::block::BlockMeta>,
    shapes: Arc<[Arc<Shape>]>,
    bytes: InPart,
}

/// Lines that are to be told, the last of them next.
struct Lines {
    /// Of the block.
    number: u64,
    rows: Vec<u32>,
    from: From,
}

enum From {
    Open(Arc<Open>),
    Block(Box<Closed>),
}

impl PartialEq for Next {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Next {}

impl PartialOrd for Next {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Next {
    fn cmp(&self, other: &Self) -> Ordering {
        // Of one time, what must still be looked into comes before lines.
        let is_lines = |next: &Next| matches!(next.what, What::Lines(_));
        let key = |next: &Next| (next.at_ms, !is_lines(next), next.number);
        key(self).cmp(&key(other))
    }
}

impl Search<'_> {
    fn push(&mut self, at_ms: u64, what: What) {
        self.number += 1;
        self.heap.push(Next { at_ms, number: self.number, what });
    }

    fn open(&mut self, open: &Arc<Open>) {
        if !self.query.wants_stream(&open.app, open.stream) {
            return;
        }
        let mut rows: Vec<u32> = (0..)
            .zip(&open.rows)
            .filter(|(_, row)| self.matcher.meets(self.query, row))
            .map(|(at, _)| at)
            .collect();
        let time = |at: &u32| open.rows.get(*at as usize).map_or(0, |row| row.at_ms);
        if !rows.is_sorted_by_key(time) {
            rows.sort_by_key(time);
        }
        if let Some(at_ms) = rows.last().map(time) {
            let lines = Lines { number: 0, rows, from: From::Open(open.clone()) };
            self.push(at_ms, What::Lines(lines));
        }
    }

    fn part(&mut self, part: &Arc<Part>) -> io::Result<()> {
        let index = part.index()?;
        let shapes: Arc<[Arc<Shape>]> = index.shapes.as_slice().into();
        for meta in index.blocks.iter().filter(|meta| prune::head_may(self.query, meta)) {
            let bytes = InPart::new(part, meta);
            let closed = Closed { meta: meta.clone(), shapes: shapes.clone(), bytes };
            self.push(meta.until_ms, What::Block(Box::new(closed)));
        }
        Ok(())
    }

    fn block(&mut self, closed: Closed) -> io::Result<()> {
        if !prune::may_have(self.query, &self.asked, &closed.meta, &closed.shapes, &closed.bytes)? {
            return Ok(());
        }
        self.searched.blocks += 1;
        let mut opened = Opened::new(closed.meta.clone(), &closed.shapes, closed.bytes.clone());
        let rows = opened.find(self.query, &mut self.unpacker, &mut self.matcher)?;
        let Some(last) = rows.last() else { return Ok(()) };
        let (at_ms, ..) = opened.head(*last, &mut self.unpacker)?;
        self.number += 1;
        let number = self.number;
        self.keep(number, opened);
        self.push(at_ms, What::Lines(Lines { number, rows, from: From::Block(Box::new(closed)) }));
        Ok(())
    }

    fn keep(&mut self, number: u64, opened: Opened<InPart>) {
        if self.opened.len() >= OPENED_MAX {
            self.opened.remove(0);
        }
        self.opened.push((number, opened));
    }

    /// Tell lines until another's turn comes. False: no more are wanted.
    fn tell(
        &mut self,
        mut lines: Lines,
        give: &mut impl FnMut(&Found<'_>) -> bool,
    ) -> io::Result<bool> {
        let until_ms = self.heap.peek().map_or(0, |next| next.at_ms);
        let mut opened = match &lines.from {
            From::Block(closed) => Some(self.reopen(lines.number, closed)),
            From::Open(_) => None,
        };
        let mut line = String::new();
        let mut first = true;
        while let Some(row) = lines.rows.last().copied() {
            let known;
            let (at_ms, worker, level, text, app, stream) = match (&lines.from, &mut opened) {
                (From::Open(open), _) => {
                    known = open.rows.get(row as usize);
                    let Some(Row { at_ms, worker, level, text }) = known else { break };
                    (*at_ms, *worker, *level, text.as_str(), &open.app, open.stream)
                }
                (From::Block(closed), Some(opened)) => {
                    let (at_ms, worker, level) = opened.head(row, &mut self.unpacker)?;
                    if first || at_ms >= until_ms {
                        opened.line(row, &mut self.unpacker, &mut line)?;
                    }
                    (at_ms, worker, level, line.as_str(), &closed.meta.app, closed.meta.stream)
                }
                (From::Block(_), None) => break,
            };
            // Equal times: what was put on the heap may still hold lines of this one.
            if !first && at_ms <= until_ms {
                let number = lines.number;
                if let Some(opened) = opened {
                    self.keep(number, opened);
                }
                self.push(at_ms, What::Lines(lines));
                return Ok(true);
            }
            first = false;
            if !give(&Found { app, stream, at_ms, worker, level, line: text }) {
                return Ok(false);
            }
            lines.rows.pop();
        }
        Ok(true)
    }

    fn reopen(&mut self, number: u64, closed: &Closed) -> Opened<InPart> {
        match self.opened.iter().position(|(own, _)| *own == number) {
            Some(at) => self.opened.remove(at).1,
            None => Opened::new(closed.meta.clone(), &closed.shapes, closed.bytes.clone()),
        }
    }
}
