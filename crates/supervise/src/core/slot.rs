//! One worker number and the processes that stand or wait for it.

use super::backoff::Backoff;
use super::event::Ticket;
use config::App;
use model::WorkerId;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is run: an app's settings, numbered.
#[derive(Debug, Clone)]
pub struct Version {
    pub generation: u32,
    pub app: Arc<App>,
}

/// A wish to replace the worker of a number.
#[derive(Debug, Clone)]
pub struct Wish {
    pub why: &'static str,
    pub since: Instant,
    /// Who waits for it.
    pub tickets: Vec<Ticket>,
}

/// One worker number.
#[derive(Debug, Clone)]
pub struct Slot {
    /// The worker that serves, or is to serve, under this number.
    pub current: Option<WorkerId>,
    /// Its replacement, not ready yet.
    pub next: Option<WorkerId>,
    /// What a restart under this number runs.
    pub version: Version,
    /// No worker is started under this number before.
    pub due: Instant,
    /// How long the next restart waits.
    pub backoff: Backoff,
    /// Deaths in a row without a stable run between them.
    pub deaths: u32,
    /// When the first of them was.
    pub first_death: Instant,
    /// How the last one was.
    pub last_death: String,
    /// Unasked deaths ever.
    pub restarts: u64,
    pub wish: Option<Wish>,
}

impl Slot {
    pub fn new(version: Version, now: Instant) -> Self {
        Slot {
            current: None,
            next: None,
            version,
            due: now,
            backoff: Backoff::default(),
            deaths: 0,
            first_death: now,
            last_death: String::new(),
            restarts: 0,
            wish: None,
        }
    }

    /// Its workers die again and again.
    pub fn is_looping(&self) -> bool {
        self.deaths >= self.version.app.restart.crash_loop_after
    }

    /// Forget the deaths.
    pub fn forgive(&mut self) {
        (self.deaths, self.backoff) = (0, Backoff::default());
    }

    /// From the first death in a row until now.
    pub fn dying_for(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.first_death)
    }

    /// Wish a replacement; an older wish stands.
    pub fn wish(&mut self, why: &'static str, now: Instant, ticket: Option<Ticket>) {
        let wish = self.wish.get_or_insert(Wish { why, since: now, tickets: Vec::new() });
        wish.tickets.extend(ticket);
    }
}
