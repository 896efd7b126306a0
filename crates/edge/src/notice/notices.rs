//! The notices of all edge threads.

use super::rate::admit;
use crate::news::News;
use crate::reply::Reason;
use base::clock;
use std::fmt::Display;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// How many refusals were not told is told so long after the first of them.
const SUMMARY_MS: u64 = 10_000;

/// Tells of refusals, each reason at its own bounded rate.
#[derive(Debug)]
pub struct Notices {
    news: News,
    begin: Instant,
    slots: Vec<Slot>,
    /// When the next summary is due; [`NEVER`] while nothing is hidden.
    summary_ms: AtomicU64,
}

/// One reason.
#[derive(Debug, Default)]
struct Slot {
    next_ms: AtomicU64,
    /// Refusals that were not told since the last summary.
    hidden: AtomicU64,
}

const NEVER: u64 = u64::MAX;

impl Notices {
    /// Tell through `news`.
    pub fn new(news: News) -> Self {
        Notices {
            news,
            begin: clock::now(),
            slots: Reason::ALL.iter().map(|_| Slot::default()).collect(),
            summary_ms: AtomicU64::new(NEVER),
        }
    }

    /// A request or connection was refused for `reason`. `what` names the client and what was
    /// wrong; it is only called if that is told.
    pub fn refused<T: Display>(&self, reason: Reason, what: impl FnOnce() -> T) {
        self.refused_at(self.now_ms(), reason, what);
    }

    fn refused_at<T: Display>(&self, now_ms: u64, reason: Reason, what: impl FnOnce() -> T) {
        let Some(slot) = self.slots.get(reason as usize) else { return };
        let admitted = slot.next_ms.fetch_update(Relaxed, Relaxed, |next| admit(next, now_ms));
        if admitted.is_ok() {
            self.news.say(&format!("refused {}", what()));
        } else {
            slot.hidden.fetch_add(1, Relaxed);
            self.summary_ms.fetch_min(now_ms + SUMMARY_MS, Relaxed);
        }
    }

    /// True while refusals were hidden and that was not told.
    pub fn owes(&self) -> bool {
        self.summary_ms.load(Relaxed) != NEVER
    }

    /// Tell how many refusals were hidden, if it is time. To be called once in a while.
    pub fn tick(&self) {
        if self.owes() {
            self.tick_at(self.now_ms());
        }
    }

    fn tick_at(&self, now_ms: u64) {
        let due = self.summary_ms.load(Relaxed);
        let mine = |due| self.summary_ms.compare_exchange(due, NEVER, Relaxed, Relaxed).is_ok();
        if now_ms < due || !mine(due) {
            return;
        }
        for (reason, slot) in Reason::ALL.iter().zip(&self.slots) {
            match slot.hidden.swap(0, Relaxed) {
                0 => {}
                count => self.news.say(&format!(
                    "refused {count} more for {} in the last {} s",
                    reason.name(),
                    SUMMARY_MS / 1_000
                )),
            }
        }
    }

    fn now_ms(&self) -> u64 {
        let passed = clock::now().saturating_duration_since(self.begin);
        u64::try_from(passed.as_millis()).unwrap_or(NEVER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_a_few_lines_and_its_count() {
        let (news, lines) = crate::news::channel();
        let notices = Notices::new(news);
        for at in 0..1_000 {
            notices.refused_at(at, Reason::Host, || format!("a {at}"));
        }
        notices.refused_at(5, Reason::Target, || "b");
        notices.tick_at(9_000);
        assert!(notices.owes());
        notices.tick_at(11_000);
        assert!(!notices.owes());
        notices.tick_at(30_000);
        notices.refused_at(30_000, Reason::Host, || "c");
        drop(notices);
        let lines: Vec<String> = lines.collect();
        assert_eq!(
            lines,
            [
                "refused a 0",
                "refused a 1",
                "refused a 2",
                "refused a 3",
                "refused a 4",
                "refused b",
                "refused 995 more for host in the last 10 s",
                "refused c",
            ]
        );
    }
}
