//! The cache: what is kept, and what is purged.

use serde::{Deserialize, Serialize};

/// `POST /purge`: exactly one of `url`, `prefix`, `tag` and `all`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PurgeRequest {
    /// One URL, in all its variants.
    pub url: Option<String>,
    /// Every URL that begins so.
    pub prefix: Option<String>,
    /// Every reply with this tag.
    pub tag: Option<String>,
    /// Everything.
    pub all: bool,
    /// Replies are not removed but stale from now on.
    pub soft: bool,
}

/// What a purge did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgeReport {
    /// Replies in memory that were removed, or are stale now.
    pub memory: u64,
    /// Replies on disk that were. Many replies are in both places.
    pub disk: u64,
    /// False: more of them may lie on disk. None is used any more; they are counted and removed in
    /// the background.
    pub complete: bool,
}

/// What the cache keeps, in each tier.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CacheStatus {
    /// Requests that the cache looked at, since the start.
    #[serde(default)]
    pub requests: u64,
    /// Those of them that it answered, whether with a fresh or a stale reply, with one that the app
    /// said is still good, or with one that another request had fetched.
    #[serde(default)]
    pub answered: u64,
    /// In memory.
    pub memory: TierStatus,
    /// On disk; None without `edge.cache.disk`, and while the Ostler that is replaced has the folder.
    #[serde(default)]
    pub disk: Option<DiskStatus>,
}

/// What the disk tier keeps, and how it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskStatus {
    /// How it is.
    pub state: DiskState,
    /// Replies.
    pub objects: u64,
    /// Bytes of their files, in whole blocks.
    pub bytes: u64,
    /// Bytes that they may take.
    pub bytes_max: u64,
    /// Files that had to go because there was no room, since the start.
    pub evicted: u64,
    /// Replies that were not written because too many were waiting for it.
    pub slow: u64,
    /// Replies that were not written because the disk refused.
    pub refused: u64,
    /// Replies that were not read because too many were waiting for it.
    pub unread: u64,
    /// Files that were not as written, and were removed.
    pub corrupt: u64,
}

/// How the disk tier is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiskState {
    /// It looks through what an earlier run left, and serves already.
    Reading,
    /// All is well.
    Ready,
    /// The disk refuses; it is tried again.
    Paused,
    /// It let go of its folder.
    Closed,
}

/// What one tier of the cache keeps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierStatus {
    /// Replies.
    pub objects: u64,
    /// Bytes that they take.
    pub bytes: u64,
    /// Bytes that they may take.
    pub bytes_max: u64,
    /// Replies that had to go because there was no room, since the start.
    pub evicted: u64,
}
