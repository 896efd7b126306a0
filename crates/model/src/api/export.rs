//! Where logs and metrics are sent to, and how that goes.

use serde::{Deserialize, Serialize};

/// One target of `[observe.export]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportStatus {
    /// Its name.
    pub name: String,
    /// What is spoken to it: `loki`, `otlp` …
    pub to: String,
    /// Where it is, without secrets.
    pub place: String,
    /// Records and samples that wait.
    pub waiting: u64,
    /// Bytes of them that are encoded.
    pub waiting_bytes: u64,
    /// Records and samples that it has taken since Ostler's start.
    pub sent: u64,
    /// Dropped, since more waited than may.
    pub dropped_full: u64,
    /// Lost, since the disk took or gave them not.
    pub dropped_disk: u64,
    /// Refused by it for good.
    pub dropped_refused: u64,
    /// Tries that came to nothing.
    pub failures: u64,
    /// Since when it fails, in milliseconds since 1970; None: the last try worked.
    pub failing_since_ms: Option<u64>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When that was, in milliseconds since 1970.
    pub last_error_ms: Option<u64>,
}
