//! What was lately written and what lately happened, and who listens to it.

use super::sink::Queue;
use model::{AppName, Event, EventKind, LogLine, Stream};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;

/// Lines a listener may lag behind before it loses some.
const LAG_LINES_MAX: usize = 1_024;
/// Events a listener may lag behind before it loses some.
const LAG_EVENTS_MAX: usize = 512;
/// Events that are kept.
const EVENTS_MAX: usize = 1_000;
/// And bytes of them, as the JSON that they leave as.
const EVENT_BYTES_MAX: usize = 1 << 20;
/// Lines that are kept of each app.
const LINES_MAX: usize = 2_000;
/// And bytes of them.
const LINE_BYTES_MAX: usize = 1 << 20;

/// Shared by the supervise thread, which writes, and all who ask.
#[derive(Debug)]
pub struct Journal {
    lines: broadcast::Sender<Arc<LogLine>>,
    events: broadcast::Sender<Arc<Event>>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    apps: BTreeMap<AppName, Recent>,
    /// With their sizes.
    events: VecDeque<(usize, Arc<Event>)>,
    event_bytes: usize,
    sinks: Vec<Arc<Queue>>,
    /// Numbers lines over all apps, so that they can be told in order.
    line_last: u64,
}

#[derive(Debug, Default)]
struct Recent {
    lines: VecDeque<(u64, Arc<LogLine>)>,
    bytes: usize,
    written_out: u64,
    written_err: u64,
}

/// Lines ever written by one app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineCounts {
    pub app: AppName,
    pub out: u64,
    pub err: u64,
    /// Lines that a slow terminal or disk did not take.
    pub dropped: u64,
}

impl Default for Journal {
    fn default() -> Self {
        Journal {
            lines: broadcast::Sender::new(LAG_LINES_MAX),
            events: broadcast::Sender::new(LAG_EVENTS_MAX),
            kept: Mutex::default(),
        }
    }
}

impl Journal {
    /// Note one line of a worker. Never waits.
    pub fn line(&self, line: LogLine) {
        let line = Arc::new(line);
        {
            let mut kept = self.kept();
            kept.line_last += 1;
            let at = kept.line_last;
            kept.sinks.iter().for_each(|sink| sink.push(line.clone()));
            kept.apps.entry(line.app.clone()).or_default().keep(at, line.clone());
        }
        let _ = self.lines.send(line); // an error only says that nobody listens
    }

    /// Note an event.
    pub fn tell(&self, app: &AppName, kind: EventKind) {
        let at_ms = base::clock::wall_ms();
        let event = Arc::new(Event { at_ms, app: app.clone(), kind });
        self.kept().keep_event(event.clone());
        let _ = self.events.send(event);
    }

    /// All lines from now on.
    pub fn lines(&self) -> broadcast::Receiver<Arc<LogLine>> {
        self.lines.subscribe()
    }

    /// All events from now on.
    pub fn events(&self) -> broadcast::Receiver<Arc<Event>> {
        self.events.subscribe()
    }

    /// The last `count` lines of one app, or of all, oldest first.
    pub fn recent_lines(&self, app: Option<&AppName>, count: usize) -> Vec<Arc<LogLine>> {
        let kept = self.kept();
        let wanted = kept.apps.iter().filter(|(name, _)| app.is_none_or(|app| app == *name));
        let mut lines: Vec<_> = wanted.flat_map(|(_, recent)| recent.lines.iter()).collect();
        lines.sort_by_key(|(at, _)| *at);
        let from = lines.len().saturating_sub(count);
        lines.into_iter().skip(from).map(|(_, line)| line.clone()).collect()
    }

    /// The last events, oldest first.
    pub fn recent_events(&self) -> Vec<Arc<Event>> {
        self.kept().events.iter().map(|(_, event)| event.clone()).collect()
    }

    /// Hand every line to `queue` too, beginning with those that are kept.
    pub fn attach(&self, queue: Arc<Queue>) {
        let mut kept = self.kept();
        let mut lines: Vec<_> = kept.apps.values().flat_map(|recent| recent.lines.iter()).collect();
        lines.sort_by_key(|(at, _)| *at);
        lines.into_iter().for_each(|(_, line)| queue.push(line.clone()));
        kept.sinks.push(queue);
    }

    /// The queues of all sinks.
    pub fn sinks(&self) -> Vec<Arc<Queue>> {
        self.kept().sinks.clone()
    }

    /// How many lines each app wrote.
    pub fn counts(&self) -> Vec<LineCounts> {
        let kept = self.kept();
        let counts = kept.apps.iter().map(|(app, recent)| LineCounts {
            app: app.clone(),
            out: recent.written_out,
            err: recent.written_err,
            dropped: kept.sinks.iter().map(|sink| sink.dropped(app)).sum(),
        });
        counts.collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn keep_event(&mut self, event: Arc<Event>) {
        let bytes = serde_json::to_vec(&*event).map_or(0, |json| json.len());
        self.event_bytes += bytes;
        self.events.push_back((bytes, event));
        while self.events.len() > EVENTS_MAX || self.event_bytes > EVENT_BYTES_MAX {
            let Some((bytes, _)) = self.events.pop_front() else { return };
            self.event_bytes -= bytes;
        }
    }
}

impl Recent {
    fn keep(&mut self, at: u64, line: Arc<LogLine>) {
        match line.stream {
            Stream::Out => self.written_out += 1,
            Stream::Err => self.written_err += 1,
        }
        self.bytes += line.text.len();
        self.lines.push_back((at, line));
        while self.lines.len() > LINES_MAX || self.bytes > LINE_BYTES_MAX {
            let Some((_, old)) = self.lines.pop_front() else { return };
            self.bytes -= old.text.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(app: &str, text: &str) -> LogLine {
        let app = AppName::parse(app).unwrap();
        LogLine { at_ms: 0, app, number: 0, stream: Stream::Out, text: text.into() }
    }

    #[test]
    fn recent_lines_are_bounded_and_in_order() {
        let journal = Journal::default();
        for at in 0..5_000 {
            journal.line(line(if at % 2 == 0 { "a" } else { "b" }, &at.to_string()));
        }
        let texts = |app: Option<&str>, count| {
            let app = app.map(|app| AppName::parse(app).unwrap());
            let lines = journal.recent_lines(app.as_ref(), count);
            lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>()
        };
        assert_eq!(texts(None, 3), ["4997", "4998", "4999"]);
        assert_eq!(texts(Some("a"), 2), ["4996", "4998"]);
        assert_eq!(texts(None, usize::MAX).len(), 2 * LINES_MAX);
        (0..100).for_each(|_| journal.line(line("a", &"x".repeat(60_000))));
        assert!(texts(Some("a"), usize::MAX).concat().len() <= LINE_BYTES_MAX);
        assert_eq!(journal.counts()[0].out, 2_600);
    }

    #[test]
    fn recent_events_are_bounded_in_number_and_bytes() {
        let journal = Journal::default();
        let app = AppName::parse("a").unwrap();
        let advise = |number, bytes| {
            journal.tell(&app, EventKind::Advice { number, text: "x".repeat(bytes) });
        };
        (0..2_000).for_each(|number| advise(number, 1));
        assert_eq!(journal.recent_events().len(), EVENTS_MAX);
        (0..1_000).for_each(|number| advise(number, 16_000));
        let events = journal.recent_events();
        assert_eq!(events.len(), EVENT_BYTES_MAX / 16_100, "as many as fit");
        assert!(matches!(events.last().unwrap().kind, EventKind::Advice { number: 999, .. }));
    }
}
