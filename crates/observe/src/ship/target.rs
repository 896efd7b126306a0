use super::encode::{bulk, fluent, lines, loki, otlp, otlp_metrics, remote_write};
use super::pack;
use super::queue::form::Kind;
use super::queue::{Batch, Limits, Queue};
use super::send::Phase;
use crate::lock::lock;
use crate::{Level, Record};
use base::random::Random;
use config::{Export, ExportForm, ExportTo};
use meter::Snapshot;
use model::api::ExportStatus;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};

/// So many bytes of lines are sent at once.
const BATCH_BYTES: usize = 1 << 20;
/// What a record costs beside its texts.
const RECORD_BYTES: usize = 128;

/// Moments may come a little early.
const EVERY_SLACK_MS: u64 = 250;

/// One target: what is collected for it, its queue and its figures.
#[derive(Debug)]
pub struct Target {
    pub export: Export,
    level: Level,
    folder: PathBuf,
    queue: Mutex<Option<Queue>>,
    pending: Mutex<Pending>,
    /// Of which moment samples were queued last.
    measured_ms: AtomicU64,
    wake: Notify,
    pub phase: watch::Sender<Phase>,
    figures: Figures,
    tell: Tell,
}

/// Says a line to people.
#[derive(Clone)]
pub struct Tell(pub Arc<dyn Fn(String) + Send + Sync>);

impl std::fmt::Debug for Tell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tell")
    }
}

/// What is not encoded yet.
#[derive(Debug)]
struct Pending {
    records: Vec<Arc<Record>>,
    bytes: usize,
    since: Option<Instant>,
    random: Random,
}

#[derive(Debug, Default)]
struct Figures {
    /// Collected, and not queued yet.
    pending: AtomicU64,
    waiting: AtomicU64,
    waiting_bytes: AtomicU64,
    sent: AtomicU64,
    pushed_out: AtomicU64,
    disk: AtomicU64,
    refused: AtomicU64,
    failures: AtomicU64,
    fault: Mutex<Fault>,
}

/// How it fails.
#[derive(Debug, Default)]
struct Fault {
    last: Option<(u64, String)>,
    /// Since when it fails, in milliseconds since 1970.
    since_ms: Option<u64>,
}

/// About how much memory a record takes.
pub fn size(record: &Record) -> usize {
    let fields = record.fields.iter().map(|(name, value)| name.len() + value.len() + 48);
    RECORD_BYTES + record.text.len() + record.raw.len() + fields.sum::<usize>()
}

impl Target {
    /// A target whose queue lies in `folder`.
    pub fn new(export: Export, folder: PathBuf, tell: Tell, seed: u64) -> Self {
        let pending =
            Pending { records: Vec::new(), bytes: 0, since: None, random: Random::new(seed) };
        let target = Target {
            level: Level::named(export.level).unwrap_or(Level::Trace),
            export,
            folder,
            queue: Mutex::new(None),
            pending: Mutex::new(pending),
            measured_ms: AtomicU64::new(0),
            wake: Notify::new(),
            phase: watch::Sender::new(Phase::Run),
            figures: Figures::default(),
            tell,
        };
        // What an earlier process left need not wait for the first line.
        target.with_queue(|_| ());
        target
    }

    /// The queue, opened if need be.
    fn with_queue<T>(&self, work: impl FnOnce(&mut Queue) -> T) -> Option<T> {
        let mut held = lock(&self.queue);
        if held.is_none() {
            let limits = Limits { bytes_max: self.export.queue_bytes_max };
            match Queue::open(&self.folder, limits, base::clock::wall_ms()) {
                Ok(queue) => *held = Some(queue),
                Err(error) => {
                    drop(held);
                    self.failed(format!("its queue cannot be opened: {error}"));
                    return None;
                }
            }
        }
        let queue = held.as_mut()?;
        let done = work(queue);
        let lost = queue.lost();
        self.figures.waiting.store(queue.records(), Relaxed);
        self.figures.waiting_bytes.store(queue.waiting_bytes(), Relaxed);
        self.figures.pushed_out.fetch_add(lost.pushed_out, Relaxed);
        self.figures.disk.fetch_add(lost.disk, Relaxed);
        Some(done)
    }

    /// Collect records of a grave enough level.
    pub fn collect(&self, records: &[Arc<Record>], now: Instant) {
        if !self.export.logs {
            return;
        }
        for record in records.iter().filter(|record| record.level >= self.level) {
            let mut pending = lock(&self.pending);
            pending.bytes += size(record);
            pending.records.push(Arc::clone(record));
            self.figures.pending.fetch_add(1, Relaxed);
            pending.since.get_or_insert(now);
            if pending.bytes >= BATCH_BYTES {
                self.append(&mut pending);
            }
        }
    }

    /// Queue the samples of a moment, if it is time.
    pub fn measure(&self, snapshot: &Snapshot, since_ms: u64) {
        if !self.export.metrics {
            return;
        }
        let every_ms = u64::try_from(self.export.every.as_millis()).unwrap_or(u64::MAX);
        // Moments come about once a second, not to the millisecond. A clock that was set back begins anew.
        let last_ms = self.measured_ms.load(Relaxed);
        let soon = last_ms + every_ms.saturating_sub(EVERY_SLACK_MS);
        if (last_ms..soon).contains(&snapshot.at_ms) {
            return;
        }
        self.measured_ms.store(snapshot.at_ms, Relaxed);
        let labels = &self.export.labels;
        let body = match &self.export.to {
            ExportTo::Http(http) if http.form == ExportForm::Prometheus => {
                remote_write::body(snapshot, labels)
            }
            ExportTo::Http(http) if http.gzip => otlp_metrics::body(snapshot, since_ms, labels)
                .map(|(count, body)| (count, pack::gzip(&body))),
            _ => otlp_metrics::body(snapshot, since_ms, labels),
        };
        if let Some((count, body)) = body {
            self.enqueue(Kind::Metrics, count, body);
        }
    }

    /// Queue what was collected for long enough. When to come again, if something is left.
    pub fn flush(&self, now: Instant, all: bool) -> Option<Instant> {
        let mut pending = lock(&self.pending);
        let due = pending.since? + self.export.delay;
        if all || due <= now {
            self.append(&mut pending);
            return None;
        }
        Some(due)
    }

    fn append(&self, pending: &mut Pending) {
        let records = std::mem::take(&mut pending.records);
        (pending.bytes, pending.since) = (0, None);
        for (count, payload) in self.encode(&records, &mut pending.random) {
            self.enqueue(Kind::Logs, count, payload);
        }
        self.figures.pending.store(0, Relaxed);
    }

    /// Put a body into the queue.
    pub fn enqueue(&self, kind: Kind, records: usize, payload: Vec<u8>) {
        let records = u32::try_from(records).unwrap_or(u32::MAX);
        match self.with_queue(|queue| queue.append(kind, records, payload)) {
            Some(Ok(())) => {}
            Some(Err(error)) => self.failed(format!("its queue cannot be written: {error}")),
            None => {
                self.figures.disk.fetch_add(records.into(), Relaxed);
            }
        }
        self.wake.notify_one();
    }

    fn encode(&self, records: &[Arc<Record>], random: &mut Random) -> Vec<(usize, Vec<u8>)> {
        if records.is_empty() {
            return Vec::new();
        }
        let labels = &self.export.labels;
        match &self.export.to {
            ExportTo::Http(http) => {
                let body = match &http.form {
                    ExportForm::Elasticsearch { index } => bulk::body(records, index, labels),
                    ExportForm::Loki => loki::body(records, labels),
                    ExportForm::Otlp => otlp::body(records, labels),
                    ExportForm::Prometheus => return Vec::new(),
                };
                let body = if http.gzip { pack::gzip(&body) } else { body };
                vec![(records.len(), body)]
            }
            ExportTo::Fluent(fluent) => fluent::entries(records, &fluent.tag, labels)
                .into_iter()
                .map(|entries| {
                    let chance =
                        u128::from(random.next_u64()) << 64 | u128::from(random.next_u64());
                    let packed = pack::gzip(&entries.bytes);
                    (entries.count, fluent::message(&entries.tag, &packed, entries.count, chance))
                })
                .collect(),
            ExportTo::File(_) => vec![(records.len(), lines::body(records, labels))],
        }
    }

    /// The oldest batch, the same until [`Target::done`].
    pub fn oldest(&self) -> Option<Batch> {
        self.with_queue(Queue::oldest).flatten()
    }

    /// That batch need not be sent any more.
    pub fn done(&self) {
        self.with_queue(Queue::done);
    }

    /// That batch was not sent. What others left is looked for, since it is older.
    pub fn put_back(&self, batch: &Batch) {
        self.with_queue(|queue| {
            queue.put_back(batch.records);
            queue.adopt();
        });
    }

    /// Wait for something to send; at most that long, after which what others left is looked for.
    pub async fn wait(&self, limit: Duration) {
        if tokio::time::timeout(limit, self.wake.notified()).await.is_err() {
            self.with_queue(Queue::adopt);
        }
    }

    /// Bring what waits for longer to the disk. Not held meanwhile: nobody waits for that.
    pub fn sync(&self) {
        let file = lock(&self.queue).as_mut().and_then(Queue::to_sync);
        // A disk that does not sync shows in what comes next.
        let _ = file.map(|file| file.sync_data());
    }

    /// It has so many records more.
    pub fn sent(&self, records: u64) {
        self.figures.sent.fetch_add(records, Relaxed);
        let since = lock(&self.figures.fault).since_ms.take();
        if let Some(since_ms) = since {
            let took = Duration::from_millis(base::clock::wall_ms().saturating_sub(since_ms));
            let (name, took) = (&self.export.name, base::units::show_duration(took));
            (self.tell.0)(format!("export {name}: works again after {took}"));
        }
    }

    /// It will never take so many records.
    pub fn refused(&self, records: u64, why: &str) {
        if records > 0 {
            self.figures.refused.fetch_add(records, Relaxed);
            let why = format!("{records} were refused: {why}");
            let first = self.note(why.clone());
            if first {
                (self.tell.0)(format!("export {}: {why}", self.export.name));
            }
        }
    }

    /// A try came to nothing.
    pub fn failed(&self, why: String) {
        self.figures.failures.fetch_add(1, Relaxed);
        self.note(why.clone());
        let first = {
            let mut fault = lock(&self.figures.fault);
            let first = fault.since_ms.is_none();
            fault.since_ms.get_or_insert(base::clock::wall_ms());
            first
        };
        if first {
            let (name, place) = (&self.export.name, self.export.place());
            (self.tell.0)(format!(
                "export {name} ({place}): {why}; what is to be sent waits on disk"
            ));
        }
    }

    /// Note what went wrong last. Whether it is another thing than before.
    fn note(&self, why: String) -> bool {
        let mut fault = lock(&self.figures.fault);
        let other = fault.last.as_ref().is_none_or(|(_, last)| *last != why);
        fault.last = Some((base::clock::wall_ms(), why));
        other
    }

    /// How it is. Waits for no disk.
    pub fn status(&self) -> ExportStatus {
        let count = |figure: &AtomicU64| figure.load(Relaxed);
        let fault = lock(&self.figures.fault);
        ExportStatus {
            name: self.export.name.clone(),
            to: self.export.form().into(),
            place: self.export.place(),
            waiting: count(&self.figures.waiting) + count(&self.figures.pending),
            waiting_bytes: count(&self.figures.waiting_bytes),
            sent: count(&self.figures.sent),
            dropped_full: count(&self.figures.pushed_out),
            dropped_disk: count(&self.figures.disk),
            dropped_refused: count(&self.figures.refused),
            failures: count(&self.figures.failures),
            failing_since_ms: fault.since_ms,
            last_error: fault.last.as_ref().map(|(_, text)| text.clone()),
            last_error_ms: fault.last.as_ref().map(|(at_ms, _)| *at_ms),
        }
    }
}
