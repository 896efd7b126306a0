//! What a run is asked to do.

use super::{
    app, cache, compress, connections, files, footprint, guide, observe, overload, proxy, race,
    reload, store, tail,
};
use crate::report::Report;
use crate::side::{Kind, Peers};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::time::Duration;

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// The Express example on all cores: requests/s and CPU per request
    App,
    /// The usual scaling guide: its guarantees in the app, or at the edge
    Guide,
    /// Rolling reloads and kill -9 under load: failed requests
    Reload,
    /// Memory when idle, and time to the first reply
    Footprint,
    /// Proxies alone: CPU per request
    Proxy,
    /// Hits of the response cache: CPU per request
    Cache,
    /// Static files: CPU per request
    Files,
    /// Compression: CPU per request
    Compress,
    /// Replies of the others when some requests block a worker; a worker that only fails
    Tail,
    /// Three times the load that can be carried
    Overload,
    /// Idle connections: memory of each; slow clients: what becomes of another one's replies
    Connections,
    /// Think times around Node's keep-alive of 5 s, beside kills and reloads: failed requests
    Race,
    /// The store beside redis-server: commands, BullMQ, durability, snapshots, memory
    Store,
    /// What it costs that everything is observed: memory, and requests of a Fastify app
    Observe,
    /// One after the other
    All,
}

/// How much of it.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Seconds that each side is measured in each round, if not what the measurement has as its default
    #[arg(long)]
    pub seconds: Option<u64>,
    /// Rounds, likewise; in each, all sides run in turn. Tables show the medians
    #[arg(long)]
    pub rounds: Option<usize>,
    /// Keep-alive connections of the load generator
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    /// Reloads and kills of Ostler
    #[arg(long, default_value_t = 100)]
    pub repeats: usize,
    /// Reloads and kills of each peer
    #[arg(long, default_value_t = 100)]
    pub peer_repeats: usize,
    /// Lines of Ostler's `[edge.limits]` under `overload`, joined by `;`, to try others than the defaults
    #[arg(long)]
    pub limits: Option<String>,
    /// Minutes of the keep-alive race of Ostler; peers run for two at most
    #[arg(long, default_value_t = 10)]
    pub minutes: u64,
    /// Only the cases of `guide`, `proxy`, `cache`, `files`, `compress` or `store` whose name contains this, for a quick look
    #[arg(long)]
    pub case: Option<String>,
    /// Only these sides, for a quick look: nothing is written to bench/results
    #[arg(long = "side", value_name = "SIDE", value_enum)]
    pub sides: Vec<Kind>,
}

/// Seconds and rounds of the measurements under full load.
pub const SECONDS: u64 = 8;
pub const ROUNDS: usize = 5;

/// Not measured after a start: caches fill, Node compiles.
pub const WARM_UP: Duration = Duration::from_secs(3);

impl Settings {
    /// How long each side is measured in each round, `default` seconds if nothing was asked.
    pub fn time(&self, default: u64) -> Duration {
        Duration::from_secs(self.seconds.unwrap_or(default).max(1))
    }

    /// How many rounds, likewise.
    pub fn rounds(&self, default: usize) -> usize {
        self.rounds.unwrap_or(default).max(1)
    }

    /// Those of `sides` that are to be measured.
    pub fn of(&self, sides: &[Kind]) -> Vec<Kind> {
        sides.iter().copied().filter(|kind| self.chosen(*kind)).collect()
    }

    /// Whether all is measured that there is to be compared.
    pub fn whole(&self) -> bool {
        self.sides.is_empty() && self.case.is_none()
    }

    /// Whether this side is to be measured.
    pub fn chosen(&self, kind: Kind) -> bool {
        self.sides.is_empty() || self.sides.contains(&kind)
    }
}

impl What {
    /// The comparisons meant.
    pub fn each(self) -> Vec<What> {
        match self {
            What::All => vec![
                What::App,
                What::Guide,
                What::Reload,
                What::Footprint,
                What::Proxy,
                What::Cache,
                What::Files,
                What::Compress,
                What::Tail,
                What::Overload,
                What::Connections,
                What::Race,
                What::Store,
                What::Observe,
            ],
            one => vec![one],
        }
    }

    /// Measure.
    pub async fn run(self, settings: &Settings, peers: &Peers) -> Result<Report> {
        match self {
            What::App | What::All => app::run(settings, peers).await,
            What::Guide => guide::run(settings, peers).await,
            What::Reload => reload::run(settings, peers).await,
            What::Footprint => footprint::run(settings, peers).await,
            What::Proxy => proxy::run(settings).await,
            What::Cache => cache::run(settings).await,
            What::Files => files::run(settings, peers).await,
            What::Compress => compress::run(settings).await,
            What::Tail => tail::run(settings, peers).await,
            What::Overload => overload::run(settings, peers).await,
            What::Connections => connections::run(settings, peers).await,
            What::Race => race::run(settings, peers).await,
            What::Store => store::run(settings, peers).await,
            What::Observe => observe::run(settings, peers).await,
        }
    }
}
