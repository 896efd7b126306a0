//! The keep-alive race: clients that think for about as long as Node keeps an idle connection, while
//! workers are killed and replaced.

use super::notes::{listening, orders};
use super::settings::Settings;
use crate::load::{Load, Plan, Snapshot};
use crate::process::Folder;
use crate::report::{Cell, Report, Table, Target};
use crate::side::{Kind, Peers, Side};
use anyhow::{Context, Result};
use base::random::Random;
use std::time::Duration;

const SIDES: [Kind; 3] = [Kind::Ostler, Kind::NginxPm2, Kind::HaproxyCluster];

const CONNECTIONS: usize = 400;
/// Around the 5 s after which Node closes an idle connection.
const THINK: (Duration, Duration) = (Duration::from_secs(3), Duration::from_secs(7));
const POSTS_PERCENT: u64 = 20;
/// Each request waits so long in the app, as for a database: some are in flight at every blow.
const WAIT_MS: u64 = 20;
const TIMEOUT: Duration = Duration::from_secs(10);
/// Between two blows: a kill, then a reload, and so on.
const INTERVAL: Duration = Duration::from_secs(30);
/// Peers are only for comparison, and their failures show soon.
const PEER_MINUTES_MAX: u64 = 2;

/// What became of one side's requests.
#[derive(Debug)]
struct Outcomes {
    kind: Kind,
    time: Duration,
    kills: u64,
    reloads: u64,
    ends: Snapshot,
    duplicates: u64,
}

/// Measure all sides.
pub async fn run(settings: &Settings, peers: &Peers) -> Result<Report> {
    let mut all = Vec::new();
    for kind in settings.of(&SIDES) {
        let minutes = match kind {
            Kind::Ostler => settings.minutes,
            _ => settings.minutes.min(PEER_MINUTES_MAX),
        };
        let time = Duration::from_secs(60 * minutes.max(1));
        let outcomes = race(kind, time, peers).await.with_context(|| kind.name())?;
        all.push(outcomes);
    }
    Ok(report(&all))
}

async fn race(kind: Kind, time: Duration, peers: &Peers) -> Result<Outcomes> {
    let folder = Folder::new("notes")?;
    let workers = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    let (app, notes) = orders(peers, folder.path(), workers);
    let app = app.with_env("BENCH_WAIT_MS", WAIT_MS);
    let mut side = Side::start(kind, &app, peers).await?;
    listening(&notes, workers).await?;
    let mut plan = Plan::new(side.address, &app.path, CONNECTIONS);
    plan.posts = Some(("/orders".into(), POSTS_PERCENT));
    (plan.think, plan.timeout, plan.run) = (THINK, TIMEOUT, "race".into());
    let load = Load::start(plan)?;
    let mut random = Random::new(time.as_secs());
    let (began, mut kills, mut reloads) = (base::clock::now(), 0, 0);
    while began.elapsed() + INTERVAL <= time {
        tokio::time::sleep(INTERVAL.mul_f64(0.9 + 0.1 * random.unit())).await;
        let before = notes.listening().len();
        if kills <= reloads {
            side.kill_one(&app, &mut random)?;
            kills += 1;
            listening(&notes, before + 1).await?;
        } else {
            side.reload().await.context("reload")?;
            reloads += 1;
            listening(&notes, before + workers).await?;
        }
        eprintln!("{}: {:.0?}: {}", kind.name(), began.elapsed(), described(&load.snapshot()));
    }
    tokio::time::sleep(time.saturating_sub(began.elapsed())).await;
    let (ends, first) = load.finish();
    drop(side);
    let duplicates = notes.duplicates();
    let name = kind.name();
    eprintln!("{name}: {}; {duplicates} POSTs done twice; {first:?}", described(&ends));
    Ok(Outcomes { kind, time, kills, reloads, ends, duplicates })
}

fn described(ends: &Snapshot) -> String {
    format!(
        "{} answered, failed GETs: {}, failed POSTs: {}",
        ends.answered(),
        ends.gets.described(),
        ends.posts.described()
    )
}

fn report(all: &[Outcomes]) -> Report {
    let row = |one: &Outcomes| {
        let p99 = one.ends.latency.quantile(0.99).unwrap_or_default();
        vec![
            Cell::text(one.kind.name()),
            Cell::count(one.time.as_secs() / 60),
            Cell::count(one.kills),
            Cell::count(one.reloads),
            Cell::count(one.ends.answered() + one.ends.failures()),
            Cell::count(one.ends.gets.failures()),
            Cell::text(one.ends.gets.described()),
            Cell::count(one.ends.posts.failures()),
            Cell::text(one.ends.posts.described()),
            Cell::count(one.duplicates),
            Cell::Number(p99.as_secs_f64() * 1e3, 1),
        ]
    };
    Report {
        what: "race",
        title: "The keep-alive race, beside killed workers and reloads",
        method: method(),
        tables: vec![Table {
            caption: format!("{CONNECTIONS} connections with pauses of 3 to 7 s"),
            columns: vec![
                "side",
                "minutes",
                "kills",
                "reloads",
                "requests",
                "failed GETs",
                "of which",
                "failed POSTs",
                "of which ",
                "POSTs done twice",
                "p99 ms",
            ],
            rows: all.iter().map(row).collect(),
        }],
        targets: targets(all),
    }
}

fn method() -> Vec<String> {
    vec![
        format!(
            "`bench/apps/orders.cjs` (node:http as it comes: idle connections are closed after 5 s) with a \
             worker a core, at least 2; each request waits {WAIT_MS} ms there, as for a database. \
             {CONNECTIONS} keep-alive connections ask, each after a random pause of {:?} to {:?}; \
             {POSTS_PERCENT} % are POSTs. Every {INTERVAL:?} in turn a random worker is killed (SIGKILL) \
             or all are replaced.",
            THINK.0, THINK.1
        ),
        "Every request is sent once and its end counted, as in the reload measurement. POSTs in flight \
         on a killed worker may fail, since nobody can know whether it had carried them out; none may \
         be carried out twice, which the app's own notes tell. A reload is `ostler reload`, `pm2 \
         reload`, or in node cluster a new worker for each old one, which is disconnected when the new \
         one listens."
            .into(),
    ]
}

fn targets(all: &[Outcomes]) -> Vec<Target> {
    let Some(mine) = all.iter().find(|one| one.kind == Kind::Ostler) else { return Vec::new() };
    let failed = mine.ends.gets.failures();
    vec![
        Target {
            text: "no idempotent request fails",
            measured: format!("{failed} failed of {}", mine.ends.gets.answered + failed),
            met: failed == 0,
        },
        Target {
            text: "no POST is carried out twice",
            measured: format!("{} of {}", mine.duplicates, mine.ends.posts.answered),
            met: mine.duplicates == 0,
        },
    ]
}
