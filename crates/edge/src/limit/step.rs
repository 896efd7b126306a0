//! What one request does to what is known of its key.

use super::gcra::Gcra;
use super::window::Window;

/// A decision about one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What is known afterwards; None: refused, and nothing changes.
    pub next: Option<u64>,
    /// Requests that may still come at once.
    pub remaining: u64,
    /// Passed: until nothing is owed any more. Refused: until one more may come. In nanoseconds.
    pub reset_ns: u64,
}

/// How requests are counted. What is known of a key is one word; 0: nothing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// A bucket that is refilled evenly.
    Gcra(Gcra),
    /// Two counts.
    Window(Window),
}

impl Pace {
    /// One more request now, when `word` is known.
    pub fn step(&self, word: u64, now_ns: u64) -> Step {
        match self {
            Pace::Gcra(gcra) => gcra.step(word, now_ns),
            Pace::Window(window) => window.step(word, now_ns),
        }
    }

    /// From when on `word` says no more than 0 does.
    pub fn finished_ns(&self, word: u64) -> u64 {
        match self {
            Pace::Gcra(_) => word,
            Pace::Window(window) => window.finished_ns(word),
        }
    }
}
