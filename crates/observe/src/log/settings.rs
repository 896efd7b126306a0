//! What holds for the logs, and what is told of them as numbers.

use super::redact;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// What holds for the logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where they lie.
    pub folder: PathBuf,
    /// Bytes on disk.
    pub disk_bytes_max: u64,
    /// Older lines go.
    pub age_max: Duration,
    /// Names whose values are redacted.
    pub redact: Vec<String>,
}

impl Settings {
    /// What holds where nothing is said of it.
    pub fn usual(folder: PathBuf) -> Self {
        Settings {
            folder,
            disk_bytes_max: 1_000_000_000,
            age_max: Duration::from_secs(7 * 86_400),
            redact: redact::USUAL.iter().map(|name| (*name).into()).collect(),
        }
    }
}

/// Counts of what was done, since the start.
#[derive(Debug, Default)]
pub struct Figures {
    /// See [`LogFigures`].
    pub lines: AtomicU64,
    /// See [`LogFigures`].
    pub bytes: AtomicU64,
    /// See [`LogFigures`].
    pub lost: AtomicU64,
    /// See [`LogFigures`].
    pub missed: AtomicU64,
    /// See [`LogFigures`].
    pub expired: AtomicU64,
    /// See [`LogFigures`].
    pub damaged: AtomicU64,
}

/// What is told of the logs as numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogFigures {
    /// Lines that were taken.
    pub lines: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Lines in which secrets were redacted.
    pub redacted: u64,
    /// Lines that were lost since disk and memory were full.
    pub lost: u64,
    /// Lines that were lost before, since they came too fast.
    pub missed: u64,
    /// Lines that went since they were old, or many.
    pub expired: u64,
    /// Blocks that could not be read.
    pub damaged: u64,
    /// Bytes on disk.
    pub disk_bytes: u64,
    /// Lines on disk.
    pub disk_lines: u64,
    /// Bytes of blocks in memory.
    pub memory_bytes: u64,
}
