//! Overload: three times the load that a side can carry.

use super::measure::median;
use super::noise::Noise;
use super::settings::Settings;
use crate::load::{Arrivals, Load, Outcome, Plan, Sample, quantile};
use crate::report::{Cell, Report, Table, Target};
use crate::side::{App, Kind, Peers, Side};
use anyhow::{Context, Result, ensure};
use std::time::Duration;

/// A side, and its name in the table. Nothing is set for Ostler, unless on the command line.
#[derive(Debug, Clone, Copy)]
struct Setting {
    kind: Kind,
    name: &'static str,
}

const OSTLER: &str = "Ostler";

const SETTINGS: [Setting; 2] = [
    Setting { kind: Kind::Ostler, name: OSTLER },
    Setting { kind: Kind::NginxPm2, name: "nginx + PM2" },
];

/// The path of ordinary requests.
const WORK: &str = "/work";
/// Processor time of a request.
const COST_MS: u64 = 5;
/// A reply later than this is worth nothing to a client.
const DEADLINE: Duration = Duration::from_secs(1);
/// When a client gives up and closes its connection.
const TIMEOUT: Duration = Duration::from_secs(2);
const TIMES: f64 = 3.0;

const ROUNDS: usize = 3;
const SECONDS: u64 = 20;
const WARM_UP: Duration = Duration::from_secs(2);
const PEAK_TIME: Duration = Duration::from_secs(6);
const PEAK_CONNECTIONS: usize = 16;
/// Clients under overload; more come when all of them wait.
const CONNECTIONS: usize = 64;

const GOODPUT_MIN: f64 = 0.9;
const REFUSED_P99_MAX_MS: f64 = 10.0;

/// One round of one side.
#[derive(Debug)]
struct Round {
    name: &'static str,
    /// Good replies a second in a closed loop.
    peak: f64,
    offered: f64,
    /// Good replies a second at three times that.
    goodput: f64,
    admitted_p99_ms: f64,
    /// 503 with `Retry-After`, and everything that is neither that nor a good reply.
    refused: u64,
    others: u64,
    refused_p99_ms: f64,
    foreign: f64,
}

/// Measure all sides in turn.
pub async fn run(settings: &Settings, peers: &Peers) -> Result<Report> {
    let mut rounds = Vec::new();
    for number in 1..=settings.rounds(ROUNDS) {
        for setting in SETTINGS.iter().filter(|setting| settings.chosen(setting.kind)) {
            let limits = limits(setting, settings);
            let round = round(setting, limits, settings.time(SECONDS), number, peers).await;
            let round = round.with_context(|| setting.name)?;
            eprintln!("round {number}: {round:?}");
            rounds.push(round);
        }
    }
    Ok(report(settings, &rounds))
}

async fn round(
    setting: &Setting,
    limits: String,
    time: Duration,
    seed: usize,
    peers: &Peers,
) -> Result<Round> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let mut app = App::new(peers, "work.cjs", workers, "/ready").with_env("BENCH_COST_MS", COST_MS);
    app.limits = limits;
    let mut side = Side::start(setting.kind, &app, peers).await?;
    let peak = peak(&side).await?;
    let noise = Noise::begin(&side);
    let mut plan = Plan::new(side.address, WORK, CONNECTIONS);
    (plan.timeout, plan.seed) = (TIMEOUT, seed as u64);
    let samples = Arrivals { plan, rate: TIMES * peak, time }.run().await?;
    let foreign = noise.share(&side);
    side.check()?;
    let all = samples.iter();
    let good: Vec<&Sample> = all.clone().filter(|sample| is_good(sample)).collect();
    let refused: Vec<&Sample> = all.filter(|sample| is_refusal(sample)).collect();
    let p99 = |samples: &[&Sample]| {
        let times = samples.iter().map(|sample| sample.took);
        quantile(times, 0.99).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    };
    Ok(Round {
        name: setting.name,
        peak,
        offered: samples.len() as f64 / time.as_secs_f64(),
        goodput: good.len() as f64 / time.as_secs_f64(),
        admitted_p99_ms: p99(&good),
        refused: refused.len() as u64,
        others: (samples.len() - good.len() - refused.len()) as u64,
        refused_p99_ms: p99(&refused),
        foreign,
    })
}

fn limits(setting: &Setting, settings: &Settings) -> String {
    match &settings.limits {
        Some(given) if setting.kind == Kind::Ostler => given.replace(';', "\n") + "\n",
        _ => String::new(),
    }
}

fn is_good(sample: &Sample) -> bool {
    sample.outcome == Outcome::Answered && sample.took <= DEADLINE
}

fn is_refusal(sample: &Sample) -> bool {
    sample.outcome == Outcome::Refused(503) && sample.signs.retry_after
}

/// Requests a second in a closed loop, after a warm-up.
async fn peak(side: &Side) -> Result<f64> {
    let load = Load::start(Plan::new(side.address, WORK, PEAK_CONNECTIONS))?;
    tokio::time::sleep(WARM_UP).await;
    let (began, before) = (base::clock::now(), load.snapshot());
    tokio::time::sleep(PEAK_TIME).await;
    let counted = load.snapshot().since(&before);
    ensure!(counted.answered() > 0, "no request was answered: {}", counted.gets.described());
    Ok(counted.answered() as f64 / began.elapsed().as_secs_f64())
}

fn of(rounds: &[Round], name: &str, what: fn(&Round) -> f64) -> f64 {
    median(rounds.iter().filter(|round| round.name == name).map(what))
}

fn report(settings: &Settings, rounds: &[Round]) -> Report {
    let row = |setting: &Setting| {
        let median = |what| of(rounds, setting.name, what);
        vec![
            Cell::text(setting.name),
            Cell::Number(median(|round| round.peak), 0),
            Cell::Number(median(|round| round.offered), 0),
            Cell::Number(median(|round| round.goodput), 0),
            Cell::Number(100.0 * median(|round| round.goodput / round.peak), 1),
            Cell::Number(median(|round| round.admitted_p99_ms), 1),
            Cell::Number(median(|round| round.refused as f64), 0),
            Cell::Number(median(|round| round.refused_p99_ms), 1),
            Cell::Number(median(|round| round.others as f64), 0),
            Cell::Number(100.0 * median(|round| round.foreign), 1),
        ]
    };
    Report {
        what: "overload",
        title: "Three times the load that can be carried",
        method: method(settings),
        tables: vec![Table {
            caption: format!("Medians of {} rounds", settings.rounds(ROUNDS)),
            columns: vec![
                "side",
                "peak/s",
                "offered/s",
                "good/s",
                "of peak %",
                "good p99 ms",
                "503 + Retry-After",
                "their p99 ms",
                "neither",
                "others' CPU %",
            ],
            rows: SETTINGS.iter().filter(|one| settings.chosen(one.kind)).map(row).collect(),
        }],
        targets: targets(rounds),
    }
}

fn method(settings: &Settings) -> Vec<String> {
    vec![
        format!(
            "`bench/apps/work.cjs` (node:http) with a worker a core; each request costs {COST_MS} ms \
             of processor time. Peak: {PEAK_CONNECTIONS} connections in a closed loop. Then, for {} s, \
             requests arrive at {TIMES:.0} times that rate by a seeded Poisson clock that waits for \
             nobody. A reply is good if it is 2xx and comes within {DEADLINE:?} of the instant at \
             which its request was due; clients give up after {TIMEOUT:?}.",
            settings.time(SECONDS).as_secs()
        ),
        match &settings.limits {
            None => "Ostler runs with its defaults: it sheds by itself.".into(),
            Some(given) => {
                format!("Set for Ostler in `[edge.limits]`: `{}`.", given.replace(';', "`, `"))
            }
        },
        "Neither: late, timed out, another status, or a 503 without Retry-After.".into(),
    ]
}

fn targets(rounds: &[Round]) -> Vec<Target> {
    let share = of(rounds, OSTLER, |round| round.goodput / round.peak);
    let p99 = of(rounds, OSTLER, |round| round.refused_p99_ms);
    let others = of(rounds, OSTLER, |round| round.others as f64);
    vec![
        Target {
            text: "goodput at least 90 % of peak",
            measured: format!("{:.1} %", share * 100.0),
            met: share >= GOODPUT_MIN,
        },
        Target {
            text: "the rest are 503 with Retry-After, their p99 within 10 ms",
            measured: format!("p99 {p99:.1} ms; {others:.0} neither"),
            met: p99 <= REFUSED_P99_MAX_MS && others == 0.0,
        },
    ]
}
