//! What it costs that everything is observed.

use super::columns::{self, Column};
use super::measure::{Speeds, Trial, median};
use super::settings::{ROUNDS, SECONDS, Settings, WARM_UP};
use crate::load::{NOWHERE, Plan};
use crate::process::Memory;
use crate::report::{Cell, Report, Table, Target};
use crate::side::{App, Kind, Peers, Side, npm};
use anyhow::Result;
use std::time::Duration;

const SIDES: [Kind; 2] = [Kind::Ostler, Kind::OstlerUnobserved];

/// The example's folder, script, and the path that is asked.
const FOLDER: &str = "examples/fastify-esm";
const SCRIPT: &str = "server.js";
const PATH: &str = "/zones/Europe%2FBerlin";

/// What an app writes that logs much, in bytes a second.
const LOG_RATE: u64 = 5_000_000;
const IDLE: Duration = Duration::from_secs(10);
/// How long it logs, if nothing was asked; `--seconds 3600` is the hour of the aim.
const LOG_SECONDS: u64 = 60;
/// Samples of memory meanwhile.
const SAMPLES: u32 = 12;
const IDLE_MAX: f64 = 60e6;
const BUSY_MAX: f64 = 128e6;

/// Resident memory of the runner, in bytes.
#[derive(Debug)]
struct Footprint {
    kind: Kind,
    idle: f64,
    /// From the first second under logs to the last, at equal distances.
    busy: Vec<f64>,
}

/// Measure both sides in turn.
pub async fn run(settings: &Settings, peers: &Peers) -> Result<Report> {
    let quiet = requests(settings, peers, "error").await?;
    let logging = requests(settings, peers, "info").await?;
    let mut footprints = Vec::new();
    for kind in settings.of(&SIDES) {
        footprints.push(footprint(kind, settings, peers).await?);
    }
    let mut targets = speed_targets(&quiet);
    targets.extend(memory_targets(&footprints));
    Ok(Report {
        what: "observe",
        title: "Everything observed beside nothing",
        method: method(settings),
        tables: vec![
            table(settings, "the app logs nothing", &quiet),
            table(settings, "the app logs two lines a request", &logging),
            memory(settings, &footprints),
        ],
        targets,
    })
}

async fn requests(settings: &Settings, peers: &Peers, level: &str) -> Result<Speeds> {
    let folder = peers.repository.join(FOLDER);
    npm::install(&folder, FOLDER).await?;
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let app = App { script: folder.join(SCRIPT), ..App::new(peers, SCRIPT, workers, PATH) };
    let app = app.with_env("LOG_LEVEL", level);
    let trial = Trial {
        sides: settings.of(&SIDES),
        app: &app,
        plan: Plan::new(NOWHERE, &app.path, settings.connections),
        rounds: settings.rounds(ROUNDS),
        time: settings.time(SECONDS),
        warm_up: WARM_UP,
    };
    Speeds::measure(&trial, async |kind| Side::start(kind, &app, peers).await).await
}

async fn footprint(kind: Kind, settings: &Settings, peers: &Peers) -> Result<Footprint> {
    let app = App::new(peers, "chatter.cjs", 1, "/");
    let idle = {
        let side = Side::start(kind, &app, peers).await?;
        tokio::time::sleep(IDLE).await;
        resident(&side, &app)
    };
    let app = app.with_env("RATE", LOG_RATE);
    let side = Side::start(kind, &app, peers).await?;
    let mut busy = Vec::new();
    for _ in 0..SAMPLES {
        tokio::time::sleep(settings.time(LOG_SECONDS) / SAMPLES).await;
        busy.push(resident(&side, &app));
    }
    eprintln!("{}: idle {idle}, under logs {busy:?}", kind.name());
    Ok(Footprint { kind, idle, busy })
}

/// Of all processes that do not run the app.
fn resident(side: &Side, app: &App) -> f64 {
    let all = side.runner(app).into_iter().map(Memory::of);
    all.fold(Memory::default(), Memory::plus).rss as f64
}

fn table(settings: &Settings, what: &str, speeds: &Speeds) -> Table {
    let caption = format!("{what}, medians of {} rounds", settings.rounds(ROUNDS));
    let columns = [
        Column::rate(),
        Column::cpu(1),
        Column::median("of which runner", 1, |speed| speed.runner_us),
        Column::p50(),
        Column::p99(),
        Column::failed(),
        Column::others(),
    ];
    let sides = settings.of(&SIDES).into_iter().map(|kind| (kind, kind.name()));
    columns::table(caption, "side", sides, &columns, speeds)
}

fn memory(settings: &Settings, footprints: &[Footprint]) -> Table {
    let seconds = settings.time(LOG_SECONDS).as_secs();
    let row = |footprint: &Footprint| {
        let most = footprint.busy.iter().copied().fold(0.0, f64::max);
        let last = footprint.busy.last().copied().unwrap_or(f64::NAN);
        vec![
            Cell::text(footprint.kind.name()),
            Cell::Number(footprint.idle / 1e6, 1),
            Cell::Number(median(footprint.busy.iter().copied()) / 1e6, 1),
            Cell::Number(most / 1e6, 1),
            Cell::Number(last / 1e6, 1),
        ]
    };
    Table {
        caption: format!("resident memory of the runner, MB; under 5 MB/s of logs for {seconds} s"),
        columns: vec!["side", "idle", "under logs, median", "most", "at the end"],
        rows: footprints.iter().map(row).collect(),
    }
}

fn speed_targets(speeds: &Speeds) -> Vec<Target> {
    let [on, off] = SIDES;
    let loss = 1.0 - speeds.rate(on) / speeds.rate(off);
    let p99 = |kind| speeds.median(kind, |speed| speed.p99_ms);
    let slower = p99(on) / p99(off) - 1.0;
    vec![
        Target {
            text: "loss of throughput at most 2 %",
            measured: format!("{:.1} %", loss * 100.0),
            met: loss <= 0.02,
        },
        Target {
            text: "p99 at most 3 % longer",
            measured: format!("{:.1} %", slower * 100.0),
            met: slower <= 0.03,
        },
    ]
}

fn memory_targets(footprints: &[Footprint]) -> Vec<Target> {
    let of = |kind| footprints.iter().find(|footprint| footprint.kind == kind);
    let (Some(on), Some(off)) = (of(SIDES[0]), of(SIDES[1])) else { return Vec::new() };
    let idle = on.idle - off.idle;
    let busy = on.busy.iter().copied().fold(0.0, f64::max) - off.idle;
    vec![
        Target {
            text: "idle at most 60 MB more than without",
            measured: format!("{:.1} MB", idle / 1e6),
            met: idle <= IDLE_MAX,
        },
        Target {
            text: "under 5 MB/s of logs at most 128 MB more than idle without",
            measured: format!("{:.1} MB", busy / 1e6),
            met: busy <= BUSY_MAX,
        },
    ]
}

fn method(settings: &Settings) -> Vec<String> {
    vec![
        format!(
            "Ostler with everything on, as it is without a word in the file, and with `[observe] enabled = false`. \
             `{FOLDER}` answers `GET {PATH}`; {} keep-alive connections in a closed loop, {} s a side and round \
             after a warm-up, sides in turn.",
            settings.connections,
            settings.time(SECONDS).as_secs()
        ),
        "Memory: `bench/apps/chatter.cjs` with one worker, idle for 10 s, then writing 5 MB of pino's lines a \
         second. Runner: Ostler and its warden; RSS from /proc/PID/smaps_rollup, 1 MB = 10^6 bytes."
            .into(),
    ]
}
