use super::{Export, KeptLogs, ObserveIngest, ObserveMetrics};
use std::path::PathBuf;

/// `[observe]`: what is kept and told of everything that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observe {
    /// Whether anything is kept.
    pub enabled: bool,
    /// Where; None: in the state folder of this project.
    pub folder: Option<PathBuf>,
    /// The logs that are kept.
    pub logs: KeptLogs,
    /// Where logs and metrics are sent to, by name.
    pub exports: Vec<Export>,
    /// Metrics over time.
    pub metrics: ObserveMetrics,
    /// Logs that other programs send.
    pub ingest: ObserveIngest,
}
