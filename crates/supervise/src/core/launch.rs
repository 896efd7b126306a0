//! The first start of an app, and who waits for it.

use super::event::{Outcome, Ticket};
use super::fleet::{Failure, Fleet, Life};
use super::turn::Turn;
use model::EventKind;
use std::time::Instant;

/// A start that somebody waits for: until the first worker is ready, or the app is failed.
#[derive(Debug, Clone, Copy)]
pub struct Launch {
    pub ticket: Ticket,
    pub since: Instant,
}

impl Fleet {
    pub(super) fn start(&mut self, ticket: Option<Ticket>, turn: &mut Turn) {
        self.launch = ticket.map(|ticket| Launch { ticket, since: turn.now });
        if self.life != Life::New {
            return self.launched(Some("the app is being stopped".to_owned()), Vec::new(), turn);
        }
        self.life = Life::Running;
        turn.publish();
    }

    /// The app is there, and nothing of it is started until a reload.
    pub(super) fn refuse_start(&mut self, reason: String, ticket: Option<Ticket>, turn: &mut Turn) {
        self.start(ticket, turn);
        if self.life == Life::Running {
            self.fail(reason, Vec::new(), turn);
        }
    }

    /// Nothing of the app is started any more.
    pub(super) fn fail(&mut self, reason: String, stderr: Vec<String>, turn: &mut Turn) {
        turn.tell(EventKind::AppFailed { reason: reason.clone(), stderr: stderr.clone() });
        self.failed = Some(Failure { reason: reason.clone() });
        self.launched(Some(reason), stderr, turn);
    }

    /// Answer who waits for the start; `reason` says why it came to nothing.
    pub(super) fn launched(
        &mut self,
        reason: Option<String>,
        stderr: Vec<String>,
        turn: &mut Turn,
    ) {
        let Some(Launch { ticket, since }) = self.launch.take() else { return };
        let took_ms = (turn.now - since).as_millis() as u64;
        let report = self.report(reason.is_none(), took_ms, reason, stderr);
        turn.answer([ticket], &Outcome::Reloaded(report));
    }
}
