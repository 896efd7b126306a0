//! Figures as they stand in a column: short, and with their unit.

use super::Tone;
use model::api::{AppState, WorkerState};

/// What stands for a figure that does not exist.
const NONE: &str = "-";

/// `0.3`, `12`, `4711`: a second.
pub fn rate(per_second: f64) -> String {
    if per_second > 0.0 && per_second < 9.95 {
        format!("{per_second:.1}")
    } else {
        format!("{per_second:.0}")
    }
}

/// `37 %` of a value where 100.0 is the whole.
pub fn percent(value: f64) -> String {
    format!("{value:.0} %")
}

/// `0.8 ms`, `12 ms`, `3.4 s`.
pub fn time(ms: Option<f64>) -> String {
    match ms {
        None => NONE.into(),
        Some(ms) if ms < 9.95 => format!("{ms:.1} ms"),
        Some(ms) if ms < 9_999.5 => format!("{ms:.0} ms"),
        Some(ms) => format!("{:.1} s", ms / 1_000.0),
    }
}

/// A figure that is zero only where it does not exist.
pub fn unless_zero(value: u64, show: impl Fn(u64) -> String) -> String {
    if value == 0 { NONE.into() } else { show(value) }
}

/// The state as a word.
pub fn word_of_app(state: AppState) -> &'static str {
    match state {
        AppState::Starting => "starting",
        AppState::Online => "online",
        AppState::Reloading => "reloading",
        AppState::Degraded => "degraded",
        AppState::Failed => "failed",
        AppState::Stopping => "stopping",
        AppState::Stopped => "stopped",
    }
}

/// The state as a word in its tone.
pub fn state(state: WorkerState) -> (&'static str, Tone) {
    match state {
        WorkerState::Starting => ("starting", Tone::Warn),
        WorkerState::Ready => ("ready", Tone::Good),
        WorkerState::Stalled => ("stalled", Tone::Bad),
        WorkerState::Draining => ("draining", Tone::Warn),
        WorkerState::Stopping => ("stopping", Tone::Dim),
        WorkerState::Waiting => ("waiting", Tone::Bad),
    }
}
