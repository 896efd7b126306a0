//! What one step works with: the time, chance, and the list of actions.

use super::event::{Action, Outcome, Ticket};
use base::random::Random;
use model::{EventKind, WorkerId};
use std::time::Instant;

/// What all fleets of one Ostler draw from.
#[derive(Debug)]
pub struct Draw {
    /// Chance, for the jitter of waits.
    pub random: Random,
    last_worker: u64,
}

impl Draw {
    /// Chance that follows from `seed`; worker ids from 1.
    pub fn new(seed: u64) -> Self {
        Draw { random: Random::new(seed), last_worker: 0 }
    }

    /// An id that no worker had before.
    pub fn worker(&mut self) -> WorkerId {
        self.last_worker += 1;
        WorkerId(self.last_worker)
    }
}

/// One step under way.
pub struct Turn<'a> {
    pub now: Instant,
    pub draw: &'a mut Draw,
    out: &'a mut Vec<Action>,
    begin: usize,
    published: bool,
}

impl<'a> Turn<'a> {
    pub fn new(now: Instant, draw: &'a mut Draw, out: &'a mut Vec<Action>) -> Self {
        let begin = out.len();
        Turn { now, draw, out, begin, published: false }
    }

    pub fn act(&mut self, action: Action) {
        self.out.push(action);
    }

    pub fn tell(&mut self, kind: EventKind) {
        self.out.push(Action::Tell(kind));
    }

    pub fn answer(&mut self, tickets: impl IntoIterator<Item = Ticket>, outcome: &Outcome) {
        let answers = tickets.into_iter();
        self.out.extend(answers.map(|ticket| Action::Answer { ticket, outcome: outcome.clone() }));
    }

    /// Publish the fleet at the end of this step.
    pub fn publish(&mut self) {
        self.published = true;
    }

    /// Close the step. Publishing comes first: the edge shall know before a signal is sent.
    pub fn end(self) {
        if self.published {
            self.out.insert(self.begin, Action::Publish);
        }
    }
}
