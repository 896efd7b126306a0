//! Logs: what is looked for, and what is found.

use crate::Stream;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is looked for in the logs: a line must meet all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogSearch {
    /// Each of these stands in the line as it was written.
    pub grep: Vec<String>,
    /// Each of these regular expressions matches somewhere in the line.
    pub regex: Vec<String>,
    /// Capitals do not matter to `grep` and `regex`.
    pub ignore_case: bool,
    /// At least this level.
    pub level: Option<String>,
    /// By this app; `ostler` for its own news.
    pub app: Option<String>,
    /// By the worker with this number.
    pub worker: Option<u32>,
    /// To this output.
    pub stream: Option<Stream>,
    /// Conditions on fields: `name=value`, `name!=value`, `name>=5`, `name~part` …
    pub fields: Vec<String>,
    /// Not before: a duration ago (`15m`), RFC 3339, or seconds or milliseconds since the Unix epoch.
    pub since: Option<String>,
    /// Before: in the same forms.
    pub until: Option<String>,
    /// So many at most.
    pub limit: usize,
}

/// One line that was found, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// When, in milliseconds since the Unix epoch: by the line's own account where it can be believed, else when it
    /// was read.
    pub at_ms: u64,
    /// The app; `ostler` for its own news.
    pub app: String,
    /// The worker's number; None: it is of no worker.
    pub worker: Option<u32>,
    /// Where it was written to.
    pub stream: Stream,
    /// `trace`, `debug`, `info`, `warn`, `error` or `fatal`.
    pub level: String,
    /// The message for people.
    pub text: String,
    /// What else it says, by dotted names.
    pub fields: BTreeMap<String, String>,
    /// The trace that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// The request that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// As it was written, secrets and colours taken out; lines that belong together have newlines between them.
    pub raw: String,
}

/// How many lines there are over time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogCounts {
    /// Milliseconds of each stretch.
    pub step_ms: u64,
    /// The first millisecond of the first stretch.
    pub from_ms: u64,
    /// Stretches in which there were lines, oldest first.
    pub counts: Vec<LogCount>,
}

/// How many lines there are in one stretch of time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogCount {
    /// Its first millisecond.
    pub at_ms: u64,
    /// By level, those that there are.
    pub levels: BTreeMap<String, u64>,
}
