//! The history while Ostler runs: a snapshot a second goes in, questions are answered one at a time on a thread
//! of their own.

use super::history::{History, Lost, Size};
use super::query::Reply;
use super::question::{Ask, reply};
use super::shelf::Shelf;
use base::clock;
use meter::Snapshot;
use model::api::SeriesQuestion;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// Questions that may wait.
const WAITING_MAX: usize = 32;

/// How much is kept and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Series that may be live at once.
    pub series_max: usize,
    /// How long minutes are kept, in milliseconds.
    pub keep_ms: u64,
    /// Bytes on disk.
    pub disk_bytes_max: u64,
    /// The folder; made if need be.
    pub folder: PathBuf,
}

/// Where a reply goes.
type To = Box<dyn FnOnce(Reply) + Send>;

/// Metrics over time.
#[derive(Debug)]
pub struct Series {
    history: Mutex<History>,
    shelf: Mutex<Shelf>,
    questions: Mutex<Option<SyncSender<Job>>>,
    /// As of the last second, so that nobody waits to be told.
    figures: Mutex<(Size, Lost)>,
}

struct Job {
    question: SeriesQuestion,
    to: To,
}

impl Series {
    /// Ready for questions and snapshots; still empty.
    ///
    /// # Errors
    /// When the folder cannot be made, or no thread started.
    pub fn start(settings: Settings) -> io::Result<Arc<Self>> {
        let history = History::new(settings.series_max, settings.keep_ms);
        let shelf = Shelf::open(settings)?;
        let (questions, waiting) = sync_channel(WAITING_MAX);
        let series = Arc::new(Series {
            history: Mutex::new(history),
            shelf: Mutex::new(shelf),
            questions: Mutex::new(Some(questions)),
            figures: Mutex::default(),
        });
        let asked = Arc::downgrade(&series);
        let answer = move |waiting: Receiver<Job>| {
            for Job { question, to } in waiting {
                let Some(series) = asked.upgrade() else { return };
                to(reply(&question, &*series, clock::wall_ms()));
            }
        };
        std::thread::Builder::new().name("observe-ask".into()).spawn(move || answer(waiting))?;
        Ok(series)
    }

    /// Take in what earlier processes left in the folder, before the first snapshot. Questions wait meanwhile.
    pub fn load(&self) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.load(&mut self.history(), clock::wall_ms());
    }

    /// Take in what is now, and write what is due. Called once a second, by one thread.
    pub fn record(&self, snapshot: &Snapshot) {
        let done = self.history().record(snapshot);
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.turn(&self.history, done, snapshot.at_ms);
        let figures = {
            let history = self.history();
            (history.size(), history.lost)
        };
        *self.figures.lock().unwrap_or_else(PoisonError::into_inner) = figures;
    }

    /// Write everything: nothing is recorded any more, and another process may be.
    pub fn end(&self) {
        *self.questions.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.end(&self.history);
    }

    /// Answer a question, on another thread; at once if too many wait already.
    pub fn ask(&self, question: SeriesQuestion, to: impl FnOnce(Reply) + Send + 'static) {
        let job = Job { question, to: Box::new(to) };
        let questions = self.questions.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let refused = match questions {
            Some(questions) => questions.try_send(job).err().map(|error| match error {
                std::sync::mpsc::TrySendError::Full(job)
                | std::sync::mpsc::TrySendError::Disconnected(job) => job,
            }),
            None => Some(job),
        };
        if let Some(job) = refused {
            let error = "too many questions wait for an answer: ask less often";
            let body = serde_json::json!({
                "status": "error", "errorType": "unavailable", "error": error
            });
            (job.to)(Reply { status: 503, body: body.to_string() });
        }
    }

    /// How much is kept, and what was not.
    pub fn figures(&self) -> (Size, Lost) {
        *self.figures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn history(&self) -> std::sync::MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ask for Series {
    fn with<T>(&self, look: impl FnOnce(&History) -> T) -> T {
        look(&self.history())
    }
}
