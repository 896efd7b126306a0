//! What the core is told and what it asks for.

use config::App;
use model::api::ReloadReport;
use model::{EventKind, WorkerId};
use std::sync::Arc;
use std::time::Duration;

/// A command that somebody waits for; answered once with [`Action::Answer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What happened to one app's fleet.
#[derive(Debug, Clone)]
pub enum Event {
    /// Begin: start the first workers. Who waits is answered when one is ready, or none ever will.
    Start { ticket: Option<Ticket> },
    /// Instead of [`Event::Start`]: the app cannot be started at all, do not try.
    Unstartable { reason: String, ticket: Option<Ticket> },
    /// The worker's process could not be made.
    SpawnFailed { worker: WorkerId, reason: String },
    /// The worker opened its server.
    Listening { worker: WorkerId },
    /// The worker said `process.send('ready')`.
    SaidReady { worker: WorkerId },
    /// The worker can never serve; `reason` says why and what to do.
    Unfit { worker: WorkerId, reason: String },
    /// A probe that [`Action::Probe`] asked for came back.
    Probed { worker: WorkerId, result: Result<(), String> },
    /// What was last read of the worker.
    Measured { worker: WorkerId, sample: Sample },
    /// The worker's process and its whole group are gone. `how` is "exit code 1", "signal SIGKILL".
    Exited { worker: WorkerId, how: String, stderr: Vec<String> },
    /// Time passed.
    Tick,
    /// Replace all workers, with new settings if given.
    Reload { app: Option<Arc<App>>, ticket: Option<Ticket> },
    /// Run so many workers.
    Scale { workers: u32 },
    /// Replace one worker, the new one ready first.
    Restart { number: u32, ticket: Option<Ticket> },
    /// Drain and end everything.
    Stop,
    /// End everything now.
    KillNow,
}

/// One look at a worker.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sample {
    /// Requests now being answered.
    pub in_flight: u32,
    /// Upgraded connections now open.
    pub upgraded: u32,
    /// Age of the last heartbeat; None while none was ever seen.
    pub beat_age: Option<Duration>,
    /// Resident memory of the process group in bytes.
    pub rss_bytes: u64,
    /// Event-loop utilisation, 0.0 to 1.0; None without an agent.
    pub utilisation: Option<f64>,
    /// Share of one core, 1.0 being a whole one.
    pub cpu: f64,
}

/// What the shell shall do.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Make a process.
    Spawn { worker: WorkerId, number: u32, generation: u32, app: Arc<App> },
    /// Ask the worker whether it serves, once; answered with [`Event::Probed`].
    Probe { worker: WorkerId },
    /// Send the app's stop signal.
    Signal { worker: WorkerId },
    /// SIGKILL to the whole process group.
    Kill { worker: WorkerId },
    /// The members or the state changed: publish them.
    Publish,
    /// Tell people.
    Tell(EventKind),
    /// A command is done.
    Answer { ticket: Ticket, outcome: Outcome },
    /// After a stop: nothing is left.
    Ended,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A rolling reload, or the first start, ended.
    Reloaded(ReloadReport),
    /// One worker was replaced.
    Restarted,
    /// One worker was not replaced; the old one stays.
    NotRestarted { reason: String, stderr: Vec<String> },
}
