//! Node's own cluster module with the least possible primary.

use super::{App, Peers};
use crate::process::{Child, program};
use anyhow::Result;
use std::net::SocketAddr;
use std::path::Path;

/// The primary's script.
pub const PRIMARY: &str = "bench/apps/primary.cjs";

/// Start it.
pub fn start(app: &App, address: SocketAddr, peers: &Peers, folder: &Path) -> Result<Child> {
    let mut command = program("node");
    command.arg(peers.repository.join(PRIMARY)).arg(&app.script).arg(app.workers.to_string());
    command.env("PORT", address.port().to_string()).envs(app.env.iter().cloned());
    Child::start("cluster", command, folder)
}
