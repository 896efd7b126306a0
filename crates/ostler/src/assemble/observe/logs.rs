//! The logs: lines of workers and Ostler's own news go in, answers for the admin API come out.

use base::clock;
use config::KeptLogs;
use control::{Answer, Declined, Feed};
use meter::{Snapshot, names};
use model::LogLine;
use model::api::{LogCount, LogCounts, LogEntry, LogSearch};
use observe::log::{
    Counts, FieldTest, Logs, Query, REDACTED, Settings, Text, literal, moment, pattern,
};
use observe::ship::Handle;
use observe::{Level, Record};
use std::io;
use std::path::Path;
use std::sync::Arc;
use supervise::output::{Sink, Written};
use tokio::sync::{Semaphore, broadcast, mpsc, oneshot};

/// Searches at once: each has a thread.
const SEARCHES_MAX: usize = 4;
/// Entries that are handed over at once, and bytes of them.
const BATCH_MAX: usize = 64;
const BATCH_BYTES_MAX: usize = 256 << 10;
/// Entries that a follower may lag behind before it loses some.
const LAG_MAX: usize = 1_024;
/// Stretches of time that are counted at most.
const STRETCHES_MAX: u64 = 11_000;

/// The logs that are kept. Cloning shares them.
#[derive(Debug, Clone)]
pub struct LogShelf {
    logs: Arc<Logs>,
    searches: Arc<Semaphore>,
}

/// Takes lines from supervise. Only memory is between.
#[derive(Debug)]
struct Intake(Arc<Logs>);

impl Sink for Intake {
    fn write(&mut self, lines: &[Arc<LogLine>], dropped: u64) -> Written {
        if dropped > 0 || !lines.is_empty() {
            self.0.offer(lines, dropped);
        }
        Written::All
    }
}

impl LogShelf {
    /// Keep logs below `folder`.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn start(config: &KeptLogs, folder: &Path) -> io::Result<Self> {
        let logs = Logs::start(settings(config, folder), Box::new(super::super::news::say))?;
        Ok(LogShelf { logs, searches: Arc::new(Semaphore::new(SEARCHES_MAX)) })
    }

    /// What of it a reload changes.
    pub fn apply(&self, config: &KeptLogs) {
        self.logs.set(|old| settings(config, old.folder.parent().unwrap_or(&old.folder)));
    }

    /// Its metrics.
    pub fn write(&self, to: &mut Snapshot) {
        let figures = self.logs.figures();
        to.sample(&names::OBSERVE_LOGS_LINES, &[], figures.lines);
        to.sample(&names::OBSERVE_LOGS_BYTES, &[], figures.bytes);
        to.sample(&names::OBSERVE_LOGS_REDACTED, &[], figures.redacted);
        let dropped =
            [("slow", figures.missed), ("full", figures.lost), ("expired", figures.expired)];
        for (reason, count) in dropped {
            to.sample(&names::OBSERVE_LOGS_DROPPED, &[reason], count);
        }
        to.sample(&names::OBSERVE_LOGS_DAMAGED, &[], figures.damaged);
        to.sample(&names::OBSERVE_LOGS_STORED, &[], figures.disk_lines);
        to.sample(&names::OBSERVE_LOGS_DISK, &[], figures.disk_bytes);
        to.sample(&names::OBSERVE_LOGS_MEMORY, &[], figures.memory_bytes);
    }

    /// Where supervise writes lines to.
    pub fn sink(&self) -> Box<dyn Sink> {
        Box::new(Intake(self.logs.clone()))
    }

    /// Give every line to those who ship lines to other systems.
    pub fn ship(&self, ship: &Handle) {
        let (wants, hear) = (ship.clone(), ship.clone());
        let listener = move |records: &[Arc<Record>]| {
            hear.offer(records);
            true
        };
        self.logs.listen(
            Query::default(),
            Box::new(move || wants.has_targets()),
            Box::new(listener),
        );
    }

    /// Keep what other programs sent.
    pub fn take(&self, records: &[Record]) {
        self.logs.take(records);
    }

    /// Keep news of Ostler's own.
    pub fn say(&self, level: Level, text: &str) {
        self.logs.say(level, text);
    }

    /// Write what is not on disk, after the last line.
    pub fn finish(&self) {
        self.logs.finish();
    }

    /// The lines that are looked for, newest first.
    pub fn search(&self, search: &LogSearch) -> Answer<mpsc::Receiver<Vec<LogEntry>>> {
        let (logs, limit) = (self.logs.clone(), search.limit);
        let (sender, receiver) = mpsc::channel(4);
        let started = query(search).and_then(|query| {
            self.begin(move || {
                let mut batch = Batch { sender, entries: Vec::new(), bytes: 0 };
                let sender = batch.sender.clone();
                let mut left = limit;
                if left > 0 {
                    let give = |record: Record| {
                        left -= 1;
                        batch.push(entry(record)) && left > 0
                    };
                    // Who asked sees what was found before memory ran out.
                    let _ = logs.search(&query, || sender.is_closed(), give);
                }
                batch.send();
            })
        });
        Box::pin(async move { started.map(|()| receiver) })
    }

    /// The newest of the lines that are looked for, oldest first, then those that come.
    pub fn follow(&self, search: &LogSearch) -> Answer<Feed<LogEntry>> {
        let (logs, limit) = (self.logs.clone(), search.limit);
        let (send, live) = broadcast::channel(LAG_MAX);
        let (answer, answered) = oneshot::channel();
        let started = query(search).and_then(|query| {
            self.begin(move || {
                let listener = move |records: &[Arc<Record>]| {
                    for record in records {
                        let _ = send.send(Arc::new(entry(Record::clone(record))));
                    }
                    send.receiver_count() > 0
                };
                let _ = answer.send(logs.follow(&query, limit, Box::new(listener)));
            })
        });
        Box::pin(async move {
            started?;
            let past = answered.await.map_err(|_| broken())?.map_err(failed)?;
            Ok(Feed::new(live, past.into_iter().map(|record| Arc::new(entry(record))).collect()))
        })
    }

    /// How many lines that are looked for there are over time.
    pub fn count(&self, search: &LogSearch, step_ms: u64) -> Answer<LogCounts> {
        let logs = self.logs.clone();
        let (answer, answered) = oneshot::channel();
        let started = query(search).and_then(|query| {
            let span = query.until_ms.unwrap_or_else(clock::wall_ms).saturating_sub(query.from_ms);
            if query.from_ms > 0 && span / step_ms > STRETCHES_MAX {
                let text = format!("At most {STRETCHES_MAX} stretches are counted: ask for less time, or a longer step.");
                return Err(Declined::Impossible(text));
            }
            self.begin(move || {
                let counts = logs.counts(&query, step_ms, || answer.is_closed());
                let _ = answer.send(counts);
            })
        });
        Box::pin(async move {
            started?;
            Ok(counts(&answered.await.map_err(|_| broken())?.map_err(failed)?))
        })
    }

    /// Do something that reads on a thread of its own.
    fn begin(&self, work: impl FnOnce() + Send + 'static) -> Result<(), Declined> {
        let permit = self.searches.clone().try_acquire_owned();
        let permit = permit.map_err(|_| {
            Declined::Busy(format!("{SEARCHES_MAX} searches are under way: wait for one to end."))
        })?;
        let work = move || {
            work();
            drop(permit);
        };
        std::thread::Builder::new().name("log-search".into()).spawn(work).map(drop).map_err(failed)
    }
}

/// As `[observe.logs]` says, in a folder below `folder`.
fn settings(config: &KeptLogs, folder: &Path) -> Settings {
    let usual = REDACTED.iter().map(|name| (*name).to_owned());
    Settings {
        folder: folder.join("logs"),
        disk_bytes_max: config.disk_bytes_max,
        age_max: config.age_max,
        redact: config
            .redact
            .iter()
            .flat_map(|names| usual.clone().chain(names.iter().cloned()))
            .collect(),
    }
}

/// Entries on their way to who asked.
struct Batch {
    sender: mpsc::Sender<Vec<LogEntry>>,
    entries: Vec<LogEntry>,
    bytes: usize,
}

impl Batch {
    /// False: nobody takes them.
    fn push(&mut self, entry: LogEntry) -> bool {
        self.bytes += entry.raw.len();
        self.entries.push(entry);
        (self.entries.len() < BATCH_MAX && self.bytes < BATCH_BYTES_MAX) || self.send()
    }

    fn send(&mut self) -> bool {
        self.bytes = 0;
        let entries = std::mem::take(&mut self.entries);
        entries.is_empty() || self.sender.blocking_send(entries).is_ok()
    }
}

fn failed(error: io::Error) -> Declined {
    Declined::Failed(format!("The logs cannot be searched: {error}."))
}

fn broken() -> Declined {
    Declined::Failed("The search broke off.".into())
}

/// What is asked for, checked.
pub fn query(search: &LogSearch) -> Result<Query, Declined> {
    let wrong = |error: &dyn std::fmt::Display| Declined::Impossible(format!("{error}."));
    let now_ms = clock::wall_ms();
    let time = |name: &str, text: &Option<String>| -> Result<Option<u64>, Declined> {
        let Some(text) = text else { return Ok(None) };
        moment(text, now_ms).map(Some).ok_or_else(|| {
            let text = format!(
                "{name}={text}: write how long ago (15m), a time (2026-11-25T14:48:44Z), a day (2026-11-25), or seconds \
                 since the Unix epoch."
            );
            Declined::Impossible(text)
        })
    };
    let level = search.level.as_ref().map(|level| {
        Level::named(level).ok_or_else(|| {
            Declined::Impossible(format!(
                "level={level}: write trace, debug, info, warn, error or fatal."
            ))
        })
    });
    let mut query = Query {
        from_ms: time("since", &search.since)?.unwrap_or(0),
        until_ms: time("until", &search.until)?,
        app: search.app.as_deref().map(Into::into),
        worker: search.worker,
        stream: search.stream,
        level: level.transpose()?,
        ..Query::default()
    };
    for text in &search.grep {
        match search.ignore_case {
            true => query.patterns.push(literal(text).map_err(|error| wrong(&error))?),
            false => query.texts.push(Text::new(text)),
        }
    }
    for text in &search.regex {
        query.patterns.push(pattern(text, search.ignore_case).map_err(|error| wrong(&error))?);
    }
    for field in &search.fields {
        query.fields.push(FieldTest::parse(field).map_err(|error| wrong(&error))?);
    }
    query.check().map_err(|error| wrong(&error))
}

/// As it is told.
pub fn entry(record: Record) -> LogEntry {
    LogEntry {
        at_ms: record.at_ms,
        app: record.app.as_ref().into(),
        worker: record.worker,
        stream: record.stream,
        level: record.level.name().into(),
        text: record.text,
        fields: record.fields.into_iter().collect(),
        trace_id: record.trace_id,
        request_id: record.request_id,
        raw: record.raw,
    }
}

fn counts(counts: &Counts) -> LogCounts {
    let each = counts.counts.iter().map(|(at_ms, sums)| {
        let levels = Level::ALL.iter().zip(sums).filter(|(_, sum)| **sum > 0);
        LogCount {
            at_ms: *at_ms,
            levels: levels.map(|(level, sum)| (level.name().into(), *sum)).collect(),
        }
    });
    LogCounts {
        step_ms: counts.step_ms,
        from_ms: counts.counts.keys().next().copied().unwrap_or(0),
        counts: each.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_say_what_is_wrong_with_them() {
        let check = |search: LogSearch, want: &str| {
            let error = query(&search).unwrap_err().to_string();
            assert!(error.contains(want), "{error}");
        };
        check(
            LogSearch { level: Some("loud".into()), ..LogSearch::default() },
            "write trace, debug",
        );
        check(LogSearch { since: Some("soon".into()), ..LogSearch::default() }, "15m");
        check(LogSearch { regex: vec!["a(".into()], ..LogSearch::default() }, "unclosed group");
        check(LogSearch { fields: vec!["a".into()], ..LogSearch::default() }, "name=value");
        check(LogSearch { grep: vec!["a".into(); 65], ..LogSearch::default() }, "64 conditions");
    }

    #[test]
    fn without_regard_to_case_a_text_is_still_a_text() {
        let search = LogSearch {
            grep: vec!["a.b (É) \\w-1".into()],
            ignore_case: true,
            ..LogSearch::default()
        };
        let found = query(&search).unwrap();
        assert!(found.patterns[0].is_match("xA.B (é) \\W-1"));
        assert!(!found.patterns[0].is_match("axb (é) \\w-1"));
    }
}
