use std::time::Duration;

/// `[observe.metrics]`: metrics over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObserveMetrics {
    /// How long minutes are kept.
    pub keep: Duration,
    /// How many series are kept.
    pub series: u32,
    /// Bytes that they may take on disk.
    pub disk_bytes: u64,
}
