//! What is counted of connections.

use std::sync::atomic::AtomicU64;

/// Since the start.
#[derive(Debug, Default)]
pub struct Traffic {
    /// Clients that came.
    pub accepted: AtomicU64,
    /// Clients that were sent away, for there were too many.
    pub rejected: AtomicU64,
    /// Commands that clients sent.
    pub commands: AtomicU64,
    /// Bytes that clients sent.
    pub received_bytes: AtomicU64,
    /// Bytes that clients were sent.
    pub sent_bytes: AtomicU64,
}
