//! Ostler's edge alone, in a process of its own: nothing supervises, the one worker is given.

use crate::process::{Child, program};
use anyhow::{Context, Result, anyhow};
use config::{Config, Machine};
use model::{AppName, Endpoint, Fleet, FleetState, Intake, Load, Member, WorkerId};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Start this same program as `bench edge` in front of a unix socket.
pub fn start(upstream: &Path, address: SocketAddr, folder: &Path) -> Result<Child> {
    let myself = std::env::current_exe().context("where is this program?")?;
    let mut command = program(&myself.display().to_string());
    command.arg("edge").arg(address.to_string()).arg(upstream);
    Child::start("edge", command, folder)
}

/// What that process does: serve with one thread and the default limits until SIGTERM.
pub fn serve(address: SocketAddr, upstream: &Path) -> Result<()> {
    let config = settings(address)?;
    let listeners = edge::listen::bind(&config.edge, Vec::new())?;
    let (_keep, fleet) = watch::channel(Arc::new(fleet(upstream)?));
    let running = edge::start(listeners, &edge::Setup::new(&config, vec![fleet]))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        signal(SignalKind::terminate()).context("cannot watch SIGTERM")?.recv().await;
        running.drain().await;
        Ok(())
    })
}

/// The defaults, but for one thread. The app is never run.
fn settings(address: SocketAddr) -> Result<Config> {
    let text =
        format!("[edge]\nlisten = [\"{address}\"]\nthreads = 1\n[app.web]\nrun = \"web.js\"\n");
    config::parse(&text, Path::new("/"), None, &Machine { cores: 1 }).map_err(|mistakes| {
        anyhow!(mistakes.iter().map(config::render).collect::<Vec<_>>().join("\n"))
    })
}

/// One open worker behind `upstream`.
fn fleet(upstream: &Path) -> Result<Fleet> {
    let member = Member {
        worker: WorkerId(1),
        number: 0,
        endpoint: Endpoint::Unix(upstream.into()),
        intake: Intake::Open,
        load: Arc::new(Load::default()),
    };
    Ok(Fleet { app: AppName::parse("web")?, state: FleetState::Serving, members: vec![member] })
}
