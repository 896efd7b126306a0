//! What a step is told, what it works with, and what it wants done.

use base::random::Random;
use config::Server;
use model::{Endpoint, Fleet, WorkerId};
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Ids of servers begin here: far above those of workers, which count from 1, and exact in JSON.
const FIRST_ID: u64 = 1 << 52;

/// Something an upstream learns.
#[derive(Debug, Clone)]
pub enum Event {
    /// Its settings, at first and at each reload.
    Settings(config::Upstream),
    /// What a name stands for now, or why that is not known.
    Resolved(Server, Result<Vec<IpAddr>, String>),
    /// How the check of a server ended.
    Checked(WorkerId, Outcome),
    /// Time has passed.
    Time,
    /// It is in the config no more: let it end, and close what is left after so long.
    Remove(Duration),
}

/// How a check ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server is as it should be.
    Passed,
    /// It was reached, but its answer is not one of a healthy server, and why.
    Unfit(String),
    /// There is no connection to it, and why.
    Unreachable(String),
    /// There was no check: it is this machine that has no socket left.
    Unknown,
}

/// Something to be done.
#[derive(Debug, Clone)]
pub enum Action {
    /// Find out what a name stands for, and answer with [`Event::Resolved`].
    Resolve(Server),
    /// Check a server, and answer with [`Event::Checked`].
    Check(WorkerId, Server, Endpoint),
    /// Tell whoever runs Ostler.
    Say(String),
    /// Tell the threads.
    Publish(Fleet),
}

/// What all upstreams draw from.
#[derive(Debug)]
pub struct Draw {
    random: Random,
    next_id: u64,
}

impl Draw {
    /// Chance that follows from `seed`.
    pub fn new(seed: u64) -> Self {
        Draw { random: Random::new(seed), next_id: FIRST_ID }
    }

    /// An id that no server and no worker had before.
    pub(super) fn id(&mut self) -> WorkerId {
        self.next_id += 1;
        WorkerId(self.next_id)
    }

    /// `period`, give or take a tenth, so that many do not go on in step.
    pub(super) fn about(&mut self, period: Duration) -> Duration {
        period.mul_f64(0.9 + 0.2 * self.random.unit())
    }

    /// Any time within `period`, and not at once.
    pub(super) fn within(&mut self, period: Duration) -> Duration {
        period.mul_f64(0.05 + 0.95 * self.random.unit())
    }
}

/// One step under way.
pub struct Turn<'a> {
    /// The time.
    pub now: Instant,
    /// Chance and ids.
    pub draw: &'a mut Draw,
    /// What is to be done.
    pub out: &'a mut Vec<Action>,
}

impl Turn<'_> {
    pub(super) fn say(&mut self, text: String) {
        self.out.push(Action::Say(text));
    }
}
