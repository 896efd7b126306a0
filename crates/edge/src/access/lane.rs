//! One edge thread's requests on their way to the writer.

use super::entry::{Asked, Draft, Entry};
use super::record::Record;
use super::writer::Shared;
use base::clock;
use std::cell::{Cell, RefCell};
use std::mem;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError};
use std::time::{Duration, Instant};

/// A batch is handed over when it holds so many requests, or so many bytes of their texts.
const RECORDS: usize = 128;
const BYTES: usize = 32 * 1024;
/// Drafts kept for other requests, and the most memory that one of them may keep.
const SPARES_MAX: usize = 64;
const SPARE_BYTES_MAX: usize = 2 * 1024;
/// Requests dropped between two looks whether the writer has room again.
const RETRY: u32 = 32;

/// Requests that are over.
#[derive(Debug)]
pub(super) struct Batch {
    pub records: Vec<Record>,
    pub texts: Vec<u8>,
    /// When the lane began, since the Unix epoch.
    pub begin: Duration,
    /// Which lane it is from.
    pub lane: usize,
}

/// What a thread makes its lane of.
#[derive(Debug)]
pub struct Way {
    pub(super) shared: Arc<Shared>,
    pub(super) number: usize,
    pub(super) out: SyncSender<Batch>,
    /// Batches to be filled again.
    pub(super) emptied: Receiver<Batch>,
}

/// One edge thread's way to the writer. Memory is bounded: the batch that is being filled, and
/// those that the writer gives back to be filled again.
#[derive(Debug)]
pub struct Lane {
    way: Way,
    begin: Instant,
    batch: RefCell<Batch>,
    #[expect(clippy::vec_box, reason = "requests hold them boxed: so they go back and forth")]
    spares: RefCell<Vec<Box<Draft>>>,
    /// The writer had no room when it was last asked: so many requests are dropped before it is
    /// asked again.
    blocked: Cell<u32>,
}

impl Batch {
    fn new(lane: usize) -> Self {
        Batch { records: Vec::new(), texts: Vec::new(), begin: Duration::ZERO, lane }
    }

    /// The same memory without requests.
    pub(super) fn emptied(mut self) -> Self {
        self.records.clear();
        self.texts.clear();
        self
    }
}

impl Lane {
    /// This thread's lane.
    pub fn new(way: Way) -> Rc<Self> {
        Rc::new(Lane {
            begin: clock::now(),
            batch: RefCell::new(Batch::new(way.number)),
            spares: RefCell::default(),
            blocked: Cell::new(0),
            way,
        })
    }

    /// True if there is an access log.
    pub fn is_on(&self) -> bool {
        self.way.shared.is_on.load(Relaxed)
    }

    /// A request whose head was complete at `began`; `asked` is only called when there is an
    /// access log.
    pub fn open<'a>(self: &Rc<Self>, began: Instant, asked: impl FnOnce() -> Asked<'a>) -> Entry {
        if self.is_on() { Entry::open(self, began, &asked()) } else { Entry::default() }
    }

    /// Hand over what there is. To be called once in a while, so that lines are not late.
    pub fn flush(&self) {
        let mut batch = self.batch.borrow_mut();
        if batch.records.is_empty() {
            return;
        }
        batch.begin = clock::wall().saturating_sub(self.since_begin(clock::now()));
        let full = mem::replace(&mut *batch, Batch::new(self.way.number));
        match self.way.out.try_send(full) {
            Ok(()) => {
                self.blocked.set(0);
                if let Ok(empty) = self.way.emptied.try_recv() {
                    *batch = empty;
                }
            }
            // It stays as it is: requests that find no room in it are dropped.
            Err(TrySendError::Full(full) | TrySendError::Disconnected(full)) => {
                self.blocked.set(RETRY);
                *batch = full;
            }
        }
    }

    pub(super) fn since_begin(&self, at: Instant) -> Duration {
        at.saturating_duration_since(self.begin)
    }

    pub(super) fn draft(&self, began: Instant) -> Box<Draft> {
        let spare = self.spares.borrow_mut().pop();
        spare.unwrap_or_else(|| Box::new(Draft::new(began)))
    }

    /// Take over a request that is over.
    pub(super) fn hand_in(&self, draft: Box<Draft>) {
        if self.is_full(&draft) {
            match self.blocked.get() {
                0 => self.flush(),
                more => self.blocked.set(more - 1),
            }
        }
        if self.is_full(&draft) {
            self.way.shared.meters.slow.add(1);
        } else {
            let mut batch = self.batch.borrow_mut();
            batch.texts.extend_from_slice(&draft.texts);
            batch.records.push(draft.record);
        }
        let mut spares = self.spares.borrow_mut();
        if spares.len() < SPARES_MAX && draft.texts.capacity() <= SPARE_BYTES_MAX {
            spares.push(draft);
        }
    }

    fn is_full(&self, draft: &Draft) -> bool {
        let batch = self.batch.borrow();
        batch.records.len() >= RECORDS || batch.texts.len() + draft.texts.len() > BYTES
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.flush();
        let lost = self.batch.get_mut().records.len();
        self.way.shared.meters.slow.add(lost as u64);
    }
}
