//! The counts of one route's cache on one thread.

use crate::meters::{Counter, Meters};
use meter::{Snapshot, names};
use model::api::CacheStatus;

/// What became of requests.
#[derive(Debug, Default)]
pub struct CacheMeters {
    /// Answered out of the cache, fresh.
    pub hits: Counter,
    /// Answered out of the cache, stale.
    pub stale: Counter,
    /// Answered out of the cache after the app had said that the reply is still good.
    pub revalidated: Counter,
    /// Answered with what another request had fetched.
    pub collapsed: Counter,
    /// Answered by the app.
    pub misses: Counter,
    /// Answered by the app, since the cache had nothing to do with them.
    pub bypassed: Counter,
}

impl CacheMeters {
    /// How many requests the cache answered.
    pub fn answered(&self) -> u64 {
        [&self.hits, &self.stale, &self.revalidated, &self.collapsed].map(Counter::get).iter().sum()
    }

    /// How many requests it looked at.
    pub fn requests(&self) -> u64 {
        self.answered() + self.misses.get()
    }

    /// Names and values, as metrics call them.
    pub fn all(&self) -> [(&'static str, u64); 6] {
        [
            ("hit", self.hits.get()),
            ("stale", self.stale.get()),
            ("revalidated", self.revalidated.get()),
            ("collapsed", self.collapsed.get()),
            ("miss", self.misses.get()),
            ("bypass", self.bypassed.get()),
        ]
    }
}

impl Meters {
    /// What is kept, and how many requests were answered with it.
    pub(crate) fn cache(&self) -> CacheStatus {
        let routes = self.routes();
        let sum = |of: fn(&CacheMeters) -> u64| {
            routes.iter().flat_map(|(_, meters)| meters).map(|one| of(&one.cache)).sum()
        };
        let kept = self.store.get().map(|store| store.status()).unwrap_or_default();
        let (requests, answered) = (sum(CacheMeters::requests), sum(CacheMeters::answered));
        CacheStatus { requests, answered, ..kept }
    }

    /// Write every sample of the cache.
    pub(crate) fn write_cache(&self, to: &mut Snapshot) {
        for (pattern, meters) in &self.routes() {
            let all: Vec<_> = meters.iter().map(|one| one.cache.all()).collect();
            for (at, (outcome, _)) in CacheMeters::default().all().into_iter().enumerate() {
                let count =
                    all.iter().filter_map(|one| one.get(at)).map(|(_, count)| count).sum::<u64>();
                to.sample(&names::EDGE_CACHE_REQUESTS, &[pattern, outcome], count);
            }
        }
        if let Some(store) = self.store.get() {
            store.write(to);
        }
    }
}
