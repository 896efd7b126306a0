//! Ostler's edge alone, in a process of its own.

use super::Peers;
use crate::process::{Child, free_address, program};
use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use std::path::Path;

/// Start this same program as `bench edge` in front of a unix socket.
pub fn start(upstream: &Path, _peers: &Peers, folder: &Path) -> Result<(Child, SocketAddr)> {
    let address = free_address()?;
    let myself = std::env::current_exe().context("where is this program?")?;
    let mut command = program(&myself.display().to_string());
    command.arg("edge").arg(address.to_string()).arg(upstream);
    Ok((Child::start("edge", command, folder)?, address))
}

/// What that process does: serve until it is told to end.
pub fn serve(_address: SocketAddr, _upstream: &Path) -> Result<()> {
    bail!("not wired yet")
}
