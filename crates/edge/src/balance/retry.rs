//! Whether a request that failed on one worker may be given to another.

use crate::http::Method;

/// How often one request may be sent in full or in part.
const SENDS_MAX: u32 = 2;

/// What is known about a try that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// The request's method.
    pub method: Method,
    /// Some of the request's bytes may have reached a worker.
    pub sent: bool,
    /// How often that was so for this request, this try included.
    pub sends: u32,
    /// All that was read of the request is still held, so it can be sent again.
    pub held: bool,
    /// Some of a reply was passed on to the client.
    pub answered: bool,
    /// The client was too slow, has gone or sent a malformed body: not the worker's fault.
    pub by_client: bool,
    /// The worker had its time for the reply, or is stuck, perhaps because of this very request:
    /// another would be given the same work again.
    pub timed_out: bool,
}

/// What to do after a failed try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not a byte was sent: try again, at no cost.
    Free,
    /// It may be sent again if the budget allows it.
    IfBudget,
    /// It must not be sent again.
    Never,
}

impl Attempt {
    /// The rule. Never twice: a request that may have effects and may have reached a worker.
    pub fn verdict(&self) -> Verdict {
        if self.answered || self.by_client || self.timed_out || !self.held {
            Verdict::Never
        } else if !self.sent {
            Verdict::Free
        } else if self.method.is_repeatable() && self.sends < SENDS_MAX {
            Verdict::IfBudget
        } else {
            Verdict::Never
        }
    }
}
