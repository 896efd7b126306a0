//! The store's metrics.

use super::Store;
use meter::{Snapshot, names};
use model::api::CacheStatus;

impl Store {
    /// Write every sample of the store.
    pub fn write(&self, to: &mut Snapshot) {
        let CacheStatus { memory, disk, .. } = self.status();
        let tiers = [
            Some(("memory", memory.objects, memory.bytes, memory.bytes_max, memory.evicted)),
            disk.map(|disk| ("disk", disk.objects, disk.bytes, disk.bytes_max, disk.evicted)),
        ];
        let each = || tiers.iter().flatten();
        for (tier, objects, ..) in each() {
            to.sample(&names::EDGE_CACHE_OBJECTS, &[tier], *objects);
        }
        for (tier, _, bytes, ..) in each() {
            to.sample(&names::EDGE_CACHE_BYTES, &[tier], *bytes);
        }
        for (tier, _, _, bytes_max, _) in each() {
            to.sample(&names::EDGE_CACHE_BYTES_MAX, &[tier], *bytes_max);
        }
        for (tier, _, _, _, evicted) in each() {
            to.sample(&names::EDGE_CACHE_EVICTIONS, &[tier], *evicted);
        }
        let Some(disk) = disk else { return };
        for (why, count) in
            [("slow", disk.slow), ("refused", disk.refused), ("unread", disk.unread)]
        {
            to.sample(&names::EDGE_CACHE_DISK_DROPPED, &[why], count);
        }
        to.sample(&names::EDGE_CACHE_CORRUPT, &[], disk.corrupt);
    }
}
