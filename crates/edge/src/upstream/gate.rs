//! Where requests wait for a worker to become ready or free. Shared by all threads.

use crate::shed::{Priority, Queue};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use tokio::sync::Notify;

/// The queue in front of one app: a line for each priority.
#[derive(Debug)]
pub struct Gate {
    lines: [Line; Priority::ALL.len()],
    /// Requests waiting for any app.
    total: Arc<AtomicU32>,
}

#[derive(Debug, Default)]
struct Line {
    waiting: AtomicU32,
    notify: Notify,
}

/// A place in the queue, given back when dropped.
#[derive(Debug)]
pub struct Place {
    gate: Arc<Gate>,
    priority: Priority,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPlace {
    /// As many requests wait for any app as may.
    Full,
    /// The app could not serve it in time.
    Hopeless,
}

impl Gate {
    /// An empty queue; `total` counts those of all apps together.
    pub fn new(total: Arc<AtomicU32>) -> Arc<Self> {
        Arc::new(Gate { lines: Default::default(), total })
    }

    /// Join the queue, where `total_max` requests may wait for any app, and for this one as many as
    /// `queue` has places for.
    ///
    /// # Errors
    /// Why there is no place.
    pub fn enter(
        self: &Arc<Self>,
        priority: Priority,
        total_max: u32,
        queue: Option<Queue>,
    ) -> Result<Place, NoPlace> {
        if queue.is_some_and(|queue| !queue.takes(priority, self.waiting(priority))) {
            return Err(NoPlace::Hopeless);
        }
        if self.total.fetch_add(1, SeqCst) >= total_max {
            self.total.fetch_sub(1, SeqCst);
            return Err(NoPlace::Full);
        }
        self.line(priority).waiting.fetch_add(1, SeqCst);
        Ok(Place { gate: self.clone(), priority })
    }

    /// True if somebody waits before whom a request of this priority must not go.
    pub fn is_occupied(&self, priority: Priority) -> bool {
        self.waiting(priority) > 0
    }

    /// True if somebody more important waits: what is free is theirs.
    pub fn is_behind(&self, priority: Priority) -> bool {
        let lines = self.lines.iter().zip(Priority::ALL).filter(|(_, of)| *of < priority);
        lines.into_iter().any(|(line, _)| line.waiting.load(SeqCst) > 0)
    }

    /// One request ended: let the next one look.
    pub fn freed(&self) {
        let line = self.lines.iter().find(|line| line.waiting.load(SeqCst) > 0);
        if let Some(line) = line {
            line.notify.notify_one();
        }
    }

    /// The workers changed: let all look.
    pub fn changed(&self) {
        self.lines.iter().for_each(|line| line.notify.notify_waiters());
    }

    /// Resolves when it is this one's turn to look.
    pub fn turn(&self, priority: Priority) -> impl Future<Output = ()> + '_ {
        self.line(priority).notify.notified()
    }

    /// How many wait that are as important as `least`, or more.
    fn waiting(&self, least: Priority) -> u32 {
        let lines = self.lines.iter().zip(Priority::ALL).filter(|(_, of)| *of <= least);
        lines.map(|(line, _)| line.waiting.load(SeqCst)).sum()
    }

    fn line(&self, priority: Priority) -> &Line {
        let [high, normal, low] = &self.lines;
        match priority {
            Priority::High => high,
            Priority::Normal => normal,
            Priority::Low => low,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.gate.line(self.priority).waiting.fetch_sub(1, SeqCst);
        self.gate.total.fetch_sub(1, SeqCst);
    }
}
