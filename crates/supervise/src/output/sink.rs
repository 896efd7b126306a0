//! Where lines go: a bounded queue, and a thread that writes what is in it.

use model::{AppName, LogLine};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Debug;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes that may wait for a slow terminal or disk: a burst of a hundred thousand usual lines.
const WAITING_BYTES_MAX: usize = 16 << 20;
/// What a line takes beside its text.
const LINE_BYTES: usize = 64;
/// Lines written at once.
const BATCH_MAX: usize = 512;
/// A sink is woken so often even without lines, to retry and to rotate.
const IDLE: Duration = Duration::from_secs(1);

/// Somewhere lines are written to. Its calls may block: it has a thread of its own.
pub trait Sink: Send + Debug {
    /// Write `lines`; and `dropped` lines were lost before them, because this was too slow.
    fn write(&mut self, lines: &[Arc<LogLine>], dropped: u64) -> Written;
}

/// What became of the lines given to a [`Sink`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// All are written.
    All,
    /// Some are lost; `news` is to be told, once.
    Lost {
        /// How many of each app.
        lines: Vec<(AppName, u64)>,
        /// Why, if that was not said before.
        news: Option<(AppName, String)>,
    },
}

/// Lines that wait for a sink.
#[derive(Debug, Default)]
pub struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    lines: VecDeque<Arc<LogLine>>,
    bytes: usize,
    /// Lost since the sink was last told.
    dropped_now: u64,
    dropped: BTreeMap<AppName, u64>,
    closed: bool,
    finished: bool,
}

impl Queue {
    /// Take `line`, or drop it when too much waits. Never blocks for longer than a copy takes.
    pub fn push(&self, line: Arc<LogLine>) {
        let mut state = self.state();
        let bytes = line.text.len() + LINE_BYTES;
        if state.bytes + bytes > WAITING_BYTES_MAX {
            state.dropped_now += 1;
            *state.dropped.entry(line.app.clone()).or_default() += 1;
            return;
        }
        state.bytes += bytes;
        state.lines.push_back(line);
        if state.lines.len() == 1 {
            self.changed.notify_all();
        }
    }

    /// Lines of `app` that were dropped ever.
    pub fn dropped(&self, app: &AppName) -> u64 {
        self.state().dropped.get(app).copied().unwrap_or(0)
    }

    /// No more lines will come; wait up to `limit` until those that wait are written.
    pub fn finish(&self, limit: Duration) {
        let mut state = self.state();
        state.closed = true;
        self.changed.notify_all();
        let wait = self.changed.wait_timeout_while(state, limit, |state| !state.finished);
        drop(wait);
    }

    /// Write what comes until [`Queue::finish`]; `tell` hears of trouble.
    pub fn drain(&self, mut sink: Box<dyn Sink>, tell: impl Fn(&AppName, String)) {
        loop {
            let state = self.state();
            let waits = self
                .changed
                .wait_timeout_while(state, IDLE, |state| state.lines.is_empty() && !state.closed);
            let (mut state, _) = waits.unwrap_or_else(PoisonError::into_inner);
            let count = state.lines.len().min(BATCH_MAX);
            let batch: Vec<_> = state.lines.drain(..count).collect();
            state.bytes -= batch.iter().map(|line| line.text.len() + LINE_BYTES).sum::<usize>();
            let dropped = std::mem::take(&mut state.dropped_now);
            let over = state.closed && state.lines.is_empty();
            drop(state);
            if let Written::Lost { lines, news } = sink.write(&batch, dropped) {
                let mut state = self.state();
                for (app, count) in lines {
                    *state.dropped.entry(app).or_default() += count;
                }
                drop(state);
                if let Some((app, text)) = news {
                    tell(&app, text);
                }
            }
            if over {
                self.state().finished = true;
                return self.changed.notify_all();
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Stream;
    use std::sync::mpsc;

    #[derive(Debug)]
    struct Slow {
        gate: mpsc::Receiver<()>,
        got: mpsc::Sender<(Vec<String>, u64)>,
    }

    impl Sink for Slow {
        fn write(&mut self, lines: &[Arc<LogLine>], dropped: u64) -> Written {
            let _ = self.gate.recv();
            let _ = self.got.send((lines.iter().map(|line| line.text.clone()).collect(), dropped));
            Written::All
        }
    }

    #[test]
    fn a_slow_sink_loses_lines_that_are_counted_and_holds_up_nobody() {
        let app = AppName::parse("web").unwrap();
        let line = |text: String| {
            Arc::new(LogLine { at_ms: 0, app: app.clone(), number: 0, stream: Stream::Out, text })
        };
        let queue = Arc::new(Queue::default());
        let ((open, gate), (got, written)) = (mpsc::channel(), mpsc::channel());
        let writer = std::thread::spawn({
            let queue = queue.clone();
            move || queue.drain(Box::new(Slow { gate, got }), |_, _| {})
        });
        for at in 0..1_000 {
            queue.push(line(format!("{at} {}", "x".repeat(40_000))));
        }
        let dropped = queue.dropped(&app);
        // Of 40 MB at most the queue and one batch of no more than that are held.
        assert!(dropped >= 100, "{dropped}");
        drop(open);
        queue.finish(Duration::from_secs(10));
        writer.join().unwrap();
        let batches: Vec<_> = written.iter().collect();
        let count: usize = batches.iter().map(|(lines, _)| lines.len()).sum();
        let told: u64 = batches.iter().map(|(_, dropped)| dropped).sum();
        assert_eq!((count as u64 + dropped, told), (1_000, dropped));
    }
}
