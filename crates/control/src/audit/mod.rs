//! Who did what, and how it ended: a line of JSON for each change, each login, and each try that was refused.
//!
//! In: entries. Out: the file `audit.log` in the project's state folder, and the last entries for those who ask.
//! Invariant: an entry is in memory before the change is answered, and on disk soon after; the disk never holds up
//! a change, and two files of at most [`FILE_BYTES_MAX`] are all that is kept.
//! Not here: what happens by itself (events), and what clients of the app do (the access log).

mod file;
mod journal;
#[cfg(test)]
mod tests;

pub use journal::Journal;

use crate::gate::{Role, Via};
use serde::{Deserialize, Serialize};

/// The file begins anew when it is larger; the one before it is kept as `audit.log.1`.
pub const FILE_BYTES_MAX: u64 = 4 << 20;
/// So many entries are kept for those who ask.
pub const RECENT_MAX: usize = 500;

/// One of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// Who: a user's name, `token` or `owner`.
    pub user: String,
    /// What they might do.
    pub role: Option<Role>,
    /// How they were known.
    pub via: Via,
    /// The address they came from; empty for the unix socket.
    pub from: String,
    /// What: `scale`, `purge`, `login`.
    pub action: String,
    /// With what: the request's body.
    pub detail: serde_json::Value,
    /// `ok`, or why not.
    pub outcome: String,
}
