//! The data thread's end of the log.

use super::queue::{Job, Progress};
use crate::log::frame::Batch;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

/// Numbers records and hands them over. Never waits.
#[derive(Debug)]
pub struct Feed {
    progress: Arc<Progress>,
    batch: Batch,
    lsn: u64,
}

impl Feed {
    /// For a log whose last record is `lsn`.
    pub(super) fn new(progress: Arc<Progress>, lsn: u64) -> Self {
        Feed { progress, batch: Batch::default(), lsn }
    }

    /// How far writing has come.
    pub fn progress(&self) -> &Arc<Progress> {
        &self.progress
    }

    /// The LSN of the last record.
    pub fn lsn(&self) -> u64 {
        self.lsn
    }

    /// Add a record and give its LSN. While the log cannot be trusted ([`super::Health::Lost`]) nothing is
    /// added and the last LSN stays: the snapshot that has to come holds what changed.
    pub fn record(&mut self, payload: &[u8]) -> u64 {
        if payload.is_empty() || !self.takes() {
            return self.lsn;
        }
        self.batch.begin(self.lsn + 1).extend_from_slice(payload);
        if self.batch.end() {
            self.lsn += 1;
        } else {
            let text = format!("a record of {} bytes is too large for the log", payload.len());
            self.progress.push(Job::Lose(text));
        }
        self.lsn
    }

    /// Bytes of records that were added and not yet handed over.
    pub fn gathered(&self) -> usize {
        self.batch.len()
    }

    /// Give the records that were added to the log thread.
    pub fn hand_over(&mut self) {
        if !self.batch.is_empty() {
            self.progress.write(&mut self.batch);
        }
    }

    /// From here on records go to a new segment. Gives where its number will be told.
    pub fn roll(&mut self) -> Receiver<Result<u64, String>> {
        self.hand_over();
        let (sender, receiver) = channel();
        self.progress.push(Job::Roll(sender));
        receiver
    }

    /// What was written may be lost: a snapshot has to make it good.
    pub fn is_lost(&self) -> bool {
        !self.takes()
    }

    fn takes(&self) -> bool {
        self.progress.is_good() || !matches!(self.progress.health(), super::Health::Lost(_))
    }
}
