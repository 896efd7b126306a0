//! The directory of clients.

use super::{Arrival, Card};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// All clients that are connected.
#[derive(Debug, Default)]
pub struct Clients(Mutex<Directory>);

#[derive(Debug, Default)]
struct Directory {
    last: u64,
    cards: BTreeMap<u64, Arc<Card>>,
}

impl Clients {
    /// A client comes: it gets a number.
    pub fn join(&self, arrival: Arrival) -> Arc<Card> {
        let mut directory = self.lock();
        directory.last += 1;
        let id = directory.last;
        let card = Arc::new(Card::new(id, arrival));
        directory.cards.insert(id, Arc::clone(&card));
        card
    }

    /// A client goes.
    pub fn leave(&self, id: u64) {
        self.lock().cards.remove(&id);
    }

    /// The client of this number.
    pub fn find(&self, id: u64) -> Option<Arc<Card>> {
        self.lock().cards.get(&id).cloned()
    }

    /// All of them, in the order in which they came.
    pub fn all(&self) -> Vec<Arc<Card>> {
        self.lock().cards.values().cloned().collect()
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
