//! PM2 in cluster mode, with a daemon of its own.

use super::{App, Peers};
use crate::process::{Processes, end, program};
use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A PM2 daemon and its app. Dropping it ends both.
#[derive(Debug)]
pub struct Pm2 {
    script: PathBuf,
    /// PM2_HOME: sockets, pid file, logs.
    home: PathBuf,
    pid: u32,
}

impl Pm2 {
    /// `pm2 start SCRIPT -i WORKERS`.
    pub async fn start(
        app: &App,
        address: SocketAddr,
        peers: &Peers,
        folder: &Path,
    ) -> Result<Self> {
        let mut pm2 = Pm2 { script: peers.pm2.clone(), home: folder.join("pm2"), pid: 0 };
        let mut start = pm2.command();
        start.arg("start").arg(&app.script).args(["--name", "app", "-i", &app.workers.to_string()]);
        start.env("PORT", address.port().to_string()).envs(app.env.iter().cloned());
        // The daemon detaches from whoever started it, so it is found by its pid file; should this
        // fail half-way, dropping `pm2` still ends what was started.
        let started = finish(start).await;
        pm2.pid = pm2.pid_file().unwrap_or(0);
        started.context("pm2 start")?;
        if pm2.pid == 0 {
            bail!("PM2 wrote no pid file in {}", pm2.home.display());
        }
        Ok(pm2)
    }

    fn command(&self) -> Command {
        let mut command = program("node");
        command.arg(&self.script).env("PM2_HOME", &self.home).env("NO_COLOR", "1");
        command
    }

    fn pid_file(&self) -> Option<u32> {
        std::fs::read_to_string(self.home.join("pm2.pid")).ok()?.trim().parse().ok()
    }

    /// The daemon, whose children the workers are.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// `pm2 reload`.
    pub async fn reload(&self) -> Result<()> {
        let mut command = self.command();
        command.args(["reload", "app"]);
        finish(command).await.context("pm2 reload")
    }

    /// The end of the app's error output.
    pub fn last_lines(&self) -> String {
        let files = std::fs::read_dir(self.home.join("logs")).into_iter().flatten().flatten();
        let texts = files.map(|file| std::fs::read_to_string(file.path()).unwrap_or_default());
        texts.collect::<Vec<_>>().join("\n")
    }
}

/// Wait for the end of a command; an error with its output if it fails.
async fn finish(command: Command) -> Result<()> {
    let mut command = tokio::process::Command::from(command);
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await;
    let output = output.context("cannot start node")?;
    if !output.status.success() {
        let text = [output.stdout, output.stderr].concat();
        bail!("ended with {}:\n{}", output.status, String::from_utf8_lossy(&text).trim());
    }
    Ok(())
}

impl Drop for Pm2 {
    fn drop(&mut self) {
        let Some(pid) = Some(self.pid).filter(|pid| *pid != 0).or_else(|| self.pid_file()) else {
            return;
        };
        let all = Processes::of(&[pid]).pids();
        // `pm2 kill` ends the app first, then the daemon; what survives is killed below.
        let _ = self.command().arg("kill").stdin(Stdio::null()).output();
        end(&all);
    }
}
