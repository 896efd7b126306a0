//! The Express example on all cores.

use super::columns::{self, Column};
use super::measure::{Speeds, Trial};
use super::settings::{ROUNDS, SECONDS, Settings, WARM_UP};
use crate::load::{NOWHERE, Plan};
use crate::report::{Report, Table, Target};
use crate::side::{App, Kind, Peers, Side, npm};
use anyhow::Result;

const SIDES: [Kind; 4] = [Kind::Ostler, Kind::Pm2, Kind::Cluster, Kind::NginxPm2];

/// The example's folder, script, and the path that is asked.
const FOLDER: &str = "examples/shop";
const SCRIPT: &str = "server.js";
const PATH: &str = "/products";

/// Measure all sides in turn.
pub async fn run(settings: &Settings, peers: &Peers) -> Result<Report> {
    let app = example(peers).await?;
    let start = async |kind| Side::start(kind, &app, peers).await;
    let trial = Trial {
        sides: settings.of(&SIDES),
        app: &app,
        plan: Plan::new(NOWHERE, &app.path, settings.connections),
        rounds: settings.rounds(ROUNDS),
        time: settings.time(SECONDS),
        warm_up: WARM_UP,
    };
    let speeds = Speeds::measure(&trial, start).await?;
    Ok(Report {
        what: "app",
        title: "The Express example on all cores",
        method: vec![
            format!("`{FOLDER}` answers `GET {PATH}` with NODE_ENV=production."),
            format!(
                "{} keep-alive connections in a closed loop from the same machine, {} s a side and \
                 round after a warm-up; sides run in turn.",
                settings.connections,
                settings.time(SECONDS).as_secs()
            ),
            "CPU is the time of all processes of a side (runner, proxies, workers) from the \
             kernel's accounting, divided by the requests answered; the load generator is in none \
             of them, but shares the cores."
                .into(),
        ],
        tables: vec![table(settings, app.workers, &speeds)],
        targets: targets(&speeds),
    })
}

async fn example(peers: &Peers) -> Result<App> {
    let folder = peers.repository.join(FOLDER);
    npm::install(&folder, FOLDER).await?;
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(App { script: folder.join(SCRIPT), ..App::new(peers, SCRIPT, workers, PATH) })
}

fn table(settings: &Settings, workers: usize, speeds: &Speeds) -> Table {
    let caption = format!("{workers} workers, medians of {} rounds", settings.rounds(ROUNDS));
    let columns = [
        Column::rate(),
        Column::new("of Ostler's", 2, |speeds, kind| speeds.rate(kind) / speeds.rate(Kind::Ostler)),
        Column::cpu(1),
        Column::cpu_of(Kind::Ostler, "of Ostler's CPU"),
        Column::median("of which runner", 1, |speed| speed.runner_us),
        Column::p50(),
        Column::p99(),
        Column::failed(),
        Column::others(),
    ];
    let sides = settings.of(&SIDES).into_iter().map(|kind| (kind, kind.name()));
    columns::table(caption, "side", sides, &columns, speeds)
}

fn targets(speeds: &Speeds) -> Vec<Target> {
    let rate = |peer| speeds.rate(Kind::Ostler) / speeds.rate(peer);
    let cpu = speeds.cpu(Kind::Ostler) / speeds.cpu(Kind::NginxPm2);
    vec![
        Target {
            text: "requests/s better than nginx + PM2",
            measured: format!("{:.2} times", rate(Kind::NginxPm2)),
            met: rate(Kind::NginxPm2) > 1.0,
        },
        Target {
            text: "CPU per request better than nginx + PM2",
            measured: format!("{cpu:.2} times"),
            met: cpu < 1.0,
        },
        Target {
            text: "requests/s not below PM2 alone by more than 5 %",
            measured: format!("{:.2} times", rate(Kind::Pm2)),
            met: rate(Kind::Pm2) >= 0.95,
        },
    ]
}
