//! Proxies alone: one thread each, in front of the same fast server on a unix socket.

use super::measure::{Speed, median, speed};
use super::settings::Settings;
use crate::report::{Cell, Report, Table, Target};
use crate::side::{Kind, Side, origin};
use anyhow::{Context, Result};

const SIDES: [Kind; 3] = [Kind::OstlerEdge, Kind::Nginx, Kind::Haproxy];

/// Measure all sides in turn.
pub async fn run(settings: &Settings) -> Result<Report> {
    let (_origin, socket, _folder) = origin()?;
    while !socket.exists() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let mut speeds: Vec<Vec<Speed>> = vec![Vec::new(); SIDES.len()];
    for round in 0..settings.rounds {
        for (kind, speeds) in
            SIDES.into_iter().zip(&mut speeds).filter(|(kind, _)| settings.chosen(*kind))
        {
            let name = kind.name();
            let mut side =
                Side::proxy(kind, &socket).await.with_context(|| format!("start {name}"))?;
            let speed = speed(&mut side, "/", settings).await.with_context(|| name)?;
            eprintln!(
                "round {}: {name}: {:.0} requests/s, {:.1} CPU µs/request",
                round + 1,
                speed.requests_per_second,
                speed.cpu_us
            );
            speeds.push(speed);
        }
    }
    Ok(report(settings, &speeds))
}

fn report(settings: &Settings, speeds: &[Vec<Speed>]) -> Report {
    let of =
        |at: usize, what: fn(&Speed) -> f64| median(speeds.get(at).into_iter().flatten().map(what));
    let cpu = |at| of(at, |speed| speed.cpu_us);
    let rows = SIDES.iter().enumerate().map(|(at, kind)| {
        let failures = speeds.get(at).into_iter().flatten().map(|speed| speed.failures).sum();
        vec![
            Cell::text(kind.name()),
            Cell::Number(cpu(at), 2),
            Cell::Number(cpu(at) / cpu(0), 2),
            Cell::Number(of(at, |speed| speed.requests_per_second), 0),
            Cell::Number(of(at, |speed| speed.p50_ms), 2),
            Cell::Number(of(at, |speed| speed.p99_ms), 2),
            Cell::count(failures),
        ]
    });
    let table = Table {
        caption: format!("One thread, 1 kB replies, medians of {} rounds", settings.rounds),
        columns: vec![
            "proxy",
            "CPU µs/request",
            "of Ostler's",
            "requests/s",
            "p50 ms",
            "p99 ms",
            "failed",
        ],
        rows: rows.collect(),
    };
    Report {
        what: "proxy",
        title: "The edge alone beside nginx and HAProxy",
        method: vec![
            "Each proxy with one thread in front of the same nginx, which answers 1 kB over a unix socket with kept connections. All add X-Forwarded-For; none writes an access log.".into(),
            format!("{} keep-alive connections in a closed loop, {} s a side and round after a warm-up; sides run in turn. Load generator, proxy and origin share the machine's cores, so requests/s says little: CPU is the proxy's alone, from the kernel's accounting.", settings.connections, settings.seconds),
        ],
        tables: vec![table],
        targets: vec![Target {
            text: "CPU per request below nginx and HAProxy",
            measured: format!("{:.2} of nginx's, {:.2} of HAProxy's", cpu(0) / cpu(1), cpu(0) / cpu(2)),
            met: cpu(0) < cpu(1) && cpu(0) < cpu(2),
        }],
    }
}
