//! The supervisor's events in words, for the terminal and the daemon's log.

use super::observe::{LogShelf, Observed};
use base::units::show_duration;
use model::{Event, EventKind};
use observe::Level;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::{self, error::RecvError};

fn ms(ms: u64) -> String {
    show_duration(Duration::from_millis(ms))
}

/// One event as the lines a person reads; empty for what only programs care about.
pub fn describe(event: &Event) -> Vec<String> {
    use EventKind as Kind;
    let app = &event.app;
    let worker = |number: &u32| format!("{app}.{number}");
    match &event.kind {
        Kind::WorkerStarted { .. } | Kind::WorkerDrained { .. } | Kind::WorkerStopped { .. } => {
            Vec::new()
        }
        Kind::WorkerReady { number, after_ms, .. } => {
            vec![format!("{} is ready after {}", worker(number), ms(*after_ms))]
        }
        Kind::WorkerDied { number, how, again_in_ms, .. } => {
            let again = match again_in_ms {
                0 => String::from("starting it again"),
                wait => format!("starting it again in {}", ms(*wait)),
            };
            vec![format!("{} died: {how}; {again}", worker(number))]
        }
        Kind::CrashLoop { number, deaths, within_ms, how, stderr } => quote(
            format!(
                "{} is in a crash loop: died {deaths} times within {}, last by {how}",
                worker(number),
                ms(*within_ms)
            ),
            stderr,
        ),
        Kind::AppFailed { reason, stderr } => quote(format!("{app} failed: {reason}"), stderr),
        Kind::Replacing { number, why, .. } => {
            vec![format!("{} is being replaced: {why}", worker(number))]
        }
        Kind::WorkerKilled { number, why, .. } => {
            vec![format!("{} was killed: {why}", worker(number))]
        }
        Kind::WorkerStalled { number, stalled_ms, .. } => vec![format!(
            "{} is stuck: its event loop has not turned for {}; it gets no new requests",
            worker(number),
            ms(*stalled_ms)
        )],
        Kind::WorkerRecovered { number, stalled_ms, .. } => {
            vec![format!("{} goes on after being stuck for {}", worker(number), ms(*stalled_ms))]
        }
        Kind::OrphansKilled { number, count, .. } => {
            vec![format!("{} left {count} processes behind; they were killed", worker(number))]
        }
        Kind::ReloadStarted { generation } => {
            vec![format!("{app}: reload to generation {generation}")]
        }
        Kind::ReloadDone { generation, took_ms } => {
            vec![format!("{app}: generation {generation} serves (took {})", ms(*took_ms))]
        }
        Kind::ReloadFailed { generation, reason, stderr } => quote(
            format!(
                "{app}: generation {generation} did not come up, the old one goes on: {reason}"
            ),
            stderr,
        ),
        Kind::Scaled { from, to, why } => vec![format!("{app}: {from} -> {to} workers ({why})")],
        Kind::Advice { number, text } => vec![format!("{}: {text}", worker(number))],
    }
}

/// How grave it is.
fn level(kind: &EventKind) -> Level {
    use EventKind as Kind;
    match kind {
        Kind::WorkerDied { .. }
        | Kind::CrashLoop { .. }
        | Kind::AppFailed { .. }
        | Kind::ReloadFailed { .. } => Level::Error,
        Kind::WorkerKilled { .. }
        | Kind::WorkerStalled { .. }
        | Kind::OrphansKilled { .. }
        | Kind::Advice { .. } => Level::Warn,
        _ => Level::Info,
    }
}

fn quote(head: String, lines: &[String]) -> Vec<String> {
    std::iter::once(head).chain(lines.iter().map(|line| format!("  | {line}"))).collect()
}

/// Say one line to whoever reads Ostler's stderr.
pub fn say(line: &str) {
    use std::io::Write;
    // Nobody may read it any more; that is no reason to stop.
    let _ = writeln!(std::io::stderr(), "ostler │ {line}");
}

/// Say what the edge has to say, until it has ended, on a thread of its own.
pub fn tell_edge(lines: edge::NewsReader, observed: Option<Arc<Observed>>) -> std::io::Result<()> {
    let tell = move || {
        lines.for_each(|line| {
            say(&line);
            if let Some(observed) = &observed {
                observed.logs.say(Level::Warn, &line);
            }
        });
    };
    std::thread::Builder::new().name("edge-news".into()).spawn(tell).map(drop)
}

/// Say what happens, until there is no more, on a thread of its own: a reader that does not read
/// holds up this thread and nothing else.
pub fn tell(
    mut events: broadcast::Receiver<Arc<Event>>,
    logs: Option<LogShelf>,
) -> std::io::Result<()> {
    let tell = move || {
        loop {
            match events.blocking_recv() {
                Ok(event) => {
                    let lines = describe(&event);
                    lines.iter().for_each(|line| say(line));
                    if let Some(logs) = logs.as_ref().filter(|_| !lines.is_empty()) {
                        logs.say(level(&event.kind), &lines.join("\n"));
                    }
                }
                Err(RecvError::Lagged(missed)) => say(&format!("… {missed} events were not told")),
                Err(RecvError::Closed) => return,
            }
        }
    };
    std::thread::Builder::new().name("news".into()).spawn(tell).map(drop)
}
