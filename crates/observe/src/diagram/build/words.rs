//! How things are said in a picture, where there is little room.

use base::units::show_bytes;
use model::api::{AppState, AppStatus, NodeState, Status, StoreFigures, WorkerState, WorkerStatus};

/// Above the picture.
pub fn title(status: &Status) -> String {
    let name = status.project.rsplit('/').find(|part| !part.is_empty());
    format!("{} · ostler {}", name.unwrap_or("/"), status.version)
}

/// A figure with as many digits as matter: `0.4`, `12`, `1,203`, `12.3k`.
pub fn number(value: f64) -> String {
    let rounded = value.round();
    match () {
        () if value <= 0.0 => "0".into(),
        () if value < 9.95 && value.fract() != 0.0 => format!("{:.1}", value.max(0.1)),
        () if rounded < 1_000.0 => format!("{rounded}"),
        () if rounded < 10_000.0 => format!("{},{:03}", (rounded / 1e3).floor(), rounded % 1e3),
        () if rounded < 999_500.0 => format!("{:.1}k", rounded / 1e3),
        () => format!("{:.1}M", rounded / 1e6),
    }
}

/// `3 connections`.
pub fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", number(count as f64))
}

/// `1,203 req/s`.
pub fn per_second(requests: f64) -> String {
    match requests > 0.0 {
        true => format!("{} req/s", number(requests)),
        false => "no requests".into(),
    }
}

/// How an app is, as a colour.
pub fn state_of_app(state: AppState) -> NodeState {
    match state {
        AppState::Online => NodeState::Good,
        AppState::Starting | AppState::Reloading | AppState::Stopping => NodeState::Changing,
        AppState::Degraded => NodeState::Ill,
        AppState::Failed | AppState::Stopped => NodeState::Down,
    }
}

/// How an app is, in words.
pub fn app(app: &AppStatus) -> String {
    let word = match app.state {
        AppState::Online => return format!("{} of {} ready", app.ready(), app.workers_target),
        AppState::Starting => "starting",
        AppState::Reloading => "reloading",
        AppState::Degraded => "degraded",
        AppState::Failed => "failed",
        AppState::Stopping => "stopping",
        AppState::Stopped => "stopped",
    };
    format!("{word} · {} of {} ready", app.ready(), app.workers_target)
}

/// How a worker is, as a colour.
pub fn state_of_worker(state: WorkerState) -> NodeState {
    match state {
        WorkerState::Ready => NodeState::Good,
        WorkerState::Starting | WorkerState::Draining | WorkerState::Stopping => {
            NodeState::Changing
        }
        WorkerState::Stalled => NodeState::Ill,
        WorkerState::Waiting => NodeState::Down,
    }
}

/// How a worker is, in words.
pub fn worker(worker: &WorkerStatus) -> String {
    let word = match worker.state {
        WorkerState::Ready => {
            let cpu = number(worker.cpu_percent.round());
            return format!("{cpu} % CPU · {}", show_bytes(worker.rss_bytes));
        }
        WorkerState::Starting => "starting",
        WorkerState::Stalled => "stalled",
        WorkerState::Draining => "draining",
        WorkerState::Stopping => "stopping",
        WorkerState::Waiting => "waits to start again",
    };
    word.into()
}

/// How the store inside is, in words.
pub fn store(figures: &StoreFigures) -> String {
    if !figures.running {
        return "does not run".into();
    }
    let keys = counted(figures.keys, "key");
    format!("{keys} · {} cmd/s", number(figures.commands_per_second as f64))
}

/// What can be read of an address that is listened on: `:8080` for every address of the machine.
pub fn listener(url: &str) -> (String, &str) {
    let (scheme, address) = url.split_once("://").unwrap_or(("tcp", url));
    let port = address.rsplit(':').next().unwrap_or_default();
    match address.starts_with("0.0.0.0:") || address.starts_with("[::]:") {
        true => (format!(":{port}"), scheme),
        false => (address.to_owned(), scheme),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let check = |value: f64, want: &str| assert_eq!(number(value), want, "{value}");
        check(0.0, "0");
        check(0.01, "0.1");
        check(9.94, "9.9");
        check(9.96, "10");
        check(999.4, "999");
        check(999.6, "1,000");
        check(1_203.0, "1,203");
        check(9_999.9, "10.0k");
        check(123_456.0, "123.5k");
        check(999_600.0, "1.0M");
    }

    #[test]
    fn listeners() {
        assert_eq!(listener("http://0.0.0.0:8080"), (":8080".into(), "http"));
        assert_eq!(listener("https://[::]:443"), (":443".into(), "https"));
        assert_eq!(listener("http://127.0.0.1:3000"), ("127.0.0.1:3000".into(), "http"));
    }
}
