//! Proxies alone: one thread each, in front of the same fast server on a unix socket.

use super::measure::Speeds;
use super::settings::{ROUNDS, SECONDS, Settings};
use crate::report::{Cell, Report, Table, Target};
use crate::side::{App, Kind, Setup, Side, origin};
use anyhow::Result;
use std::time::Duration;

const SIDES: [Kind; 3] = [Kind::OstlerEdge, Kind::Nginx, Kind::Haproxy];

/// Measure all sides in turn.
pub async fn run(settings: &Settings) -> Result<Report> {
    let (mut origin, socket, _folder) = origin()?;
    while !socket.exists() {
        origin.check()?;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let setup = Setup { upstream: socket, ..Setup::default() };
    let start = async |kind| Side::proxy(kind, &setup).await;
    let speeds = Speeds::measure(settings, &SIDES, &App::none(), start).await?;
    let cpu = |peer| speeds.cpu(Kind::OstlerEdge) / speeds.cpu(peer);
    let (nginx, haproxy) = (cpu(Kind::Nginx), cpu(Kind::Haproxy));
    Ok(Report {
        what: "proxy",
        title: "The edge alone beside nginx and HAProxy",
        method: vec![
            "Each proxy with one thread in front of the same nginx, which answers 1 kB over a unix \
             socket with kept connections. All add X-Forwarded-For; none writes an access log."
                .into(),
            format!(
                "{} keep-alive connections in a closed loop, {} s a side and round after a \
                 warm-up; sides run in turn. Load generator, proxy and origin share the machine's \
                 cores, so requests/s says little: CPU is the proxy's alone, from the kernel's \
                 accounting.",
                settings.connections, settings.time(SECONDS).as_secs()
            ),
        ],
        tables: vec![table(settings, &speeds)],
        targets: vec![Target {
            text: "CPU per request below nginx and HAProxy",
            measured: format!("{nginx:.2} of nginx's, {haproxy:.2} of HAProxy's"),
            met: nginx < 1.0 && haproxy < 1.0,
        }],
    })
}

fn table(settings: &Settings, speeds: &Speeds) -> Table {
    let row = |kind: Kind| {
        let cpu = speeds.cpu(kind);
        vec![
            Cell::text(kind.name()),
            Cell::Number(cpu, 2),
            Cell::Number(cpu / speeds.cpu(Kind::OstlerEdge), 2),
            Cell::Number(speeds.rate(kind), 0),
            Cell::Number(speeds.median(kind, |speed| speed.p50_ms), 2),
            Cell::Number(speeds.median(kind, |speed| speed.p99_ms), 2),
            Cell::count(speeds.failures(kind)),
            Cell::Number(100.0 * speeds.median(kind, |speed| speed.foreign), 1),
        ]
    };
    Table {
        caption: format!("One thread, 1 kB replies, medians of {} rounds", settings.rounds(ROUNDS)),
        columns: vec![
            "proxy",
            "CPU µs/request",
            "of Ostler's",
            "requests/s",
            "p50 ms",
            "p99 ms",
            "failed",
            "others' CPU %",
        ],
        rows: SIDES.into_iter().filter(|kind| settings.chosen(*kind)).map(row).collect(),
    }
}
