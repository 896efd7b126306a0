//! What a run is asked to do.

use super::{app, footprint, proxy, reload};
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
    /// Rolling reloads and kill -9 under load: failed requests
    Reload,
    /// Memory when idle, and time to the first reply
    Footprint,
    /// Proxies alone: CPU per request
    Proxy,
    /// One after the other
    All,
}

/// How much of it.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Seconds that each side is measured in each round
    #[arg(long, default_value_t = 8)]
    pub seconds: u64,
    /// Rounds; in each, all sides run in turn. Tables show the medians
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// Keep-alive connections of the load generator
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    /// Reloads and kills of Ostler
    #[arg(long, default_value_t = 100)]
    pub repeats: usize,
    /// Reloads and kills of each peer
    #[arg(long, default_value_t = 100)]
    pub peer_repeats: usize,
    /// Only these sides, for a quick look: nothing is written to bench/results
    #[arg(long = "side", value_name = "SIDE", value_enum)]
    pub sides: Vec<Kind>,
}

/// Not measured after a start: caches fill, Node compiles.
pub const WARM_UP: Duration = Duration::from_secs(3);

impl Settings {
    /// How long each side is measured in each round.
    pub fn time(&self) -> Duration {
        Duration::from_secs(self.seconds.max(1))
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
            What::All => vec![What::App, What::Reload, What::Footprint, What::Proxy],
            one => vec![one],
        }
    }

    /// Measure.
    pub async fn run(self, settings: &Settings, peers: &Peers) -> Result<Report> {
        match self {
            What::App | What::All => app::run(settings, peers).await,
            What::Reload => reload::run(settings, peers).await,
            What::Footprint => footprint::run(settings, peers).await,
            What::Proxy => proxy::run(settings).await,
        }
    }
}
