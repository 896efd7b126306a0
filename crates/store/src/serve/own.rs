//! The client inside the process: commands without a socket.

use super::waker::Waker;
use std::sync::{Arc, Mutex, PoisonError};

/// Asks the store. Cloning shares the way to it.
#[derive(Debug, Clone)]
pub struct OwnClient {
    queue: Arc<OwnQueue>,
}

/// Commands that wait for the data thread.
#[derive(Debug)]
pub struct OwnQueue {
    asked: Mutex<Asked>,
    waker: Waker,
}

/// Gets the bytes of a reply.
pub type Answer = Box<dyn FnOnce(&[u8]) + Send>;

/// A command, and where its reply goes.
pub struct Request {
    /// The arguments.
    pub args: Vec<Box<[u8]>>,
    /// Gets the reply.
    pub answer: Answer,
}

#[derive(Default)]
struct Asked {
    requests: Vec<Request>,
    is_closed: bool,
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asked").field("requests", &self.requests.len()).finish_non_exhaustive()
    }
}

impl OwnClient {
    /// By way of `queue`.
    pub(super) fn new(queue: Arc<OwnQueue>) -> Self {
        OwnClient { queue }
    }

    /// Run a command. `answer` gets its reply in RESP2 on the data thread, when it is as durable as the policy
    /// says, and must not wait; it is dropped when the store ends. Commands that wait for a key do not wait.
    pub fn call(&self, args: &[&[u8]], answer: Answer) {
        let args = args.iter().map(|arg| Box::from(*arg)).collect();
        let mut asked = self.queue.lock();
        if !asked.is_closed {
            asked.requests.push(Request { args, answer });
            drop(asked);
            self.queue.waker.wake();
        }
    }
}

impl OwnQueue {
    /// `waker` wakes the data thread.
    pub fn new(waker: Waker) -> Self {
        OwnQueue { asked: Mutex::default(), waker }
    }

    /// What was asked since the last call.
    pub fn take(&self) -> Vec<Request> {
        std::mem::take(&mut self.lock().requests)
    }

    /// Nothing more is answered.
    pub fn close(&self) {
        let mut asked = self.lock();
        asked.is_closed = true;
        asked.requests.clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
