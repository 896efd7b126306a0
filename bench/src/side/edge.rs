//! Ostler's edge alone, in a process of its own.

use crate::process::{Child, program};
use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use std::path::Path;

/// Start this same program as `bench edge` in front of a unix socket.
pub fn start(upstream: &Path, address: SocketAddr, folder: &Path) -> Result<Child> {
    let myself = std::env::current_exe().context("where is this program?")?;
    let mut command = program(&myself.display().to_string());
    command.arg("edge").arg(address.to_string()).arg(upstream);
    Child::start("edge", command, folder)
}

/// What that process does: serve until it is told to end.
pub fn serve(_address: SocketAddr, _upstream: &Path) -> Result<()> {
    bail!("not wired yet")
}
