//! Many connections: what an idle one costs, and what slow ones do to others.

use super::measure::median;
use super::noise::Noise;
use super::settings::Settings;
use crate::load::{Arrivals, Held, Idle, Outcome, Plan, Sample, Slow, Tls, TlsSettings, quantile};
use crate::process::{Child, Folder, Memory, files_max};
use crate::report::{Cell, Report, Table, Target};
use crate::side::{App, CERTIFICATE, Kind, NAME, Peers, Setup, Side, at, certificate};
use anyhow::{Context, Result, bail};
use std::time::Duration;

const SIDES: [Kind; 3] = [Kind::OstlerEdge, Kind::Nginx, Kind::Haproxy];

const IDLE: usize = 10_000;
const SETTLE: Duration = Duration::from_secs(2);
const IDLE_BYTES_MAX: f64 = 4096.0;

const SLOW: usize = 20_000;
/// Enough of them are connected when so large a share is; this long is waited for it, whatever a side
/// makes of them.
const ENOUGH: f64 = 0.98;
const RAMP_MAX: Duration = Duration::from_secs(25);
const RATE: f64 = 200.0;
const BEFORE: Duration = Duration::from_secs(8);
const ROUNDS: usize = 3;
const SECONDS: u64 = 12;
const P99_RATIO_MAX: f64 = 2.0;

const START_LIMIT: Duration = Duration::from_secs(10);

/// Room for all of them: what a user must raise. Slow bodies and slow readers are in flight.
const LIMITS: &str = "connections = 50000\nin_flight = 50000\n";
/// nginx would write each slow reader's reply to a file.
const NGINX: &str = "    proxy_max_temp_file_size 0;";

/// What idle connections cost one side.
#[derive(Debug)]
struct Cost {
    kind: Kind,
    tls: bool,
    before: u64,
    after: u64,
    open: usize,
    failed: usize,
}

/// One round of one side: another client, before and beside the slow ones.
#[derive(Debug)]
struct Round {
    kind: Kind,
    p99_before_ms: f64,
    p99_beside_ms: f64,
    failed: usize,
    /// Slow ones at the end, by what they are slow with.
    held: [Held; 3],
    foreign: f64,
}

/// Measure all sides in turn.
pub async fn run(settings: &Settings, peers: &Peers) -> Result<Report> {
    let folder = Folder::new("sink")?;
    let socket = folder.path().join("http.sock");
    let app = App::new(peers, "sink.cjs", 1, "/");
    let mut sink = at(&app, &socket.display().to_string(), folder.path())?;
    let began = base::clock::now();
    while !socket.exists() {
        sink.check()?;
        if began.elapsed() > START_LIMIT {
            bail!("node does not listen: {}", sink.last_lines());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let setup =
        Setup { upstream: socket, limits: LIMITS.into(), nginx: NGINX.into(), ..Setup::default() };
    let certificate = certificate()?;
    let tls = Tls::new(TlsSettings {
        certificate: certificate.path().join(CERTIFICATE),
        name: NAME,
        resume: false,
        http2: false,
    })?;
    let with_tls = Setup { certificate: Some(certificate.path().to_owned()), ..setup.clone() };
    let mut costs = Vec::new();
    for (setup, tls) in [(&setup, None), (&with_tls, Some(&tls))] {
        for kind in settings.of(&SIDES) {
            let cost = cost(kind, setup, tls).await.with_context(|| kind.name())?;
            eprintln!("{cost:?}");
            costs.push(cost);
        }
    }
    let mut rounds = Vec::new();
    for number in 1..=settings.rounds(ROUNDS) {
        for kind in settings.of(&SIDES) {
            let round = round(kind, &setup, settings.time(SECONDS), &mut sink).await;
            let round = round.with_context(|| kind.name())?;
            eprintln!("round {number}: {round:?}");
            rounds.push(round);
        }
    }
    Ok(report(settings, &costs, &rounds))
}

async fn cost(kind: Kind, setup: &Setup, tls: Option<&Tls>) -> Result<Cost> {
    let mut side = Side::proxy(kind, setup).await?;
    let mut plan = Plan::new(side.address, "/", 1);
    plan.tls = tls.cloned();
    // What the first connections of all make it set up is not theirs.
    drop(Idle::open(&plan, 200).await?);
    tokio::time::sleep(SETTLE).await;
    let memory = |side: &Side| {
        let all = side.processes().pids();
        all.into_iter().map(|pid| Memory::of(pid).rss).sum::<u64>()
    };
    let before = memory(&side);
    let idle = Idle::open(&plan, IDLE.min(files_max() as usize * 9 / 10)).await?;
    tokio::time::sleep(SETTLE).await;
    let after = memory(&side);
    side.check()?;
    Ok(Cost { kind, tls: tls.is_some(), before, after, open: idle.open_now(), failed: idle.failed })
}

/// As many slow clients as the limit of open files allows: in the proxy two of three need a second one,
/// and those that were dropped may be back before the last of them is closed.
fn slow_clients() -> usize {
    let files = usize::try_from(files_max()).unwrap_or(usize::MAX);
    SLOW.min(files.saturating_sub(1_000) / 2)
}

async fn round(kind: Kind, setup: &Setup, time: Duration, sink: &mut Child) -> Result<Round> {
    let mut side = Side::proxy(kind, setup).await?;
    let noise = Noise::begin(&side);
    let another = async |time| {
        let arrivals = Arrivals { plan: Plan::new(side.address, "/", 8), rate: RATE, time };
        let samples = arrivals.run().await?;
        let good = |sample: &&Sample| sample.outcome == Outcome::Answered;
        let answered = samples.iter().filter(good);
        if let Some(failed) = samples.iter().find(|sample| !good(sample)) {
            eprintln!("{}: another client: first failure {failed:?}", kind.name());
        }
        let p99 = quantile(answered.clone().map(|sample| sample.took), 0.99);
        let p99_ms = p99.map_or(f64::NAN, |time| time.as_secs_f64() * 1e3);
        anyhow::Ok((p99_ms, samples.len() - answered.count()))
    };
    // Warm up first.
    another(Duration::from_secs(1)).await?;
    let (p99_before_ms, failed_before) = another(BEFORE).await?;
    let slow = Slow::start(side.address, slow_clients(), "/big")?;
    let began = base::clock::now();
    while slow.open() < (slow_clients() as f64 * ENOUGH) as u64 && began.elapsed() < RAMP_MAX {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (p99_beside_ms, failed_beside) = another(time).await?;
    let held = slow.held();
    let foreign = noise.share(&side);
    side.check()?;
    sink.check()?;
    eprintln!("{}: {:?}", kind.name(), slow.first_ends());
    drop(slow);
    Ok(Round {
        kind,
        p99_before_ms,
        p99_beside_ms,
        failed: failed_before + failed_beside,
        held,
        foreign,
    })
}

impl Cost {
    fn per_connection(&self) -> f64 {
        self.after.saturating_sub(self.before) as f64 / self.open as f64
    }
}

fn report(settings: &Settings, costs: &[Cost], rounds: &[Round]) -> Report {
    Report {
        what: "connections",
        title: "Idle connections and slow clients",
        method: method(settings),
        tables: vec![idle(costs), slow(settings, rounds)],
        targets: targets(costs, rounds),
    }
}

fn method(settings: &Settings) -> Vec<String> {
    vec![
        format!(
            "Each proxy with one thread in front of one Node process (`bench/apps/sink.cjs`) on a unix \
             socket. Idle: {IDLE} keep-alive connections have had one request each; the growth of the \
             proxy's RSS, divided by them. The kernel's own memory for sockets is not in it, and what \
             nginx sets aside for all connections at its start is in the memory before."
        ),
        format!(
            "Slow: {} clients (of the {SLOW} aimed at, as far as the {} files that a process may open \
             here allow), a third each slow with their head, with a body of 1 MB, and in reading a \
             reply of 2 MB: a byte sent, or 512 read, every 5 s. Who is dropped comes back after a \
             second. Beside them another client's requests arrive at {RATE:.0}/s by a seeded Poisson \
             clock for {} s; before, for {} s, without them.",
            slow_clients(),
            files_max(),
            settings.time(SECONDS).as_secs(),
            BEFORE.as_secs()
        ),
        format!(
            "Ostler is set `{}`; nginx writes no temporary files.",
            LIMITS.trim().replace('\n', "`, `")
        ),
    ]
}

fn idle(costs: &[Cost]) -> Table {
    let row = |cost: &Cost| {
        vec![
            Cell::text(cost.kind.name()),
            Cell::text(if cost.tls { "TLS 1.3" } else { "none" }),
            Cell::count(cost.open as u64),
            Cell::count(cost.failed as u64),
            Cell::Number(cost.before as f64 / 1e6, 1),
            Cell::Number(cost.after as f64 / 1e6, 1),
            Cell::Number(cost.per_connection(), 0),
        ]
    };
    Table {
        caption: "Idle keep-alive connections".into(),
        columns: vec![
            "proxy",
            "TLS",
            "connections",
            "failed",
            "RSS before MB",
            "RSS after MB",
            "bytes/connection",
        ],
        rows: costs.iter().map(row).collect(),
    }
}

fn slow(settings: &Settings, rounds: &[Round]) -> Table {
    let row = |kind: Kind| {
        let mine = || rounds.iter().filter(move |round| round.kind == kind);
        let sum = |what: fn(&Held) -> u64| {
            let held = |at: usize| {
                let one = mine().filter_map(|round| round.held.get(at).map(what));
                median(one.map(|count| count as f64))
            };
            Cell::text(format!("{:.0} / {:.0} / {:.0}", held(0), held(1), held(2)))
        };
        vec![
            Cell::text(kind.name()),
            Cell::Number(median(mine().map(|round| round.p99_before_ms)), 2),
            Cell::Number(median(mine().map(|round| round.p99_beside_ms)), 2),
            Cell::Number(median(mine().map(Round::ratio)), 2),
            Cell::count(mine().map(|round| round.failed as u64).sum()),
            sum(|held| held.open),
            sum(|held| held.dropped),
            sum(|held| held.unconnected),
            Cell::Number(100.0 * median(mine().map(|round| round.foreign)), 1),
        ]
    };
    Table {
        caption: format!(
            "Another client beside slow ones (head / body / read), medians of {} rounds",
            settings.rounds(ROUNDS)
        ),
        columns: vec![
            "proxy",
            "p99 before ms",
            "p99 beside ms",
            "ratio",
            "failed",
            "slow, open at the end",
            "dropped",
            "could not connect",
            "others' CPU %",
        ],
        rows: settings.of(&SIDES).into_iter().map(row).collect(),
    }
}

impl Round {
    fn ratio(&self) -> f64 {
        self.p99_beside_ms / self.p99_before_ms
    }
}

fn targets(costs: &[Cost], rounds: &[Round]) -> Vec<Target> {
    let cost = costs.iter().find(|cost| cost.kind == Kind::OstlerEdge && !cost.tls);
    let bytes = cost.map_or(f64::NAN, Cost::per_connection);
    let open = cost.map_or(0, |cost| cost.open);
    let mine = || rounds.iter().filter(|round| round.kind == Kind::OstlerEdge);
    let ratio = median(mine().map(Round::ratio));
    let failed: usize = mine().map(|round| round.failed).sum();
    let clients = slow_clients();
    vec![
        Target {
            text: "10 000 idle keep-alive connections, at most 4096 bytes each",
            measured: format!("{bytes:.0} bytes each of {open}"),
            met: bytes <= IDLE_BYTES_MAX && open == IDLE,
        },
        Target {
            text: "slow clients leave another client's p99 within 2 times, and none of its requests fails",
            measured: format!("{ratio:.2} times, {failed} failed, {clients} slow clients"),
            met: ratio <= P99_RATIO_MAX && failed == 0,
        },
    ]
}
