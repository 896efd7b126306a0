//! The app as single Node processes, each on a port of its own: what nginx balances between.

use super::App;
use crate::process::{Child, free_address, program};
use anyhow::Result;
use std::path::Path;

/// Start `app.workers` of them, and say where they listen.
pub fn start(app: &App, folder: &Path) -> Result<(Vec<Child>, Vec<String>)> {
    let (mut children, mut addresses) = (Vec::new(), Vec::new());
    for _ in 0..app.workers {
        let address = free_address()?;
        children.push(at(app, &address.port().to_string(), folder)?);
        addresses.push(address.to_string());
    }
    Ok((children, addresses))
}

/// Start one at `port`: a number, or the path of a unix socket.
pub fn at(app: &App, port: &str, folder: &Path) -> Result<Child> {
    let mut command = program("node");
    command.arg(&app.script).env("PORT", port).envs(app.env.iter().cloned());
    Child::start("node", command, folder)
}
