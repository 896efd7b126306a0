//! The whole of Ostler, as a user runs it.

use super::{App, Peers};
use crate::process::{Child, program};
use anyhow::{Context, Result, bail};
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// `ostler run` in a folder with an `ostler.toml`.
#[derive(Debug)]
pub struct Ostler {
    pub child: Child,
    binary: PathBuf,
}

impl Ostler {
    /// Start it; the admin API is only on its unix socket.
    pub fn start(
        app: &App,
        observed: bool,
        address: SocketAddr,
        peers: &Peers,
        folder: &Path,
    ) -> Result<Self> {
        let file = folder.join("ostler.toml");
        std::fs::write(&file, config(app, observed, address))
            .with_context(|| format!("cannot write {}", file.display()))?;
        let mut run = command(&peers.ostler, folder);
        run.arg("run");
        let child = Child::start("ostler", run, folder)?;
        Ok(Ostler { child, binary: peers.ostler.clone() })
    }

    /// `ostler reload`.
    pub async fn reload(&self, folder: &Path) -> Result<()> {
        let mut reload = tokio::process::Command::from(command(&self.binary, folder));
        let output = reload.arg("reload").stdin(Stdio::null()).kill_on_drop(true).output().await;
        let output = output.context("cannot start ostler reload")?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            bail!("ostler reload ended with {}:\n{}", output.status, why.trim());
        }
        Ok(())
    }
}

fn command(binary: &Path, folder: &Path) -> Command {
    let mut command = program(&binary.display().to_string());
    // Run and state folders of its own: a user's Ostler on this machine is left alone.
    command.env("OSTLER_RUN", folder.join("run")).env("OSTLER_STATE", folder.join("state"));
    command.current_dir(folder);
    command
}

/// Restarts are as eager as PM2's, which waits not at all: the bench kills again and again.
fn config(app: &App, observed: bool, address: SocketAddr) -> String {
    let quoted = |text: &str| format!("{text:?}");
    let mut text = format!(
        "version = 1\n\n[edge]\nlisten = [{}]\n{}\n[edge.limits]\n{}\n[admin]\nlisten = false\n\n[observe]\nenabled = {observed}\n\n[app.web]\nrun = {}\nworkers = {}\n",
        quoted(&address.to_string()),
        app.edge,
        app.limits,
        quoted(&app.script.display().to_string()),
        app.workers,
    );
    text.push_str("restart = { delay_min = \"100ms\", stable_after = \"1s\" }\n\n[app.web.env]\n");
    for (name, value) in &app.env {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name} = {}", quoted(value));
    }
    text
}
