//! The cache of one route, ready for use by one thread.

use super::{CacheMeters, Fills};
use crate::cache::store::Store;
use crate::meters::RouteMeters;
use config::Cache;
use std::sync::Arc;

/// The cache of one route.
#[derive(Debug)]
pub struct Rule {
    /// What is kept, and who gets it.
    pub settings: Cache,
    /// Where it is kept.
    pub store: Arc<Store>,
    /// Who fetches.
    pub fills: Arc<Fills>,
    /// The thread's counts.
    pub counts: Arc<RouteMeters>,
}

impl Rule {
    /// The counts of the cache.
    pub fn meters(&self) -> &CacheMeters {
        &self.counts.cache
    }
}
