use super::ingest::{self, Ingested};
use super::{LogShelf, Recorder, ship};
use crate::cli::{Exit, Failure};
use config::{Config, ObserveMetrics};
use control::place::Held;
use meter::{Snapshot, names};
use model::api::{Ingest, IngestReply};
use observe::series::{Lost, Series, Settings};
use observe::ship::Handle;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// For sending the last lines; what a target does not take in this time is sent by the next Ostler.
const LAST_LINES: Duration = Duration::from_secs(3);

/// The parts that keep and tell what is seen.
#[derive(Debug)]
pub struct Observed {
    /// What is sent to other systems.
    pub ship: Handle,
    /// The logs.
    pub logs: LogShelf,
    /// Metrics over time.
    pub series: Arc<Series>,
    /// What takes them, once a second.
    pub recorder: Recorder,
    /// What was made of logs that other programs sent.
    ingested: Arc<Ingested>,
}

impl Observed {
    /// As `[observe]` says; None: nothing is kept.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn start(config: &Config, held: &Held) -> Result<Option<Arc<Self>>, Failure> {
        let observe = &config.observe;
        if !observe.enabled {
            return Ok(None);
        }
        let usual = || held.place().state_folder().join("observe");
        let folder = observe.folder.clone().unwrap_or_else(usual);
        // What apps log is for the eyes of their owner only.
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder);
        made.map_err(|error| {
            let folder = folder.display();
            let text = format!(
                "cannot make {folder}, where metrics and logs are kept: {error}; name another folder \
                 with observe.folder, or set observe.enabled = false"
            );
            Failure::new(Exit::Unrunnable, text)
        })?;
        let logs = LogShelf::start(&observe.logs, &folder).map_err(|error| {
            let text = format!("cannot keep logs in {}: {error}", folder.display());
            Failure::new(Exit::Unrunnable, text)
        })?;
        let ship = ship::start(config, &folder, logs.clone())?;
        logs.ship(&ship);
        let series = start_series(&observe.metrics, &folder)?;
        let (recorder, ingested) = (Recorder::default(), Arc::default());
        Ok(Some(Arc::new(Observed { ship, logs, series, recorder, ingested })))
    }

    /// Take what workers write from now on.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn attach(&self, supervise: &supervise::Handle) -> io::Result<()> {
        supervise.attach(self.logs.sink())
    }

    /// Take logs that another program sends, on a thread that may work for a while.
    pub async fn ingest(&self, ingest: Ingest, body_bytes_max: usize) -> Option<IngestReply> {
        let (logs, ingested) = (self.logs.clone(), self.ingested.clone());
        let work = move || {
            let (records, reply) = ingest::read(&ingest, body_bytes_max);
            ingested.count(ingest.form, records.len(), reply.status);
            // What hears of lines, exports among it, hears of these too.
            logs.take(&records);
            reply
        };
        tokio::task::spawn_blocking(work).await.ok()
    }

    /// What of it a reload changes.
    pub fn apply(&self, config: &Config) {
        self.ship.configure(&config.observe.exports);
        self.logs.apply(&config.observe.logs);
    }

    /// Its metrics.
    pub fn write(&self, to: &mut Snapshot) {
        ship::write(to, &self.ship);
        self.write_metrics(to);
        self.logs.write(to);
        self.ingested.write(to);
    }

    /// Bring to its end what is under way, after the last worker.
    pub async fn finish(&self) {
        let (ship, logs) = (self.ship.clone(), self.logs.clone());
        // They wait for threads. Lines that are held back for more are shipped, too: so the logs come first.
        let last = move || {
            logs.finish();
            ship.finish(LAST_LINES);
        };
        let _ = tokio::task::spawn_blocking(last).await;
    }
}

impl Observed {
    /// Write what is counted of keeping.
    fn write_metrics(&self, to: &mut Snapshot) {
        let (size, lost) = self.series.figures();
        to.sample(&names::OBSERVE_METRICS_SERIES, &[], size.series);
        to.sample(&names::OBSERVE_METRICS_MEMORY, &[], size.memory_bytes);
        to.sample(&names::OBSERVE_METRICS_DISK, &[], size.disk_bytes);
        let Lost { series, clock, disk, corrupt } = lost;
        for (why, count) in
            [("series", series), ("clock", clock), ("disk", disk), ("corrupt", corrupt)]
        {
            to.sample(&names::OBSERVE_METRICS_DROPPED, &[why], count);
        }
    }
}

fn start_series(metrics: &ObserveMetrics, folder: &Path) -> Result<Arc<Series>, Failure> {
    let settings = Settings {
        series_max: metrics.series as usize,
        keep_ms: u64::try_from(metrics.keep.as_millis()).unwrap_or(u64::MAX),
        disk_bytes_max: metrics.disk_bytes,
        folder: folder.join("metrics"),
    };
    Series::start(settings).map_err(|error| {
        let text = format!(
            "{error}; metrics are kept there: name another folder with observe.folder, or set observe.enabled = false"
        );
        Failure::new(Exit::Unrunnable, text)
    })
}
