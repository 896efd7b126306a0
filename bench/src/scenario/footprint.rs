//! What the runner itself costs: memory when idle, and the time from the first worker's own
//! readiness to the first reply.

use super::measure::median;
use super::notes::orders;
use super::settings::{ROUNDS, Settings};
use crate::process::{Folder, Memory, free_address};
use crate::report::{Cell, Report, Table, Target};
use crate::side::{Kind, Peers, Side};
use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SIDES: [Kind; 4] = [Kind::Ostler, Kind::Pm2, Kind::Cluster, Kind::NginxPm2];
const WORKERS: usize = 4;
const IDLE: Duration = Duration::from_secs(3);
const START_LIMIT: Duration = Duration::from_secs(30);
const RSS_MAX: f64 = 20e6;
const READY_MAX_MS: f64 = 150.0;

/// One start of one side.
#[derive(Debug, Clone, Copy)]
struct Start {
    /// Of the processes that run no app.
    runner: Memory,
    processes: usize,
    workers: Memory,
    /// From the first worker's own readiness to the first reply.
    ready_ms: f64,
    /// From the start of the side to the first reply.
    start_ms: f64,
}

/// Measure all sides in turn.
pub async fn run(settings: &Settings, peers: &Peers) -> Result<Report> {
    let mut starts = Vec::new();
    for round in 1..=settings.rounds(ROUNDS) {
        for kind in SIDES.into_iter().filter(|kind| settings.chosen(*kind)) {
            let start = start(kind, peers).await.with_context(|| kind.name())?;
            eprintln!("round {round}: {}: {start:?}", kind.name());
            starts.push((kind, start));
        }
    }
    Ok(report(settings, &starts))
}

async fn start(kind: Kind, peers: &Peers) -> Result<Start> {
    let folder = Folder::new("notes")?;
    let (app, notes) = orders(peers, folder.path(), WORKERS);
    let began_ns = base::clock::monotonic_ns();
    let address = free_address()?;
    let launch = Side::launch(kind, &app, address, peers);
    let (side, first_ns) = tokio::try_join!(launch, first_reply(address, &app.path))?;
    let began = base::clock::now();
    while notes.listening().len() < WORKERS {
        if began.elapsed() > START_LIMIT {
            bail!("only {} of {WORKERS} workers listen", notes.listening().len());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(IDLE).await;
    let listening_ns = notes.listening().into_iter().min().context("no worker listens")?;
    let sum = |pids: &[u32]| {
        pids.iter().map(|pid| Memory::of(*pid)).fold(Memory::default(), Memory::plus)
    };
    let runner = side.runner(&app);
    let ms = |from: u64, to: u64| (to as f64 - from as f64) / 1e6;
    Ok(Start {
        runner: sum(&runner),
        processes: runner.len(),
        workers: sum(&side.workers(&app)),
        ready_ms: ms(listening_ns, first_ns),
        start_ms: ms(began_ns, first_ns),
    })
}

/// Ask again and again until a 200 comes; when it did, in nanoseconds of the monotonic clock.
async fn first_reply(address: SocketAddr, path: &str) -> Result<u64> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let asking = async {
        while !answered(address, &request).await {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        base::clock::monotonic_ns()
    };
    let first = tokio::time::timeout(START_LIMIT, asking).await;
    first.with_context(|| format!("no reply within {START_LIMIT:?}"))
}

async fn answered(address: SocketAddr, request: &str) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut status = [0; 12];
        stream.read_exact(&mut status).await?;
        std::io::Result::Ok(status.ends_with(b"200"))
    };
    ask.await.unwrap_or(false)
}

fn report(settings: &Settings, starts: &[(Kind, Start)]) -> Report {
    let of = |kind: Kind, what: fn(&Start) -> f64| {
        median(starts.iter().filter(|(of, _)| *of == kind).map(|(_, start)| what(start)))
    };
    let megabytes = |bytes: f64| Cell::Number(bytes / 1e6, 1);
    let row = |kind: Kind| {
        vec![
            Cell::text(kind.name()),
            Cell::Number(of(kind, |start| start.processes as f64), 0),
            megabytes(of(kind, |start| start.runner.rss as f64)),
            megabytes(of(kind, |start| start.runner.pss as f64)),
            megabytes(of(kind, |start| start.workers.pss as f64)),
            Cell::Number(of(kind, |start| start.ready_ms), 1),
            Cell::Number(of(kind, |start| start.start_ms), 0),
        ]
    };
    let table = Table {
        caption: format!("{WORKERS} idle workers, medians of {} starts", settings.rounds(ROUNDS)),
        columns: vec![
            "side",
            "runner processes",
            "runner RSS MB",
            "runner PSS MB",
            "workers PSS MB",
            "worker ready to first reply ms",
            "start to first reply ms",
        ],
        rows: SIDES.into_iter().filter(|kind| settings.chosen(*kind)).map(row).collect(),
    };
    let rss = of(Kind::Ostler, |start| start.runner.rss as f64);
    let ready = of(Kind::Ostler, |start| start.ready_ms);
    Report {
        what: "footprint",
        title: "Memory and start-up",
        method: method(),
        tables: vec![table],
        targets: vec![
            Target {
                text: "Ostler's RSS at most 20 MB, idle with 4 workers",
                measured: format!("{:.1} MB", rss / 1e6),
                met: rss <= RSS_MAX,
            },
            Target {
                text: "serves within 150 ms of the first worker's own readiness",
                measured: format!("{ready:.1} ms"),
                met: ready <= READY_MAX_MS,
            },
        ],
    }
}

fn method() -> Vec<String> {
    vec![
        format!(
            "`bench/apps/orders.cjs` (node:http) with {WORKERS} workers, idle for {IDLE:?} after \
             the start."
        ),
        "Runner: all processes of a side that do not run the app (Ostler and its warden; PM2's \
         daemon; the cluster's primary; nginx). RSS and PSS from /proc/PID/smaps_rollup, \
         1 MB = 10^6 bytes."
            .into(),
        "Ready: from the instant at which the first worker's own 'listening' callback ran to the \
         first 200 that a client got who had been asking all along."
            .into(),
    ]
}
