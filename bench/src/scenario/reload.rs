//! Rolling reloads and `kill -9` of workers under load.

use super::notes::{listening, orders};
use super::settings::Settings;
use crate::load::{Load, Plan, Snapshot};
use crate::process::Folder;
use crate::report::{Cell, Report, Table, Target};
use crate::side::{Kind, Peers, Side};
use anyhow::{Context, Result};
use base::random::Random;
use std::time::Duration;

/// A side, and whether the app itself helps by finishing its requests on SIGINT.
const SIDES: [(Kind, bool); 5] = [
    (Kind::Ostler, false),
    (Kind::Pm2, false),
    (Kind::Pm2, true),
    (Kind::NginxPm2, false),
    (Kind::NginxPm2, true),
];

const CONNECTIONS: usize = 32;
const THINK: Duration = Duration::from_millis(20);
/// Each request waits so long in the app, as for a database: some are always in flight.
const WAIT_MS: u64 = 5;
const TIMEOUT: Duration = Duration::from_secs(10);
const POSTS_PERCENT: u64 = 10;

/// Between two reloads.
const AFTER_RELOAD: Duration = Duration::from_millis(100);
/// PM2 gives up on an app that died sixteen times within a second of its start.
const BEFORE_KILL: Duration = Duration::from_millis(1_100);

/// What is done to the workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blow {
    Reload,
    Kill,
}

/// What became of the requests.
#[derive(Debug)]
struct Damage {
    repeats: usize,
    ends: Snapshot,
    first: Vec<String>,
    duplicates: u64,
}

/// Measure all sides.
pub async fn run(settings: &Settings, peers: &Peers) -> Result<Report> {
    let mut tables = Vec::new();
    let mut targets = Vec::new();
    for (blow, caption) in
        [(Blow::Reload, "Rolling reloads"), (Blow::Kill, "kill -9 of random workers")]
    {
        let mut rows = Vec::new();
        for (kind, graceful) in SIDES.into_iter().filter(|(kind, _)| settings.chosen(*kind)) {
            let repeats =
                if kind == Kind::Ostler { settings.repeats } else { settings.peer_repeats };
            let name = title(kind, graceful);
            let damage = suffer(kind, graceful, blow, repeats, peers).await;
            let damage = damage.with_context(|| format!("{caption}, {name}"))?;
            eprintln!(
                "{caption}, {name}: {} repeats, failed GETs: {}; POSTs: {}; duplicates: {}; {:?}",
                damage.repeats,
                damage.ends.gets.described(),
                damage.ends.posts.described(),
                damage.duplicates,
                damage.first
            );
            if kind == Kind::Ostler {
                targets.push(target(blow, &damage));
            }
            rows.push(row(name, &damage));
        }
        let columns = vec![
            "side",
            "repeats",
            "requests",
            "failed GETs",
            "of which",
            "failed POSTs",
            "of which ",
            "POSTs done twice",
            "p99 ms",
        ];
        tables.push(Table { caption: caption.into(), columns, rows });
    }
    Ok(report(tables, targets))
}

fn title(kind: Kind, graceful: bool) -> String {
    match (kind, graceful) {
        (Kind::Ostler, _) => "Ostler".into(),
        (kind, false) => format!("{}, the same app", kind.name()),
        (kind, true) => format!("{}, app with a SIGINT handler", kind.name()),
    }
}

async fn suffer(
    kind: Kind,
    graceful: bool,
    blow: Blow,
    repeats: usize,
    peers: &Peers,
) -> Result<Damage> {
    let folder = Folder::new("notes")?;
    let workers = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    let (mut app, notes) = orders(peers, folder.path(), workers);
    app.env.push(("BENCH_WAIT_MS".into(), WAIT_MS.to_string()));
    if graceful {
        app.env.push(("BENCH_GRACEFUL".into(), "1".into()));
    }
    let mut side = Side::start(kind, &app, peers).await?;
    listening(&notes, workers).await?;
    let mut plan = Plan::new(side.address, &app.path, CONNECTIONS);
    plan.posts = Some(("/orders".into(), POSTS_PERCENT));
    plan.think = (Duration::ZERO, THINK * 2);
    plan.timeout = TIMEOUT;
    plan.run = format!("{blow:?}");
    let load = Load::start(plan)?;
    let mut random = Random::new(repeats as u64);
    for repeat in 0..repeats {
        let before = notes.listening().len();
        match blow {
            Blow::Reload => {
                side.reload().await.with_context(|| format!("reload {}", repeat + 1))?;
                listening(&notes, before + workers).await?;
                tokio::time::sleep(AFTER_RELOAD).await;
            }
            Blow::Kill => {
                tokio::time::sleep(BEFORE_KILL + THINK.mul_f64(random.unit())).await;
                side.kill_one(&app, &mut random)?;
                listening(&notes, before + 1).await?;
            }
        }
    }
    let (ends, first) = load.finish();
    drop(side);
    Ok(Damage { repeats, ends, first, duplicates: notes.duplicates() })
}

fn row(name: String, damage: &Damage) -> Vec<Cell> {
    let (gets, posts) = (damage.ends.gets, damage.ends.posts);
    let p99 = damage.ends.latency.quantile(0.99).unwrap_or_default();
    vec![
        Cell::text(name),
        Cell::count(damage.repeats as u64),
        Cell::count(damage.ends.answered() + damage.ends.failures()),
        Cell::count(gets.failures()),
        Cell::text(gets.described()),
        Cell::count(posts.failures()),
        Cell::text(posts.described()),
        Cell::count(damage.duplicates),
        Cell::Number(p99.as_secs_f64() * 1e3, 1),
    ]
}

fn target(blow: Blow, damage: &Damage) -> Target {
    let failed = damage.ends.gets.failures();
    Target {
        text: match blow {
            Blow::Reload => {
                "rolling reloads: 0 failed idempotent requests, no POST carried out twice"
            }
            Blow::Kill => "kill -9: 0 failed idempotent requests, no POST carried out twice",
        },
        measured: format!(
            "{failed} failed of {} in {} repeats, {} twice",
            damage.ends.gets.answered + failed,
            damage.repeats,
            damage.duplicates
        ),
        met: failed == 0 && damage.duplicates == 0,
    }
}

fn report(tables: Vec<Table>, targets: Vec<Target>) -> Report {
    Report {
        what: "reload",
        title: "Rolling reloads and killed workers under load",
        method: vec![
            format!("`bench/apps/orders.cjs` (node:http) with a worker a core, at least 2; each request waits {WAIT_MS} ms there, as for a database; {CONNECTIONS} keep-alive connections with pauses of {THINK:?} on average, {POSTS_PERCENT} % POSTs."),
            format!("Every request is sent once and its end counted: an HTTP status other than 2xx, no connection, a connection closed before the first byte of the reply (unanswered: a new connection; stale: one that had served before), a reply that broke off, no reply in {TIMEOUT:?}. A connection that the server closed while it was idle is replaced without counting."),
            "POSTs under kill -9 may fail, since nobody can know whether the killed worker had carried them out; they must not be carried out twice.".into(),
            "A reload is `ostler reload` or `pm2 reload`; the next one begins when all new workers listen. The app has no signal handler except where the table says so.".into(),
        ],
        tables,
        targets,
    }
}
