//! What happened, for people and programs: the supervisor's own news and the workers' output.

use crate::{AppName, WorkerId};
use serde::{Deserialize, Serialize};

/// Something worth telling happened to an app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// The app.
    pub app: AppName,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it; fields repeat across variants")]
pub enum EventKind {
    WorkerStarted {
        worker: WorkerId,
        number: u32,
        pid: u32,
    },
    WorkerReady {
        worker: WorkerId,
        number: u32,
        after_ms: u64,
    },
    /// The worker ended without being asked to. `how` is "exit code 1" or "signal SIGKILL".
    WorkerDied {
        worker: WorkerId,
        number: u32,
        how: String,
        stderr: Vec<String>,
        again_in_ms: u64,
    },
    /// Deaths follow each other without a stable run between them.
    CrashLoop {
        number: u32,
        deaths: u32,
        within_ms: u64,
        how: String,
        stderr: Vec<String>,
    },
    /// No worker ever became ready.
    AppFailed {
        reason: String,
        stderr: Vec<String>,
    },
    /// A worker is replaced with a new one started first. `why`: "memory", "restart", …
    Replacing {
        worker: WorkerId,
        number: u32,
        why: String,
    },
    WorkerKilled {
        worker: WorkerId,
        number: u32,
        why: String,
    },
    WorkerStalled {
        worker: WorkerId,
        number: u32,
        stalled_ms: u64,
    },
    WorkerRecovered {
        worker: WorkerId,
        number: u32,
        stalled_ms: u64,
    },
    WorkerDrained {
        worker: WorkerId,
        number: u32,
        after_ms: u64,
    },
    WorkerStopped {
        worker: WorkerId,
        number: u32,
        how: String,
    },
    OrphansKilled {
        worker: WorkerId,
        number: u32,
        count: u32,
    },
    ReloadStarted {
        generation: u32,
    },
    ReloadDone {
        generation: u32,
        took_ms: u64,
    },
    ReloadFailed {
        generation: u32,
        reason: String,
        stderr: Vec<String>,
    },
    Scaled {
        from: u32,
        to: u32,
        why: String,
    },
    /// The app did something that will not work with several workers or behind the edge.
    Advice {
        number: u32,
        text: String,
    },
}

/// Which of a worker's outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// One line a worker wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// Milliseconds since the Unix epoch at which Ostler read it.
    pub at_ms: u64,
    /// The app.
    pub app: AppName,
    /// `OSTLER_WORKER` of its writer.
    pub number: u32,
    /// Where it was written.
    pub stream: Stream,
    /// The line without its newline; invalid UTF-8 is replaced.
    pub text: String,
}
