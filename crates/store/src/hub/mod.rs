//! What all clients share without touching data: who is connected, who listens to which channel.
//! Usable from the data thread and, while that is busy, from the relief thread.

use crate::script::{Lines, Running};
use std::sync::Mutex;

/// The shared part. Locks are short and never nested.
#[derive(Debug, Default)]
pub struct Hub {
    outbox: Mutex<Vec<Message>>,
    /// The script that runs.
    pub script: Running,
    /// What scripts say.
    pub script_log: Lines,
}

/// Bytes for a client, beside its replies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The client.
    pub to: u64,
    /// Whole RESP values in the form that it asked for.
    pub bytes: Vec<u8>,
}

impl Hub {
    /// Let a client have `bytes`.
    pub fn send(&self, message: Message) {
        self.outbox.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(message);
    }

    /// Messages since the last call.
    pub fn take_outbox(&self) -> Vec<Message> {
        std::mem::take(&mut *self.outbox.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}
