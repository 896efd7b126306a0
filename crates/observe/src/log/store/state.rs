//! The lines that are in memory: open ones as they came, then blocks, until they are on disk. Pure.

use super::super::block::build::{RAW_BYTES_MAX, ROWS_MAX};
use super::super::row::Row;
use super::part::Part;
use model::Stream;
use std::collections::HashMap;
use std::collections::VecDeque;
use std::sync::Arc;

/// Streams whose lines are gathered at once; when there are more, all become blocks.
const STREAMS_MAX: usize = 256;
/// Memory for lines that are no block yet, of all streams together.
const OPEN_BYTES_MAX: usize = 12 << 20;

/// Lines of one stream that are no block yet.
#[derive(Debug, Clone)]
pub struct Open {
    /// The app.
    pub app: Arc<str>,
    /// The output.
    pub stream: Stream,
    /// The lines.
    pub rows: Vec<Row>,
    bytes: usize,
}

/// All that is in memory.
#[derive(Debug, Default)]
pub struct State {
    open: HashMap<(Arc<str>, Stream), Open>,
    open_bytes: usize,
    /// On their way to be blocks.
    sealing: Vec<Arc<Open>>,
    blocks: VecDeque<Arc<Part>>,
    block_bytes: u64,
}

/// What a search looks through.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Lines that are no block yet.
    pub open: Vec<Arc<Open>>,
    /// Blocks.
    pub parts: Vec<Arc<Part>>,
}

impl State {
    /// Take a line. Returns lines that must become a block now; they stay visible until [`State::sealed`].
    pub fn push(&mut self, app: &Arc<str>, stream: Stream, row: Row) -> Vec<Arc<Open>> {
        let bytes = row.bytes();
        let key = (app.clone(), stream);
        if !self.open.contains_key(&key) && self.open.len() >= STREAMS_MAX {
            let sealed = self.seal_all();
            self.take(key, row, bytes);
            return sealed;
        }
        let text = row.text().len();
        let full = self
            .open
            .get(&key)
            .is_some_and(|open| open.rows.len() >= ROWS_MAX || open.bytes + text > RAW_BYTES_MAX);
        let mut sealed = Vec::new();
        if full {
            sealed.extend(self.seal(&key));
        }
        self.take(key, row, bytes);
        if self.open_bytes > OPEN_BYTES_MAX {
            sealed.extend(self.seal_all());
        }
        sealed
    }

    fn take(&mut self, key: (Arc<str>, Stream), row: Row, bytes: usize) {
        self.open_bytes += bytes;
        let open = self.open.entry(key).or_insert_with_key(|(app, stream)| Open {
            app: app.clone(),
            stream: *stream,
            rows: Vec::new(),
            bytes: 0,
        });
        open.bytes += row.text().len();
        open.rows.push(row);
    }

    fn seal(&mut self, key: &(Arc<str>, Stream)) -> Option<Arc<Open>> {
        let open = Arc::new(self.open.remove(key)?);
        self.open_bytes = self.open_bytes.saturating_sub(open.rows.iter().map(Row::bytes).sum());
        self.sealing.push(open.clone());
        Some(open)
    }

    /// All open lines must become blocks now.
    pub fn seal_all(&mut self) -> Vec<Arc<Open>> {
        let keys: Vec<_> = self.open.keys().cloned().collect();
        keys.iter().filter_map(|key| self.seal(key)).collect()
    }

    /// These lines are a block now.
    pub fn sealed(&mut self, open: &Arc<Open>, block: Arc<Part>) {
        self.sealing.retain(|other| !Arc::ptr_eq(other, open));
        self.block_bytes += block.bytes;
        self.blocks.push_back(block);
    }

    /// These lines could not become a block: they are lost.
    pub fn lost(&mut self, open: &Arc<Open>) {
        self.sealing.retain(|other| !Arc::ptr_eq(other, open));
    }

    /// Blocks that are not on disk.
    pub fn blocks(&self) -> Vec<Arc<Part>> {
        self.blocks.iter().cloned().collect()
    }

    /// Bytes of the blocks that are not on disk.
    pub fn block_bytes(&self) -> u64 {
        self.block_bytes
    }

    /// These blocks are on disk now.
    pub fn flushed(&mut self, blocks: &[Arc<Part>]) {
        self.blocks.retain(|block| !blocks.iter().any(|done| Arc::ptr_eq(done, block)));
        self.block_bytes = self.blocks.iter().map(|block| block.bytes).sum();
    }

    /// Drop the oldest blocks until the rest take no more than `bytes_max`; returns how many lines went.
    pub fn limit(&mut self, bytes_max: u64) -> u64 {
        let mut rows = 0;
        while self.block_bytes > bytes_max {
            let Some(block) = self.blocks.pop_front() else { break };
            self.block_bytes -= block.bytes;
            rows += block.rows;
        }
        rows
    }

    /// Nothing is in memory that is not on disk.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty() && self.sealing.is_empty() && self.blocks.is_empty()
    }

    /// What is in memory now.
    pub fn snapshot(&self) -> Snapshot {
        let open = self.open.values().cloned().map(Arc::new);
        Snapshot { open: open.chain(self.sealing.iter().cloned()).collect(), parts: self.blocks() }
    }
}
