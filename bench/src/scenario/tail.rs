//! Tail latency: what becomes of ordinary requests when a few others block a worker's event loop, and
//! how much of the traffic a worker gets that only fails.

use super::measure::median;
use super::noise::Noise;
use super::settings::Settings;
use crate::load::{Arrivals, Load, NOWHERE, Outcome, Plan, Sample, quantile};
use crate::process::Folder;
use crate::report::{Cell, Report, Table, Target};
use crate::side::{App, Kind, Peers, Side};
use anyhow::{Context, Result, ensure};
use std::time::Duration;

const SIDES: [Kind; 5] =
    [Kind::Ostler, Kind::Cluster, Kind::Pm2, Kind::NginxNodes, Kind::NginxLeastConn];
const WORKERS: usize = 4;
/// The path of ordinary requests.
const WORK: &str = "/work";
/// Processor time of an ordinary request.
const COST_MS: u64 = 5;
/// How long a blocking request blocks, and how many of all requests do.
const BLOCK_MS: u64 = 200;
const BLOCK_PERCENT: u64 = 1;
/// Offered load as a share of what the slowest side can carry.
const LOAD: f64 = 0.6;

const ROUNDS: usize = 3;
const SECONDS: u64 = 12;
const CAPACITY_TIME: Duration = Duration::from_secs(6);
const CONNECTIONS: usize = 64;
const WARM_UP: Duration = Duration::from_secs(2);
const FAILING_TIME: Duration = Duration::from_secs(10);
/// Beside a failing worker: processor time of a request, and requests a second, enough for a share of
/// few percent to be counted.
const FAILING_COST_MS: u64 = 1;
const FAILING_RATE: f64 = 300.0;

const P99_RATIO_MAX: f64 = 0.5;
const FAILING_SHARE_MAX: f64 = 0.02;

/// One round of one side: the ordinary requests.
#[derive(Debug)]
struct Round {
    kind: Kind,
    answered: Vec<Duration>,
    failed: u64,
    foreign: f64,
}

/// What a failing worker got of one side's traffic.
#[derive(Debug)]
struct Failing {
    kind: Kind,
    /// Replies that workers gave.
    replies: u64,
    /// Those of the failing one.
    bad: u64,
    /// Requests that no worker answered.
    others: u64,
}

/// Measure all sides in turn.
pub async fn run(settings: &Settings, peers: &Peers) -> Result<Report> {
    let sides = settings.of(&SIDES);
    let app = App::new(peers, "work.cjs", WORKERS, "/ready")
        .with_env("BENCH_COST_MS", COST_MS)
        .with_env("BENCH_BLOCK_MS", BLOCK_MS);
    let mut capacities = Vec::new();
    for kind in &sides {
        let capacity = capacity(*kind, &app, peers).await.with_context(|| kind.name())?;
        eprintln!("{}: carries {capacity:.0} requests/s", kind.name());
        capacities.push(capacity);
    }
    let rate = LOAD * capacities.iter().copied().fold(f64::INFINITY, f64::min);
    let mut rounds = Vec::new();
    for number in 1..=settings.rounds(ROUNDS) {
        for kind in &sides {
            let plan = Plan { seed: number as u64, ..mixed() };
            let arrivals = Arrivals { plan, rate, time: settings.time(SECONDS) };
            let round = round(*kind, &app, peers, arrivals).await.with_context(|| kind.name())?;
            eprintln!("round {number}: {}: p99 {:.1} ms", kind.name(), round.ms(0.99));
            rounds.push(round);
        }
    }
    let mut failing = Vec::new();
    for kind in &sides {
        let one = one_fails(*kind, peers).await.with_context(|| kind.name())?;
        eprintln!("{}: {one:?}", kind.name());
        failing.push(one);
    }
    Ok(report(rate, &sides, &capacities, &rounds, &failing))
}

/// Ordinary requests and a few that block; the address is set when the side has one.
fn mixed() -> Plan {
    let mut plan = Plan::new(NOWHERE, WORK, CONNECTIONS);
    plan.rare = Some(("/block".into(), BLOCK_PERCENT));
    plan
}

/// Requests a second of the same mix in a closed loop.
async fn capacity(kind: Kind, app: &App, peers: &Peers) -> Result<f64> {
    let side = Side::start(kind, app, peers).await?;
    let load = Load::start(Plan { address: side.address, ..mixed() })?;
    tokio::time::sleep(WARM_UP).await;
    let (began, before) = (base::clock::now(), load.snapshot());
    tokio::time::sleep(CAPACITY_TIME).await;
    let counted = load.snapshot().since(&before);
    ensure!(counted.answered() > 0, "no request was answered: {}", counted.gets.described());
    Ok(counted.answered() as f64 / began.elapsed().as_secs_f64())
}

/// Warm up, so that every worker has compiled what it runs.
async fn warm(side: &Side) -> Result<()> {
    let load = Load::start(Plan::new(side.address, WORK, CONNECTIONS))?;
    tokio::time::sleep(WARM_UP).await;
    drop(load);
    Ok(())
}

async fn round(kind: Kind, app: &App, peers: &Peers, mut arrivals: Arrivals) -> Result<Round> {
    let mut side = Side::start(kind, app, peers).await?;
    warm(&side).await?;
    arrivals.plan.address = side.address;
    let noise = Noise::begin(&side);
    let samples = arrivals.run().await?;
    let foreign = noise.share(&side);
    side.check()?;
    let ordinary = samples.iter().filter(|sample| !sample.rare);
    let (answered, failed): (Vec<&Sample>, Vec<_>) =
        ordinary.partition(|sample| sample.outcome == Outcome::Answered);
    Ok(Round {
        kind,
        answered: answered.iter().map(|sample| sample.took).collect(),
        failed: failed.len() as u64,
        foreign,
    })
}

/// One worker of four answers 503 to everything, at once.
async fn one_fails(kind: Kind, peers: &Peers) -> Result<Failing> {
    let folder = Folder::new("bad")?;
    let app = App::new(peers, "work.cjs", WORKERS, "/ready")
        .with_env("BENCH_COST_MS", FAILING_COST_MS)
        .with_env("BENCH_BAD", folder.path().join("bad").display());
    let side = Side::start(kind, &app, peers).await?;
    let plan = Plan::new(side.address, WORK, CONNECTIONS);
    let samples = Arrivals { plan, rate: FAILING_RATE, time: FAILING_TIME }.run().await?;
    let replies = samples.iter().filter(|sample| sample.signs.worker.is_some());
    let (bad, good): (Vec<&Sample>, Vec<&Sample>) =
        replies.partition(|sample| sample.outcome == Outcome::Refused(503));
    let replies = (bad.len() + good.len()) as u64;
    let others = samples.len() as u64 - replies;
    Ok(Failing { kind, replies, bad: bad.len() as u64, others })
}

impl Round {
    fn ms(&self, q: f64) -> f64 {
        milliseconds(quantile(self.answered.iter().copied(), q))
    }
}

impl Failing {
    fn share(&self) -> f64 {
        self.bad as f64 / self.replies as f64
    }
}

fn milliseconds(time: Option<Duration>) -> f64 {
    time.map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
}

/// Of all rounds of a side together: one round has few requests beyond its 99th percentile.
fn pooled(rounds: &[Round], kind: Kind, q: f64) -> f64 {
    let mine = rounds.iter().filter(|round| round.kind == kind);
    milliseconds(quantile(mine.flat_map(|round| round.answered.iter().copied()), q))
}

fn p99(rounds: &[Round], kind: Kind) -> f64 {
    pooled(rounds, kind, 0.99)
}

fn report(
    rate: f64,
    sides: &[Kind],
    capacities: &[f64],
    rounds: &[Round],
    failing: &[Failing],
) -> Report {
    Report {
        what: "tail",
        title: "Tail latency beside requests that block, and a worker that only fails",
        method: method(rate),
        tables: vec![latencies(sides, capacities, rounds), shares(failing)],
        targets: targets(rounds, failing),
    }
}

fn method(rate: f64) -> Vec<String> {
    vec![
        format!(
            "`bench/apps/work.cjs` (node:http) with {WORKERS} workers: an ordinary request costs \
             {COST_MS} ms of processor time, and {BLOCK_PERCENT} % of all requests keep their \
             worker's event loop busy for {BLOCK_MS} ms. Behind nginx run {WORKERS} single Node \
             processes, with nothing but the method of balancing set."
        ),
        format!(
            "Capacity is what {CONNECTIONS} connections in a closed loop get of this mix. \
             Then {rate:.0} requests/s arrive at every side, {:.0} % of what the slowest can carry, by a \
             seeded Poisson clock that waits for nobody, over as many connections; latency counts from the instant at which a \
             request was due. The table shows the ordinary requests.",
            LOAD * 100.0
        ),
        format!(
            "In the second table one worker of the {WORKERS} answers 503 to everything at once, the \
             others after {FAILING_COST_MS} ms; its share is counted from its replies, from the first \
             request on, for {} s at {FAILING_RATE:.0} requests/s.",
            FAILING_TIME.as_secs()
        ),
    ]
}

fn latencies(sides: &[Kind], capacities: &[f64], rounds: &[Round]) -> Table {
    let ostler = p99(rounds, Kind::Ostler);
    let row = |(kind, capacity): (&Kind, &f64)| {
        let mine = || rounds.iter().filter(|round| round.kind == *kind);
        vec![
            Cell::text(kind.name()),
            Cell::Number(*capacity, 0),
            Cell::count(mine().map(|round| round.answered.len() as u64).sum()),
            Cell::Number(pooled(rounds, *kind, 0.5), 1),
            Cell::Number(p99(rounds, *kind), 1),
            Cell::Number(p99(rounds, *kind) / ostler, 2),
            Cell::Number(pooled(rounds, *kind, 0.999), 1),
            Cell::count(mine().map(|round| round.failed).sum()),
            Cell::Number(100.0 * median(mine().map(|round| round.foreign)), 1),
        ]
    };
    Table {
        caption: format!(
            "Ordinary requests of {} rounds together",
            rounds.len() / sides.len().max(1)
        ),
        columns: vec![
            "side",
            "capacity requests/s",
            "answered",
            "p50 ms",
            "p99 ms",
            "of Ostler's",
            "p99.9 ms",
            "failed",
            "others' CPU %",
        ],
        rows: sides.iter().zip(capacities).map(row).collect(),
    }
}

fn shares(failing: &[Failing]) -> Table {
    let row = |one: &Failing| {
        vec![
            Cell::text(one.kind.name()),
            Cell::count(one.replies),
            Cell::count(one.bad),
            Cell::Number(100.0 * one.share(), 2),
            Cell::count(one.others),
        ]
    };
    Table {
        caption: format!("One worker of {WORKERS} answers 503 at once"),
        columns: vec![
            "side",
            "replies of workers",
            "of the failing one",
            "its share %",
            "answered by no worker",
        ],
        rows: failing.iter().map(row).collect(),
    }
}

fn targets(rounds: &[Round], failing: &[Failing]) -> Vec<Target> {
    let mut targets = Vec::new();
    for (kind, text) in [
        (Kind::Cluster, "p99 of the others at most 0.5 times node cluster's"),
        (Kind::Pm2, "p99 of the others at most 0.5 times PM2's"),
        (Kind::NginxNodes, "p99 of the others at most 0.5 times nginx's with round robin"),
        (Kind::NginxLeastConn, "p99 of the others at most 0.5 times nginx's with least_conn"),
    ] {
        let ratio = p99(rounds, Kind::Ostler) / p99(rounds, kind);
        let measured = format!("{ratio:.2} times");
        targets.push(Target { text, measured, met: ratio <= P99_RATIO_MAX });
    }
    let share =
        failing.iter().find(|one| one.kind == Kind::Ostler).map_or(f64::NAN, Failing::share);
    targets.push(Target {
        text: "a worker that answers 503 at once gets less than 2 % of the traffic",
        measured: format!("{:.2} %", share * 100.0),
        met: share < FAILING_SHARE_MAX,
    });
    targets
}
