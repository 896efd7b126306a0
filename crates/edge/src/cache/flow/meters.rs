//! The counts of one route's cache on one thread.

use crate::meters::Counter;

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
