//! What is said of Ostler and of an app.

use super::figures::{rate, word_of_app};
use super::{Pieces, Tone, piece};
use base::units::{show_bytes, show_duration};
use model::api::{AppState, AppStatus, Status, StoreStatus, WorkerState};
use std::time::Duration;

/// What is said of Ostler itself: two lines, and one for the store.
pub fn about(status: &Status) -> Vec<Pieces> {
    let up = show_duration(Duration::from_secs(status.uptime_seconds));
    let rss = show_bytes(status.rss_bytes);
    let edge = &status.edge;
    let connections = counted(edge.connections, "connection");
    let mut listen = status.listen.join(" ");
    if let Some(admin) = &status.admin {
        listen += &format!("  admin {admin}");
    }
    let mut lines = vec![
        vec![
            piece(Tone::Strong, format!("ostler {}", status.version)),
            piece(Tone::Plain, format!("  {}", status.project)),
            piece(Tone::Dim, format!("  up {up}  {rss}  process {}", status.pid)),
        ],
        vec![
            piece(
                Tone::Plain,
                format!("{} requests/s  {connections}", rate(edge.requests_per_second)),
            ),
            piece(Tone::Dim, format!("  {listen}")),
        ],
    ];
    lines.extend(status.store.as_ref().map(store_line));
    lines
}

/// What is said of the store.
fn store_line(store: &StoreStatus) -> Pieces {
    let head = piece(Tone::Plain, format!("store {}", store.url));
    let Some(inside) = &store.inside else { return vec![head] };
    if !inside.running {
        return vec![head, piece(Tone::Bad, "  does not run")];
    }
    let mut memory = show_bytes(inside.memory_bytes);
    if inside.memory_bytes_max > 0 {
        memory += &format!(" of {}", show_bytes(inside.memory_bytes_max));
    }
    let (keys, clients) = (counted(inside.keys, "key"), counted(inside.clients, "client"));
    let durable = inside.durability.as_deref().map_or_else(
        || String::from("in memory only"),
        |durability| format!("durability {durability}"),
    );
    let rate = inside.commands_per_second;
    let text = format!("  {keys}  {memory}  {clients}  {rate} commands/s  {durable}");
    let mut line = vec![head, piece(Tone::Dim, text)];
    line.extend(
        inside.refuses.as_ref().map(|why| piece(Tone::Bad, format!("  refuses writes: {why}"))),
    );
    line
}

/// What is said of an app: one line.
pub fn app_line(app: &AppStatus) -> Pieces {
    let ready = app.workers.iter().filter(|worker| worker.state == WorkerState::Ready).count();
    let mut more = format!("  {ready} of {} ready", counted(app.workers_target.into(), "worker"));
    if app.workers_min != app.workers_max {
        more += &format!(" ({} to {})", app.workers_min, app.workers_max);
    }
    more += &format!("  generation {}", app.generation);
    if app.restarts > 0 {
        more += &format!("  {}", counted(app.restarts, "restart"));
    }
    vec![
        piece(Tone::Strong, app.name.as_str()),
        piece(Tone::Plain, "  "),
        piece(tone_of_app(app.state), word_of_app(app.state)),
        piece(Tone::Plain, more),
    ]
}

fn tone_of_app(state: AppState) -> Tone {
    match state {
        AppState::Online => Tone::Good,
        AppState::Starting | AppState::Reloading | AppState::Stopping => Tone::Warn,
        AppState::Degraded | AppState::Failed => Tone::Bad,
        AppState::Stopped => Tone::Dim,
    }
}

fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
