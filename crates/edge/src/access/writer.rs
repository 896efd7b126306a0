//! The thread that writes the lines of all edge threads.

use super::lane::{Batch, Way};
use super::line;
use super::trouble::Trouble;
use crate::meters::Counter;
use crate::news::News;
use base::clock;
use config::AccessLogFormat;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// Batches that may wait for the writer: at 128 requests each more than a second of the fastest
/// edge.
const BATCHES_MAX: usize = 512;
/// Emptied batches that are kept for each lane.
const EMPTIED_MAX: usize = 8;
/// Bytes written at once, about.
const CHUNK_BYTES: usize = 256 * 1024;
/// How soon something that is yet to be told is looked at again.
const LOOK: Duration = Duration::from_secs(1);
/// How long the last lines may take at the end.
const FINISH_TIMEOUT: Duration = Duration::from_secs(2);

/// Somewhere lines go to. Its calls may block: the writer has a thread of its own.
pub trait Sink: fmt::Debug + Send + Sync {
    /// Write whole lines, each with its newline.
    ///
    /// # Errors
    /// When they cannot be written; they are lost then, and the next ones tried.
    fn write(&self, lines: &[u8]) -> io::Result<()>;
}

/// An access log.
#[derive(Debug, Clone)]
pub struct Access {
    /// How a line looks.
    pub format: AccessLogFormat,
    /// Where lines go.
    pub sink: Arc<dyn Sink>,
}

/// Counts of lines.
#[derive(Debug, Default)]
pub(crate) struct AccessMeters {
    pub written: Counter,
    /// Dropped because writing is too slow.
    pub slow: Counter,
    /// Lost because they could not be written.
    pub failed: Counter,
}

/// What lanes and the writer share.
#[derive(Debug)]
pub(super) struct Shared {
    pub is_on: AtomicBool,
    access: Mutex<Option<Access>>,
    pub meters: Arc<AccessMeters>,
}

/// The handle to the writer. Its thread ends when the lanes are gone.
#[derive(Debug)]
pub(crate) struct Writer {
    shared: Arc<Shared>,
    end: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Writer {
    /// Start the thread; returns what each edge thread makes its lane of as well.
    ///
    /// # Errors
    /// When the thread cannot be made.
    pub(crate) fn start(
        lanes: usize,
        meters: Arc<AccessMeters>,
        news: News,
    ) -> io::Result<(Self, Vec<Way>)> {
        let access = Mutex::new(None);
        let shared = Arc::new(Shared { is_on: AtomicBool::new(false), access, meters });
        let (out, batches) = sync_channel(BATCHES_MAX);
        let (mut backs, mut ways) = (Vec::new(), Vec::new());
        for number in 0..lanes {
            let (back, emptied) = sync_channel(EMPTIED_MAX);
            backs.push(back);
            ways.push(Way { shared: shared.clone(), number, out: out.clone(), emptied });
        }
        let (ended, end) = oneshot::channel();
        let mut work = Work { shared: shared.clone(), backs, news, trouble: Trouble::default() };
        std::thread::Builder::new().name("access-log".into()).spawn(move || {
            work.run(&batches);
            let _ = ended.send(());
        })?;
        Ok((Writer { shared, end: Mutex::new(Some(end)) }, ways))
    }

    /// Write to another place, or nowhere, from the next batch on.
    pub(crate) fn switch(&self, access: Option<Access>) {
        let is_on = access.is_some();
        *self.shared.access.lock().unwrap_or_else(PoisonError::into_inner) = access;
        self.shared.is_on.store(is_on, Relaxed);
    }

    /// The edge threads have ended: wait until the last lines are written, but not for ever.
    pub(crate) async fn finish(&self) {
        let end = self.end.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(end) = end {
            let _ = tokio::time::timeout(FINISH_TIMEOUT, end).await;
        }
    }
}

struct Work {
    shared: Arc<Shared>,
    /// To each lane: batches to be filled again.
    backs: Vec<SyncSender<Batch>>,
    news: News,
    trouble: Trouble,
}

impl Work {
    fn run(&mut self, batches: &Receiver<Batch>) {
        let mut out = Vec::new();
        loop {
            let first = match self.trouble.owes() {
                true => batches.recv_timeout(LOOK),
                false => batches.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match first {
                Ok(first) => self.write(first, batches, &mut out),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            let slow = self.trouble.slow(clock::now(), self.shared.meters.slow.get());
            slow.iter().for_each(|text| self.news.say(text));
        }
    }

    /// Write `first` and what else is there, up to about a chunk.
    fn write(&mut self, first: Batch, batches: &Receiver<Batch>, out: &mut Vec<u8>) {
        let access = self.shared.access.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (mut next, mut lines) = (Some(first), 0);
        out.clear();
        while let Some(batch) = next {
            if let Some(access) = &access {
                lines += batch.records.len() as u64;
                format(&batch, access.format, out);
            }
            if let Some(back) = self.backs.get(batch.lane) {
                // If enough are on their way back, this one's memory is given up.
                let _ = back.try_send(batch.emptied());
            }
            next = if out.len() < CHUNK_BYTES { batches.try_recv().ok() } else { None };
        }
        let Some(access) = access.filter(|_| lines > 0) else { return };
        let result = access.sink.write(out).map_err(|error| error.to_string());
        let meters = &self.shared.meters;
        let counter = if result.is_ok() { &meters.written } else { &meters.failed };
        counter.add(lines);
        self.trouble.wrote(lines, &result).iter().for_each(|text| self.news.say(text));
    }
}

fn format(batch: &Batch, format: AccessLogFormat, out: &mut Vec<u8>) {
    let mut texts = &batch.texts[..];
    for record in &batch.records {
        let (mine, rest) = texts.split_at_checked(record.text_bytes()).unwrap_or((texts, &[]));
        texts = rest;
        let line = record.line(batch.begin, mine);
        match format {
            AccessLogFormat::Json => line::json(&line, out),
            AccessLogFormat::Combined => line::combined(&line, out),
        }
    }
}
