//! Servers alone, with one thread each: what the measurements `cache`, `files` and `compress` share.

use super::columns::{self, Column};
use super::measure::Speeds;
use super::settings::Settings;
use super::syscalls::Syscalls;
use crate::load::{Plan, Reply, fetch};
use crate::report::{Cell, Table, Target};
use crate::side::{Kind, Side};
use anyhow::{Context, Result, ensure};
use std::time::Duration;

pub const ROUNDS: usize = 3;
pub const SECONDS: u64 = 3;
pub const WARM_UP: Duration = Duration::from_secs(1);

/// What is asked, and how.
pub fn plan(settings: &Settings, path: &str, headers: &str) -> Plan {
    let mut plan = Plan::new(crate::load::NOWHERE, path, settings.connections);
    plan.headers = headers.into();
    plan
}

/// The reply of `side` to `path`, which must be whole and 200.
pub async fn reply(side: &Side, path: &str, headers: &str) -> Result<Reply> {
    let reply = fetch(side.address, path, headers).await?;
    ensure!(reply.status == 200, "status {} for {path}", reply.status);
    Ok(reply)
}

/// Those of `sides` that are to be measured.
pub fn chosen<'a>(sides: &[(Kind, &'a str)], settings: &Settings) -> Vec<(Kind, &'a str)> {
    sides.iter().copied().filter(|(kind, _)| settings.chosen(*kind)).collect()
}

/// A row for each of `sides` that was measured.
pub fn table(
    caption: String,
    sides: &[(Kind, &'static str)],
    settings: &Settings,
    speeds: &Speeds,
) -> Table {
    let caption = format!("{caption}, medians of {} rounds", settings.rounds(ROUNDS));
    let columns = [
        Column::cpu(2),
        Column::cpu_of(Kind::OstlerEdge, "of Ostler's"),
        Column::rate(),
        Column::p50(),
        Column::p99(),
        Column::failed(),
        Column::others(),
    ];
    columns::table(caption, "server", chosen(sides, settings), &columns, speeds)
}

/// System calls of each of `sides`, started by `start`, in a run of their own.
pub async fn calls(
    caption: &str,
    sides: &[(Kind, &str)],
    plan: &Plan,
    start: impl AsyncFn(Kind) -> Result<Side>,
) -> Result<Table> {
    let mut rows = Vec::new();
    for (kind, name) in sides {
        let mut side = start(*kind).await?;
        let calls = Syscalls::count(&mut side, plan.clone()).await;
        let calls = calls.with_context(|| format!("{name}: strace"))?;
        eprintln!("{name}: {:.2} system calls a request", calls.all);
        rows.push(vec![
            Cell::text(*name),
            Cell::Number(calls.all, 2),
            Cell::text(calls.described()),
        ]);
    }
    Ok(Table {
        caption: format!("{caption}: system calls under strace"),
        columns: vec!["server", "calls/request", "of which"],
        rows,
    })
}

/// Ostler's CPU per request as a share of each peer's, which may be so much.
pub fn target(text: &'static str, most: &[(Kind, f64)], speeds: &Speeds) -> Target {
    let shares = most.iter().map(|(peer, most)| {
        let share = speeds.cpu(Kind::OstlerEdge) / speeds.cpu(*peer);
        (format!("{share:.2} of {}'s", peer.name()), share <= *most)
    });
    let (measured, met): (Vec<String>, Vec<bool>) = shares.unzip();
    Target { text, measured: measured.join(", "), met: met.into_iter().all(|met| met) }
}

/// How it was measured, for all three.
pub fn method(settings: &Settings) -> String {
    format!(
        "Each with one thread (Varnish with one pool of them), plain HTTP/1.1, no access log. {} keep-alive \
         connections in a closed loop, {} s a side and round after a warm-up; sides run in turn. CPU is the \
         server's alone, from the kernel's accounting; the load generator shares the machine's cores, so \
         requests/s says little.",
        settings.connections,
        settings.time(SECONDS).as_secs()
    )
}
