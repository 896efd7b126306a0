//! One worker process as the core knows it.

use super::event::{Action, Sample};
use super::turn::Turn;
use config::{App, ReadyOn, Run};
use model::{EventKind, Intake, WorkerId};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Where a worker stands. It only moves down this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Its process was asked for; not ready.
    Starting,
    /// Takes requests.
    Ready,
    /// Takes no new requests; finishes what it has.
    Draining { since: Instant },
    /// Its upgraded connections are being closed.
    Closing { until: Instant },
    /// Was sent the stop signal.
    Stopping { until: Instant },
    /// Was sent SIGKILL.
    Killed,
}

/// What is known about a worker on its way to being ready.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    pub listening: bool,
    pub said: bool,
    pub answered: bool,
    /// Why the last probe failed.
    pub refusal: Option<String>,
}

/// One worker process, from the wish to start it to its end.
#[derive(Debug, Clone)]
pub struct Worker {
    pub id: WorkerId,
    pub number: u32,
    pub generation: u32,
    /// The settings it was started with.
    pub app: Arc<App>,
    pub phase: Phase,
    pub started: Instant,
    pub ready_at: Option<Instant>,
    pub readiness: Readiness,
    pub sample: Sample,
    /// When `sample` was taken.
    pub measured: Option<Instant>,
    /// Since when its event loop is stuck, by its last heartbeat.
    pub stalled_since: Option<Instant>,
    /// A probe is under way, or the next is not due before this.
    pub probe_due: Option<Instant>,
    pub probing: bool,
    /// Failed health checks in a row.
    pub refusals: u32,
    /// Why Ostler killed it, if it did.
    pub cause: Option<String>,
}

impl Worker {
    pub fn new(id: WorkerId, number: u32, generation: u32, app: Arc<App>, now: Instant) -> Self {
        Worker {
            id,
            number,
            generation,
            app,
            phase: Phase::Starting,
            started: now,
            ready_at: None,
            readiness: Readiness::default(),
            sample: Sample::default(),
            measured: None,
            stalled_since: None,
            probe_due: None,
            probing: false,
            refusals: 0,
            cause: None,
        }
    }

    /// What the edge may send it; None while it never was ready.
    pub fn intake(&self) -> Option<Intake> {
        self.ready_at?;
        Some(match self.phase {
            Phase::Starting | Phase::Ready => Intake::Open,
            Phase::Draining { .. } => Intake::Draining,
            Phase::Closing { .. } => Intake::Closing,
            Phase::Stopping { .. } | Phase::Killed => Intake::Cut,
        })
    }

    pub fn is_ready(&self) -> bool {
        self.phase == Phase::Ready
    }

    /// A probe, and not the agent's word, decides about the endpoint of a command.
    pub fn is_command(&self) -> bool {
        matches!(self.app.run, Run::Command(_))
    }

    /// It is time to ask whether it serves.
    pub fn wants_probe(&self) -> bool {
        let opened = self.readiness.listening || self.is_command();
        opened && (self.is_command() || self.app.health.is_some())
    }

    /// Everything that makes it ready has happened.
    pub fn is_complete(&self) -> bool {
        let Readiness { listening, said, answered, .. } = self.readiness;
        let said = said || self.is_command() || self.app.ready == ReadyOn::Listening;
        (listening || self.is_command()) && said && (answered || !self.wants_probe())
    }

    /// Why it did not become ready within `limit`, and what to do.
    pub fn missing(&self) -> String {
        let limit = base::units::show_duration(self.app.ready_timeout);
        let last = self.readiness.refusal.as_deref().unwrap_or("no answer yet");
        if self.is_command() && !self.readiness.answered {
            return format!(
                "did not serve on 127.0.0.1:$PORT within {limit} ({last}): the command must \
                 listen on the port that it finds in PORT"
            );
        }
        if !self.readiness.listening {
            return format!(
                "did not listen within {limit}: does the app call listen()? If it only needs \
                 longer to start, raise ready_timeout"
            );
        }
        if self.app.ready == ReadyOn::Message && !self.readiness.said {
            return format!(
                "listens, but did not call process.send('ready') within {limit}: call it, or set \
                 ready = \"listening\""
            );
        }
        let path = self.app.health.as_ref().map_or("/", |health| health.path.as_str());
        format!("listens, but {path} did not answer 2xx within {limit} ({last})")
    }

    /// SIGKILL, because `why`.
    pub fn kill(&mut self, why: &str, turn: &mut Turn) {
        if self.phase == Phase::Killed {
            return;
        }
        self.phase = Phase::Killed;
        self.cause = Some(why.to_owned());
        turn.act(Action::Kill { worker: self.id });
        turn.tell(EventKind::WorkerKilled {
            worker: self.id,
            number: self.number,
            why: why.to_owned(),
        });
        turn.publish();
    }

    /// Send the stop signal.
    pub fn signal(&mut self, turn: &mut Turn) {
        self.phase = Phase::Stopping { until: turn.now + self.app.stopping.kill_after };
        turn.act(Action::Signal { worker: self.id });
        turn.publish();
    }

    /// How long it has been running.
    pub fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.started)
    }
}
