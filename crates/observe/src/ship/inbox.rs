use super::target::size;
use crate::Record;
use meter::Snapshot;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Records that may wait for the thread that collects them.
const BYTES_MAX: usize = 16 << 20;

/// Records on their way to the thread that collects them. Who gives them never waits.
#[derive(Debug, Default)]
pub struct Inbox {
    held: Mutex<Held>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Held {
    records: VecDeque<Arc<Record>>,
    /// The newest; who wants one more seldom than it comes does without the others.
    snapshot: Option<Arc<Snapshot>>,
    bytes: usize,
    dropped: u64,
    closed: bool,
}

/// What was taken out.
#[derive(Debug)]
pub struct Taken {
    pub records: Vec<Arc<Record>>,
    pub snapshot: Option<Arc<Snapshot>>,
    pub closed: bool,
}

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Add records, as far as there is room.
    pub fn offer(&self, records: &[Arc<Record>]) {
        let sizes: Vec<usize> = records.iter().map(|record| size(record)).collect();
        let mut held = self.lock();
        for (record, size) in records.iter().zip(sizes) {
            if held.closed || held.bytes + size > BYTES_MAX {
                held.dropped += 1;
                continue;
            }
            held.bytes += size;
            held.records.push_back(Arc::clone(record));
        }
        drop(held);
        self.changed.notify_one();
    }

    /// Put the samples of a moment in the place of those before.
    pub fn measure(&self, snapshot: &Arc<Snapshot>) {
        self.lock().snapshot = Some(Arc::clone(snapshot));
        self.changed.notify_one();
    }

    /// Everything in it; waits up to `limit` for something, or for ever without one.
    pub fn take(&self, limit: Option<Duration>) -> Taken {
        let nothing =
            |held: &mut Held| held.records.is_empty() && held.snapshot.is_none() && !held.closed;
        let held = self.lock();
        let mut held = match limit {
            Some(limit) => {
                let waited = self.changed.wait_timeout_while(held, limit, nothing);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => self.changed.wait_while(held, nothing).unwrap_or_else(PoisonError::into_inner),
        };
        held.bytes = 0;
        Taken {
            records: std::mem::take(&mut held.records).into(),
            snapshot: held.snapshot.take(),
            closed: held.closed,
        }
    }

    /// Take no more.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Records for which there was no room.
    pub fn dropped(&self) -> u64 {
        self.lock().dropped
    }
}
