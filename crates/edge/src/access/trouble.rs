//! What is said of an access log that loses lines, and how often. Pure.

use std::time::{Duration, Instant};

/// Lines dropped because writing is too slow are told at most so often.
const SLOW_PERIOD: Duration = Duration::from_secs(10);

/// What was said, and what is to be said.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    /// Lines lost since writing began to fail; None while it works.
    failing: Option<u64>,
    slow: u64,
    slow_told: u64,
    slow_told_at: Option<Instant>,
}

impl Trouble {
    /// `lines` were written, or were not and are lost. Returns what is to be told.
    pub(super) fn wrote(&mut self, lines: u64, result: &Result<(), String>) -> Option<String> {
        match (result, self.failing) {
            (Ok(()), None) => None,
            (Ok(()), Some(lost)) => {
                self.failing = None;
                Some(format!("the access log is written again; {lost} of its lines were lost"))
            }
            (Err(error), None) => {
                self.failing = Some(lines);
                Some(format!("access log lines are lost until it can be written: {error}"))
            }
            (Err(_), Some(lost)) => {
                self.failing = Some(lost + lines);
                None
            }
        }
    }

    /// At `now`, `total` lines were ever dropped because writing is too slow. Returns what is to
    /// be told.
    pub(super) fn slow(&mut self, now: Instant, total: u64) -> Option<String> {
        self.slow = total;
        let early = self.slow_told_at.is_some_and(|told| now < told + SLOW_PERIOD);
        if !self.owes() || early {
            return None;
        }
        let lines = total - std::mem::replace(&mut self.slow_told, total);
        self.slow_told_at = Some(now);
        Some(format!(
            "{lines} access log lines were dropped: they could not be written as fast as requests came"
        ))
    }

    /// True if something remains to be told.
    pub(super) fn owes(&self) -> bool {
        self.slow > self.slow_told
    }
}
