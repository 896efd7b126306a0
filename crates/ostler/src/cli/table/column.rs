//! The columns of a table of workers, and which of them fit.

use super::figures::{percent, rate, state, time, unless_zero};
use super::{Piece, Pieces, Tone, piece};
use base::units::{show_bytes, show_duration};
use model::api::WorkerStatus;
use std::time::Duration;

const GAP: usize = 2;
/// An event loop that was late by more is worth a look.
const DELAY_WARN_MS: f64 = 100.0;

#[derive(Debug)]
struct Column {
    head: &'static str,
    /// At least so wide, so that columns do not jump as figures change.
    width: usize,
    /// When space is short the columns with the largest rank go first.
    rank: u8,
    text: fn(&WorkerStatus) -> String,
}

const STATE: &str = "STATE";
const DELAY: &str = "DELAY";

const COLUMNS: [Column; 15] = [
    Column { head: "#", width: 2, rank: 0, text: |w| w.number.to_string() },
    Column {
        head: "PID",
        width: 7,
        rank: 4,
        text: |w| unless_zero(w.pid.into(), |n| n.to_string()),
    },
    Column { head: STATE, width: 8, rank: 0, text: |w| state(w.state).0.into() },
    Column { head: "UP", width: 6, rank: 8, text: up },
    Column { head: "RESTARTS", width: 8, rank: 9, text: |w| w.restarts.to_string() },
    Column { head: "CPU", width: 5, rank: 2, text: |w| percent(w.cpu_percent) },
    Column { head: "MEMORY", width: 7, rank: 3, text: |w| unless_zero(w.rss_bytes, show_bytes) },
    Column { head: "HEAP", width: 7, rank: 12, text: |w| unless_zero(w.heap_bytes, show_bytes) },
    Column { head: DELAY, width: 6, rank: 7, text: |w| time(w.loop_delay_ms) },
    Column {
        head: "LOOP",
        width: 5,
        rank: 11,
        text: |w| w.loop_utilisation.map_or("-".into(), |u| percent(u * 100.0)),
    },
    Column { head: "ACTIVE", width: 6, rank: 6, text: |w| w.in_flight.to_string() },
    Column { head: "WS", width: 4, rank: 13, text: |w| w.upgraded.to_string() },
    Column { head: "REQ/S", width: 5, rank: 1, text: |w| rate(w.requests_per_second) },
    Column { head: "P50", width: 6, rank: 10, text: |w| time(w.p50_ms) },
    Column { head: "P99", width: 6, rank: 5, text: |w| time(w.p99_ms) },
];

fn up(worker: &WorkerStatus) -> String {
    match (worker.pid, worker.uptime_seconds) {
        (0, _) => "-".into(),
        (_, 0) => "0s".into(),
        (_, seconds) => show_duration(Duration::from_secs(seconds)),
    }
}

/// The columns that fit, each with its width.
#[derive(Debug)]
pub struct Grid(Vec<(&'static Column, usize)>);

impl Grid {
    /// As many columns as fit into `width`, wide enough for all `workers`.
    pub fn fit<'w>(workers: impl Iterator<Item = &'w WorkerStatus>, width: usize) -> Self {
        let mut widths = COLUMNS.each_ref().map(|column| column.width.max(column.head.len()));
        for worker in workers {
            for (width, column) in widths.iter_mut().zip(&COLUMNS) {
                *width = (*width).max((column.text)(worker).chars().count());
            }
        }
        let mut columns: Vec<_> = COLUMNS.iter().zip(widths).collect();
        let total = |columns: &[(&Column, usize)]| {
            columns.iter().map(|(_, width)| width + GAP).sum::<usize>().saturating_sub(GAP)
        };
        while total(&columns) > width {
            let last = columns.iter().map(|(column, _)| column.rank).max().unwrap_or(0);
            if last == 0 {
                break;
            }
            columns.retain(|(column, _)| column.rank != last);
        }
        Grid(columns)
    }

    /// The line above the rows.
    pub fn head(&self) -> String {
        let cells = self.0.iter().map(|(column, width)| column.align(column.head, *width));
        cells.collect::<Vec<_>>().join(&" ".repeat(GAP))
    }

    /// One worker's row.
    pub fn row(&self, worker: &WorkerStatus) -> Pieces {
        let mut row = Pieces::new();
        for (column, width) in &self.0 {
            if !row.is_empty() {
                row.push(piece(Tone::Plain, " ".repeat(GAP)));
            }
            let text = column.align(&(column.text)(worker), *width);
            row.push(Piece { text, tone: column.tone(worker) });
        }
        row
    }
}

impl Column {
    /// Words to the left, figures to the right, so that their units stand below each other.
    fn align(&self, text: &str, width: usize) -> String {
        if self.head == STATE { format!("{text:<width$}") } else { format!("{text:>width$}") }
    }

    fn tone(&self, worker: &WorkerStatus) -> Tone {
        match self.head {
            STATE => state(worker.state).1,
            DELAY if worker.loop_delay_ms.is_some_and(|ms| ms > DELAY_WARN_MS) => Tone::Warn,
            _ => Tone::Plain,
        }
    }
}
