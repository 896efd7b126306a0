//! The store's metrics.

use meter::{Snapshot, names};
use store::serve::Figures;

/// Write them. None: it does not run.
pub fn write(to: &mut Snapshot, figures: Option<&Figures>) {
    let takes_writes = figures.is_some_and(|figures| figures.refuses.is_none());
    to.sample(&names::STORE_UP, &[], u8::from(takes_writes));
    let Some(figures) = figures else { return };
    to.sample(&names::STORE_KEYS, &[], figures.keys);
    to.sample(&names::STORE_EXPIRING, &[], figures.expiring);
    to.sample(&names::STORE_HITS, &[], figures.hits);
    to.sample(&names::STORE_MISSES, &[], figures.misses);
    to.sample(&names::STORE_EXPIRED, &[], figures.expired);
    to.sample(&names::STORE_EVICTED, &[], figures.evicted);
    to.sample(&names::STORE_MEMORY, &[], figures.memory_bytes);
    to.sample(&names::STORE_MEMORY_MAX, &[], figures.memory_bytes_max);
    to.sample(&names::STORE_CLIENTS, &[], figures.clients);
    to.sample(&names::STORE_ACCEPTED, &[], figures.accepted);
    to.sample(&names::STORE_REJECTED, &[], figures.rejected);
    to.sample(&names::STORE_COMMANDS, &[], figures.commands);
    to.sample(&names::STORE_RECEIVED, &[], figures.received_bytes);
    to.sample(&names::STORE_SENT, &[], figures.sent_bytes);
    if figures.policy.is_none() {
        return;
    }
    to.sample(&names::STORE_LOG_BYTES, &[], figures.log_bytes);
    to.sample(&names::STORE_LOG_BEHIND, &[], figures.behind);
    to.sample(&names::STORE_LOG_SYNCS, &[], figures.syncs);
    to.sample(&names::STORE_LOG_SYNC_TIME, &[], figures.sync_us as f64 / 1e6);
    to.sample(&names::STORE_LOG_FAILURES, &[], figures.failures);
    to.sample(&names::STORE_SNAPSHOT_BYTES, &[], figures.snapshot_bytes);
    to.sample(&names::STORE_SNAPSHOT_TIME, &[], figures.snapshot_at_s);
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::log::writer::Policy;

    fn text(figures: Option<&Figures>) -> String {
        let mut page = meter::Snapshot::new(0);
        write(&mut page, figures);
        meter::text::encode(&page, meter::Format::Prometheus)
    }

    #[test]
    fn what_is_not_there_is_not_written() {
        assert!(text(None).ends_with("\nostler_store_up 0\n"));
        let memory = Figures { keys: 3, ..Figures::default() };
        let told = text(Some(&memory));
        assert!(told.contains("\nostler_store_up 1\n") && told.contains("\nostler_store_keys 3\n"));
        assert!(!told.contains("_log_") && !told.contains("_snapshot_"), "{told}");
        let refuses = Some("the disk is full".to_owned());
        let kept = Figures { policy: Some(Policy::Always), refuses, sync_us: 1_500_000, ..memory };
        let told = text(Some(&kept));
        assert!(told.contains("\nostler_store_up 0\n"), "{told}");
        assert!(told.contains("\nostler_store_log_sync_seconds_total 1.5\n"), "{told}");
    }
}
