//! Logs that nobody keeps now, since no Ostler runs: what lies on disk can be looked through.

use super::entry;
use super::query::{Matcher, Query};
use super::search::newest;
use super::store::{Shelf, Snapshot, State, wal};
use crate::record::Record;
use std::io;
use std::path::Path;

/// What lies on disk.
#[derive(Debug)]
pub struct Stored(Snapshot);

impl Stored {
    /// The logs below `folder`; nothing is changed there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(folder: &Path) -> io::Result<Self> {
        // Lines that were in memory when a process was killed lie in a file beside the parts.
        let mut state = State::default();
        wal::peek(&folder.join("wal"), |rows| {
            for (app, stream, row) in rows {
                state.push(&app, stream, row);
            }
        })?;
        let mut snapshot = state.snapshot();
        snapshot.parts.extend(Shelf::look(folder)?.parts());
        Ok(Stored(snapshot))
    }

    /// Give the lines that are looked for to `give`, the newest first, until it returns false.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn search(&self, query: &Query, mut give: impl FnMut(Record) -> bool) -> io::Result<()> {
        let mut matcher = Matcher::default();
        newest(&self.0, query, || false, |found| give(entry::record(&mut matcher, found))).map(drop)
    }
}
