//! What all clients share without touching data: who listens to which channel, the limits that can be changed
//! while the store runs, the script that runs.
//! Usable from the data thread and, while that is busy, from the relief thread. Locks are short and never nested.
//! Not here: sockets (`serve`); they carry out what the outbox says.

mod card;
mod channels;
mod clients;
mod figures;
mod latency;
mod limits;
mod monitors;
mod outbox;
mod pause;
mod slow_log;
mod tally;
mod traffic;

pub use card::{Arrival, Card, Marks, Words};
pub use channels::{Channels, Kind as ChannelKind};
pub use clients::Clients;
pub use figures::{About, DatabaseFigures, Figures, Machine, MemoryFigures, Standing};
pub use latency::{Latency, Spikes};
pub use limits::{Limits, OutputLimit};
pub use monitors::Monitors;
pub use outbox::{Frame, Order, Outbox};
pub use pause::Pause;
pub use slow_log::{SlowCommand, SlowLog};
pub use tally::{CommandFigures, Tally};
pub use traffic::Traffic;

use crate::script::{Lines, Running};
use std::sync::atomic::AtomicBool;

/// The shared part.
#[derive(Debug, Default)]
pub struct Hub {
    /// What is to be done for other clients than the one whose command runs; what the engine's commands want done is
    /// in an outbox of its own.
    pub outbox: Outbox,
    /// Who listens to what.
    pub channels: Channels,
    /// Who is told of each command.
    pub monitors: Monitors,
    /// Whether commands wait.
    pub pause: Pause,
    /// What clients may do; `CONFIG SET` changes it.
    pub limits: Limits,
    /// Who is connected.
    pub clients: Clients,
    /// What is counted of connections.
    pub traffic: Traffic,
    /// What is counted of commands.
    pub tally: Tally,
    /// Commands that ran long.
    pub slow_log: SlowLog,
    /// When something took too long.
    pub latency: Latency,
    /// How the store stands.
    pub figures: Figures,
    /// The script that runs.
    pub script: Running,
    /// What scripts say.
    pub script_log: Lines,
    /// Data is being loaded: `-LOADING`.
    pub loading: AtomicBool,
}
