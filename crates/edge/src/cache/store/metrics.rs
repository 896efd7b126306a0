//! The store's metrics.

use super::Store;
use meter::{Page, names};
use model::api::CacheStatus;

impl Store {
    /// Write every sample of the store.
    pub fn write(&self, page: &mut Page) {
        let CacheStatus { memory, disk, .. } = self.status();
        let tiers = [
            Some(("memory", memory.objects, memory.bytes, memory.bytes_max, memory.evicted)),
            disk.map(|disk| ("disk", disk.objects, disk.bytes, disk.bytes_max, disk.evicted)),
        ];
        let each = || tiers.iter().flatten();
        for (tier, objects, ..) in each() {
            page.sample(&names::EDGE_CACHE_OBJECTS, &[tier], objects);
        }
        for (tier, _, bytes, ..) in each() {
            page.sample(&names::EDGE_CACHE_BYTES, &[tier], bytes);
        }
        for (tier, _, _, bytes_max, _) in each() {
            page.sample(&names::EDGE_CACHE_BYTES_MAX, &[tier], bytes_max);
        }
        for (tier, _, _, _, evicted) in each() {
            page.sample(&names::EDGE_CACHE_EVICTIONS, &[tier], evicted);
        }
        let Some(disk) = disk else { return };
        for (why, count) in
            [("slow", disk.slow), ("refused", disk.refused), ("unread", disk.unread)]
        {
            page.sample(&names::EDGE_CACHE_DISK_DROPPED, &[why], count);
        }
        page.sample(&names::EDGE_CACHE_CORRUPT, &[], disk.corrupt);
    }
}
