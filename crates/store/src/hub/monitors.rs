//! `MONITOR`: clients that are told of each command.

use super::{Frame, Order, Outbox};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Who they are.
#[derive(Debug, Default)]
pub struct Monitors {
    clients: Mutex<BTreeSet<u64>>,
    count: AtomicUsize,
}

impl Monitors {
    /// There are any: looked at without the lock.
    pub fn any(&self) -> bool {
        self.count.load(Relaxed) > 0
    }

    /// `client` is told from now on.
    pub fn join(&self, client: u64) {
        let mut clients = self.clients();
        clients.insert(client);
        self.count.store(clients.len(), Relaxed);
    }

    /// `client` is told no longer.
    pub fn leave(&self, client: u64) {
        if self.any() {
            let mut clients = self.clients();
            clients.remove(&client);
            self.count.store(clients.len(), Relaxed);
        }
    }

    /// Whether `client` is one.
    pub fn has(&self, client: u64) -> bool {
        self.any() && self.clients().contains(&client)
    }

    /// Tell all of them `line`.
    pub fn tell(&self, line: &Frame, outbox: &Outbox) {
        for &to in &*self.clients() {
            outbox.push(Order::Send { to, frame: line.clone() });
        }
    }

    fn clients(&self) -> MutexGuard<'_, BTreeSet<u64>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
