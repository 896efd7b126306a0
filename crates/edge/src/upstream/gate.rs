//! Where requests wait for a worker to become ready or free. Shared by all threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use tokio::sync::Notify;

/// The queue in front of one app.
#[derive(Debug)]
pub struct Gate {
    waiting: AtomicU32,
    /// Requests waiting for any app.
    total: Arc<AtomicU32>,
    notify: Notify,
}

/// A place in the queue, given back when dropped.
#[derive(Debug)]
pub struct Place(Arc<Gate>);

impl Gate {
    /// An empty queue; `total` counts those of all apps together.
    pub fn new(total: Arc<AtomicU32>) -> Arc<Self> {
        Arc::new(Gate { waiting: AtomicU32::new(0), total, notify: Notify::new() })
    }

    /// Join the queue; None if `total_max` requests wait already.
    pub fn enter(self: &Arc<Self>, total_max: u32) -> Option<Place> {
        if self.total.fetch_add(1, SeqCst) >= total_max {
            self.total.fetch_sub(1, SeqCst);
            return None;
        }
        self.waiting.fetch_add(1, SeqCst);
        Some(Place(self.clone()))
    }

    /// True if somebody waits: who comes new stands behind.
    pub fn is_occupied(&self) -> bool {
        self.waiting.load(SeqCst) > 0
    }

    /// One request ended: let the next one look.
    pub fn freed(&self) {
        if self.is_occupied() {
            self.notify.notify_one();
        }
    }

    /// The workers changed: let all look.
    pub fn changed(&self) {
        self.notify.notify_waiters();
    }

    /// Resolves when it is this one's turn to look.
    pub fn turn(&self) -> impl Future<Output = ()> + '_ {
        self.notify.notified()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, SeqCst);
        self.0.total.fetch_sub(1, SeqCst);
    }
}
