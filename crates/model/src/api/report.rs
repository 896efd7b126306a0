//! What commands ask and answer.

use crate::AppName;
use serde::{Deserialize, Serialize};

/// `POST /reload`: which app (all when None).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReloadRequest {
    /// The app, or all.
    #[serde(default)]
    pub app: Option<AppName>,
}

/// How a rolling reload of one app ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReloadReport {
    /// The app.
    pub app: AppName,
    /// True when every worker now runs the new generation.
    pub ok: bool,
    /// The generation that serves now.
    pub generation: u32,
    /// How long it took in milliseconds.
    pub took_ms: u64,
    /// Why it failed; the old generation goes on.
    pub reason: Option<String>,
    /// The last lines the new version wrote to stderr, when it failed.
    pub stderr: Vec<String>,
}

/// `POST /scale`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScaleRequest {
    /// The app.
    pub app: AppName,
    /// How many workers.
    pub workers: u32,
}

/// How scaling ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScaleReport {
    /// The app.
    pub app: AppName,
    /// Workers wanted before.
    pub from: u32,
    /// Workers wanted now.
    pub to: u32,
}

/// `POST /restart`: replace one worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestartRequest {
    /// The app.
    pub app: AppName,
    /// `OSTLER_WORKER` of the one to replace.
    pub number: u32,
}

/// `POST /upgrade`: the process that took over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpgradeReport {
    /// Its version.
    pub version: String,
    /// Its process id.
    pub pid: u32,
}

/// Any refusal of the admin API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What went wrong and what to do, one sentence each.
    pub error: String,
}
