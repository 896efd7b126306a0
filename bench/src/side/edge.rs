//! Ostler's edge alone, in a process of its own: nothing supervises, the one worker is given.

use super::proxy::{CERTIFICATE, KEY, Setup};
use crate::process::{Child, Folder, program};
use anyhow::{Context, Result, anyhow};
use config::{Config, Machine};
use model::{AppName, Endpoint, Fleet, FleetState, Intake, Load, Member, WorkerId};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Start this same program as `bench edge`.
pub fn start(setup: &Setup, address: SocketAddr, folder: &Folder) -> Result<Child> {
    let file = folder.write("edge.toml", settings(setup, address))?;
    let myself = std::env::current_exe().context("where is this program?")?;
    let mut command = program(&myself.display().to_string());
    command.arg("edge").arg(file).arg(&setup.upstream);
    Child::start("edge", command, folder.path())
}

/// The defaults, but for one thread and what is asked. The app is never run.
fn settings(setup: &Setup, address: SocketAddr) -> String {
    let Setup { edge, limits, .. } = setup;
    let plain = if setup.certificate.is_some() { String::new() } else { format!("\"{address}\"") };
    let mut text =
        format!("[edge]\nlisten = [{plain}]\nthreads = 1\n{edge}\n[edge.limits]\n{limits}\n");
    if let Some(folder) = &setup.certificate {
        let path = |name| folder.join(name).display().to_string();
        text.push_str(&format!(
            "[edge.tls]\nlisten = [\"{address}\"]\ncert = {:?}\nkey = {:?}\n",
            path(CERTIFICATE),
            path(KEY)
        ));
    }
    text + "[app.web]\nrun = \"web.js\"\n" + &setup.routes
}

/// What that process does: serve with one thread until SIGTERM.
pub fn serve(file: &Path, upstream: &Path) -> Result<()> {
    let config = read(file)?;
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

fn read(file: &Path) -> Result<Config> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
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
        http2: false,
        intake: Intake::Open,
        load: Arc::new(Load::default()),
    };
    Ok(Fleet { app: AppName::parse("web")?, state: FleetState::Serving, members: vec![member] })
}
