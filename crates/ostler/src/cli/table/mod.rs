//! A [`Status`] as text for people: `ostler status`, and the rows of `ostler top`. Pure.
//!
//! Every state is a word, so that nothing depends on colour.

mod column;
mod figures;

pub use column::Grid;
use figures::{rate, word_of_app};

use base::units::{show_bytes, show_duration};
use model::api::{AppState, AppStatus, Status, WorkerState};
use std::time::Duration;

/// How a piece of text is shown where there is colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    Plain,
    /// Less important.
    Dim,
    /// A name.
    Strong,
    /// As it should be.
    Good,
    /// On its way, or worth a look.
    Warn,
    /// Not as it should be.
    Bad,
}

/// Text in one tone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Its tone.
    pub tone: Tone,
}

/// A line of pieces, one after the other.
pub type Pieces = Vec<Piece>;

impl Tone {
    /// The escape sequence that starts it.
    fn ansi(self) -> &'static str {
        match self {
            Tone::Plain => "",
            Tone::Dim => "\x1b[2m",
            Tone::Strong => "\x1b[1m",
            Tone::Good => "\x1b[32m",
            Tone::Warn => "\x1b[33m",
            Tone::Bad => "\x1b[31m",
        }
    }
}

/// A piece in this tone.
pub fn piece(tone: Tone, text: impl Into<String>) -> Piece {
    Piece { text: text.into(), tone }
}

/// The whole status, as wide as it gets.
pub fn status(status: &Status, colour: bool) -> String {
    within(status, colour, usize::MAX)
}

/// The whole status, with the columns of most interest that fit into `width` characters.
pub fn within(status: &Status, colour: bool, width: usize) -> String {
    let mut text = String::new();
    for line in about(status) {
        write(&mut text, &line, colour);
    }
    let workers = || status.apps.iter().flat_map(|app| &app.workers);
    let grid = Grid::fit(workers(), width.saturating_sub(INDENT.len()));
    for app in &status.apps {
        text.push('\n');
        write(&mut text, &app_line(app), colour);
        if let Some(reason) = &app.reason {
            write(&mut text, &vec![piece(Tone::Plain, INDENT), piece(Tone::Bad, reason)], colour);
        }
        if !app.workers.is_empty() {
            write(&mut text, &indented(vec![piece(Tone::Dim, grid.head())]), colour);
        }
        for worker in &app.workers {
            write(&mut text, &indented(grid.row(worker)), colour);
        }
    }
    text
}

const INDENT: &str = "  ";

fn indented(mut line: Pieces) -> Pieces {
    line.insert(0, piece(Tone::Plain, INDENT));
    line
}

fn write(text: &mut String, line: &Pieces, colour: bool) {
    let start = text.len();
    for Piece { text: part, tone } in line {
        let (on, off) = match tone.ansi() {
            on if colour && !on.is_empty() => (on, "\x1b[0m"),
            _ => ("", ""),
        };
        text.push_str(on);
        text.push_str(part);
        text.push_str(off);
    }
    if !colour {
        text.truncate(start + text[start..].trim_end().len());
    }
    text.push('\n');
}

/// What is said of Ostler itself: two lines.
pub fn about(status: &Status) -> Vec<Pieces> {
    let up = show_duration(Duration::from_secs(status.uptime_seconds));
    let rss = show_bytes(status.rss_bytes);
    let edge = &status.edge;
    let connections = counted(edge.connections, "connection");
    let mut listen = status.listen.join(" ");
    if let Some(admin) = &status.admin {
        listen += &format!("  admin {admin}");
    }
    vec![
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
    ]
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

#[cfg(test)]
pub mod tests;
