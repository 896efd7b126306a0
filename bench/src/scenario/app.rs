//! The Express example on all cores.

use super::measure::{Speed, median, speed};
use super::settings::Settings;
use crate::report::{Cell, Report, Table, Target};
use crate::side::{App, Kind, Peers, Side};
use anyhow::{Context, Result, bail};

const SIDES: [Kind; 4] = [Kind::Ostler, Kind::Pm2, Kind::Cluster, Kind::NginxPm2];

/// The example's folder, script, and the path that is asked.
const FOLDER: &str = "examples/shop";
const SCRIPT: &str = "server.js";
const PATH: &str = "/products";

/// Measure all sides in turn.
pub async fn run(settings: &Settings, peers: &Peers) -> Result<Report> {
    let app = example(peers).await?;
    let mut speeds: Vec<Vec<Speed>> = vec![Vec::new(); SIDES.len()];
    for round in 0..settings.rounds {
        for (kind, speeds) in
            SIDES.into_iter().zip(&mut speeds).filter(|(kind, _)| settings.chosen(*kind))
        {
            let name = kind.name();
            let mut side =
                Side::start(kind, &app, peers).await.with_context(|| format!("start {name}"))?;
            let speed = speed(&mut side, &app.path, settings).await.with_context(|| name)?;
            eprintln!(
                "round {}: {name}: {:.0} requests/s, {:.1} CPU µs/request",
                round + 1,
                speed.requests_per_second,
                speed.cpu_us
            );
            speeds.push(speed);
        }
    }
    Ok(report(settings, &app, &speeds))
}

async fn example(peers: &Peers) -> Result<App> {
    let folder = peers.repository.join(FOLDER);
    if !folder.join("node_modules").is_dir() {
        let mut npm = tokio::process::Command::new("npm");
        npm.args(["ci", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"]);
        let status = npm.current_dir(&folder).kill_on_drop(true).status().await.context("npm")?;
        if !status.success() {
            bail!("npm ci in {FOLDER} ended with {status}");
        }
    }
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(App { script: folder.join(SCRIPT), workers, path: PATH.into(), env: Vec::new() })
}

fn report(settings: &Settings, app: &App, speeds: &[Vec<Speed>]) -> Report {
    let of =
        |at: usize, what: fn(&Speed) -> f64| median(speeds.get(at).into_iter().flatten().map(what));
    let rate = |at| of(at, |speed| speed.requests_per_second);
    let cpu = |at| of(at, |speed| speed.cpu_us);
    let rows = SIDES.iter().enumerate().map(|(at, kind)| {
        let failures = speeds.get(at).into_iter().flatten().map(|speed| speed.failures).sum();
        vec![
            Cell::text(kind.name()),
            Cell::Number(rate(at), 0),
            Cell::Number(rate(at) / rate(0), 2),
            Cell::Number(cpu(at), 1),
            Cell::Number(cpu(at) / cpu(0), 2),
            Cell::Number(of(at, |speed| speed.p50_ms), 2),
            Cell::Number(of(at, |speed| speed.p99_ms), 2),
            Cell::count(failures),
        ]
    });
    let table = Table {
        caption: format!("{} workers, medians of {} rounds", app.workers, settings.rounds),
        columns: vec![
            "side",
            "requests/s",
            "of Ostler's",
            "CPU µs/request",
            "of Ostler's CPU",
            "p50 ms",
            "p99 ms",
            "failed",
        ],
        rows: rows.collect(),
    };
    let (pm2, nginx) = (1, 3);
    let against = |at: usize| format!("{:.2}", rate(0) / rate(at));
    Report {
        what: "app",
        title: "The Express example on all cores",
        method: vec![
            format!("`{FOLDER}` answers `GET {PATH}` with NODE_ENV=production."),
            format!("{} keep-alive connections in a closed loop from the same machine, {} s a side and round after a warm-up.", settings.connections, settings.seconds),
            "Sides run in turn. CPU is the time of all processes of a side (runner, proxies, workers) from the kernel's accounting, divided by the requests answered; the load generator is in none of them, but shares the cores.".into(),
        ],
        tables: vec![table],
        targets: vec![
            Target {
                text: "requests/s better than nginx + PM2",
                measured: format!("{} times", against(nginx)),
                met: rate(0) > rate(nginx),
            },
            Target {
                text: "CPU per request better than nginx + PM2",
                measured: format!("{:.2} times", cpu(0) / cpu(nginx)),
                met: cpu(0) < cpu(nginx),
            },
            Target {
                text: "requests/s not below PM2 alone by more than 5 %",
                measured: format!("{} times", against(pm2)),
                met: rate(0) >= 0.95 * rate(pm2),
            },
        ],
    }
}
