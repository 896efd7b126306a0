//! A snapshot from its first key to the moment from which it counts.
//!
//! The data thread walks; a thread of the snapshot's own writes and syncs, so that neither commands nor the
//! log's syncs wait for it. At most a few blocks lie between the two: when they are there the walk rests.

use super::disk::Disk;
use super::manifest::Manifest;
use super::snapshot::{SnapshotFile, Source, Walk, commit};
use super::writer::{Feed, Progress};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Blocks between the data thread and the writing one.
const BLOCKS_MAX: usize = 8;

/// The log has so long to become durable up to the end of the snapshot.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a snapshot was, once it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saved {
    /// Its number.
    pub number: u64,
    /// Its bytes.
    pub bytes: u64,
}

#[derive(Debug)]
enum Part {
    Block(Vec<u8>),
    /// All was walked over; the last record before.
    End(u64),
}

/// A snapshot being taken.
#[derive(Debug)]
pub struct Saving {
    walk: Walk,
    parts: Option<SyncSender<Part>>,
    /// A block for which there was no room yet.
    held: Option<Vec<u8>>,
    thread: Option<JoinHandle<Result<Saved, String>>>,
}

impl Saving {
    /// Begin snapshot `number`. From here on records go to a new segment.
    pub fn begin(
        feed: &mut Feed,
        disk: Arc<dyn Disk>,
        number: u64,
        salt: u32,
    ) -> Result<Saving, String> {
        let rolled = (!feed.is_lost()).then(|| feed.roll());
        let (parts, received) = sync_channel(BLOCKS_MAX);
        let (lsn, progress) = (feed.lsn(), Arc::clone(feed.progress()));
        let write = Write { disk, progress, rolled, number, lsn, salt };
        // Whoever waits for a reply comes first.
        let thread = base::background::spawn("store-snapshot", move || write.run(&received));
        let thread = thread.map_err(|error| error.to_string())?;
        Ok(Saving { walk: Walk::default(), parts: Some(parts), held: None, thread: Some(thread) })
    }

    /// Walk on while there is time and room. True when there is more to walk.
    pub fn slice(&mut self, source: &mut dyn Source, has_time: &mut dyn FnMut() -> bool) -> bool {
        let Some(parts) = &self.parts else { return false };
        while let Some(block) = self.held.take().or_else(|| self.walk.slice(source, has_time)) {
            match parts.try_send(Part::Block(block)) {
                Ok(()) => {}
                Err(TrySendError::Full(Part::Block(block))) => {
                    self.held = Some(block);
                    return true;
                }
                // The writer failed; it says why when it is asked.
                Err(_) => {
                    self.parts = None;
                    return false;
                }
            }
        }
        if !self.walk.is_done() {
            return true;
        }
        match parts.try_send(Part::End(self.walk.end())) {
            Err(TrySendError::Full(_)) => true,
            _ => {
                self.parts = None;
                false
            }
        }
    }

    /// Give it up: what was written is removed.
    pub fn abort(mut self) {
        self.parts = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }

    /// How it ended, once it has.
    pub fn ended(&mut self) -> Option<Result<Saved, String>> {
        let thread = self.thread.take_if(|thread| thread.is_finished())?;
        Some(thread.join().unwrap_or_else(|_| Err("the thread of the snapshot panicked".into())))
    }

    /// Keys that were walked over.
    pub fn keys(&self) -> u64 {
        self.walk.keys()
    }
}

/// The work of the snapshot's thread.
struct Write {
    disk: Arc<dyn Disk>,
    progress: Arc<Progress>,
    /// Where the number of the segment is told that begins with the walk; none if the log is lost.
    rolled: Option<Receiver<Result<u64, String>>>,
    number: u64,
    lsn: u64,
    salt: u32,
}

impl Write {
    fn run(self, parts: &Receiver<Part>) -> Result<Saved, String> {
        let failed = |error: std::io::Error| error.to_string();
        let disk = Arc::clone(&self.disk);
        let mut file =
            SnapshotFile::create(disk, self.number, self.lsn, self.salt).map_err(failed)?;
        let end = loop {
            match parts.recv() {
                Ok(Part::Block(block)) => file.block(&block).map_err(failed)?,
                Ok(Part::End(lsn)) => break lsn,
                Err(_) => return Err("the snapshot was given up".into()),
            }
        };
        let bytes = file.finish().map_err(failed)?;
        let is_lost = self.rolled.is_none();
        let told = self.rolled.unwrap_or_else(|| self.progress.start_over(end));
        let log = told.recv().map_err(|_| "the log thread ended".to_owned())??;
        if !is_lost {
            self.progress.sync_soon();
            if !self.progress.wait_for(end, PATIENCE) {
                return Err(
                    "the log could not be made durable up to the end of the snapshot".into()
                );
            }
        }
        commit(&*self.disk, &Manifest { snapshot: self.number, log }).map_err(failed)?;
        if is_lost {
            self.progress.resume();
        }
        Ok(Saved { number: self.number, bytes })
    }
}
