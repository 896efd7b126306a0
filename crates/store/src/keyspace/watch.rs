//! `WATCH`: a client's transaction fails when a key that it watches changed.

use super::DbIndex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a key that a client watches changed.
pub type Watched = Arc<AtomicBool>;

/// Who watches which keys.
#[derive(Debug, Default)]
pub struct Watches {
    keys: HashMap<(DbIndex, Box<[u8]>), Vec<Watched>>,
}

impl Watches {
    /// `client` watches `key`.
    pub fn add(&mut self, db: DbIndex, key: &[u8], client: &Watched) {
        let clients = self.keys.entry((db, key.into())).or_default();
        if !clients.iter().any(|known| Arc::ptr_eq(known, client)) {
            clients.push(Arc::clone(client));
        }
    }

    /// `client` no longer watches `key`.
    pub fn remove(&mut self, db: DbIndex, key: &[u8], client: &Watched) {
        let place = (db, key.into());
        if let Some(clients) = self.keys.get_mut(&place) {
            clients.retain(|known| !Arc::ptr_eq(known, client));
            if clients.is_empty() {
                self.keys.remove(&place);
            }
        }
    }

    /// The watched keys of these two databases.
    pub fn keys_of(&self, one: DbIndex, other: DbIndex) -> Vec<Box<[u8]>> {
        let those = self.keys.keys().filter(|(db, _)| *db == one || *db == other);
        those.map(|(_, key)| key.clone()).collect()
    }

    /// How many keys are watched.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// No key is watched.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// `key` changed.
    pub fn touch(&self, db: DbIndex, key: &[u8]) {
        if self.keys.is_empty() {
            return;
        }
        for client in self.keys.get(&(db, key.into())).into_iter().flatten() {
            client.store(true, Ordering::Relaxed);
        }
    }

    /// Those watched keys of which `changed` says so did.
    pub fn touch_where(&self, mut changed: impl FnMut(DbIndex, &[u8]) -> bool) {
        for ((db, key), clients) in &self.keys {
            if changed(*db, key) {
                clients.iter().for_each(|client| client.store(true, Ordering::Relaxed));
            }
        }
    }
}
