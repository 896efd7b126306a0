//! The directory of clients.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A client that comes.
#[derive(Debug)]
pub struct Arrival {
    /// Its address.
    pub address: String,
    /// Ours.
    pub local: String,
    /// The number of its socket.
    pub fd: i32,
    /// Milliseconds since 1970.
    pub now_ms: i64,
}

/// What others may know of a client.
#[derive(Debug)]
pub struct Card {
    /// Its number.
    pub id: u64,
    /// How it came.
    pub arrival: Arrival,
    used_ms: AtomicI64,
}

/// All clients that are connected.
#[derive(Debug, Default)]
pub struct Clients(Mutex<Directory>);

#[derive(Debug, Default)]
struct Directory {
    last: u64,
    cards: BTreeMap<u64, Arc<Card>>,
}

impl Card {
    /// When it sent its last command: milliseconds since 1970.
    pub fn used_ms(&self) -> i64 {
        self.used_ms.load(Ordering::Relaxed)
    }

    /// It sends a command.
    pub fn uses(&self, now_ms: i64) {
        self.used_ms.store(now_ms, Ordering::Relaxed);
    }
}

impl Clients {
    /// A client comes: it gets a number.
    pub fn join(&self, arrival: Arrival) -> Arc<Card> {
        let mut directory = self.lock();
        directory.last += 1;
        let id = directory.last;
        let used_ms = AtomicI64::new(arrival.now_ms);
        let card = Arc::new(Card { id, arrival, used_ms });
        directory.cards.insert(id, Arc::clone(&card));
        card
    }

    /// A client goes.
    pub fn leave(&self, id: u64) {
        self.lock().cards.remove(&id);
    }

    /// How many are connected.
    pub fn len(&self) -> usize {
        self.lock().cards.len()
    }

    /// Nobody is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> MutexGuard<'_, Directory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
