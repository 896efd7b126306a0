use std::time::Duration;

/// `[observe.logs]`: the logs that are kept for searches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLogs {
    /// Bytes on disk.
    pub disk_bytes_max: u64,
    /// Older lines go.
    pub age_max: Duration,
    /// Names whose values are redacted beside the usual ones; None: nothing is redacted.
    pub redact: Option<Vec<String>>,
}
