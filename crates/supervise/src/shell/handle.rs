//! How the rest of Ostler talks to the supervise thread.

use super::message::{Command, Reports};
use super::metrics;
use crate::error::CommandError;
use crate::output::{Journal, Queue, Sink};
use config::App;
use meter::Snapshot;
use model::api::{AppStatus, ReloadReport, ScaleReport};
use model::{AppName, Event, Fleet, LogLine};
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

/// Commands that may wait.
const COMMANDS_MAX: usize = 64;

/// The fleets that handles look at.
pub type FleetList = Vec<(AppName, watch::Receiver<Arc<Fleet>>)>;

/// Cloneable view of, and commands to, the supervisor. When the last one is dropped, all workers
/// are killed.
#[derive(Debug, Clone)]
pub struct Handle {
    commands: mpsc::Sender<Command>,
    journal: Arc<Journal>,
    fleets: watch::Receiver<FleetList>,
    status: watch::Receiver<Arc<Vec<AppStatus>>>,
}

/// The supervise thread's ends.
pub struct Senders {
    pub fleets: watch::Sender<FleetList>,
    pub status: watch::Sender<Arc<Vec<AppStatus>>>,
}

/// A handle, and the ends it is connected to.
pub fn connect() -> (Handle, mpsc::Receiver<Command>, Senders) {
    let (commands, inbox) = mpsc::channel(COMMANDS_MAX);
    let (fleets, fleets_view) = watch::channel(FleetList::new());
    let (status, status_view) = watch::channel(Arc::default());
    let handle =
        Handle { commands, journal: Arc::default(), fleets: fleets_view, status: status_view };
    (handle, inbox, Senders { fleets, status })
}

impl Handle {
    /// The workers of each app, in the order of the config. After [`Handle::apply`] the list is
    /// another.
    pub fn fleets(&self) -> Vec<watch::Receiver<Arc<Fleet>>> {
        self.fleets.borrow().iter().map(|(_, fleet)| fleet.clone()).collect()
    }

    /// All apps, refreshed once a second and at each change of a worker's state.
    pub fn status(&self) -> watch::Receiver<Arc<Vec<AppStatus>>> {
        self.status.clone()
    }

    /// Every line that workers write from now on. Who lags behind loses lines, and learns how many.
    pub fn logs(&self) -> broadcast::Receiver<Arc<LogLine>> {
        self.journal.lines()
    }

    /// The last lines of one app, or of all, oldest first.
    pub fn recent_logs(&self, app: Option<&AppName>, lines: usize) -> Vec<Arc<LogLine>> {
        self.journal.recent_lines(app, lines)
    }

    /// Every event from now on.
    pub fn events(&self) -> broadcast::Receiver<Arc<Event>> {
        self.journal.events()
    }

    /// The last events, oldest first.
    pub fn recent_events(&self) -> Vec<Arc<Event>> {
        self.journal.recent_events()
    }

    /// Write all lines to `sink` too, on a thread of its own that ends with the supervisor. Lines
    /// that were written before are handed over first, as far as they are kept.
    pub fn attach(&self, sink: Box<dyn Sink>) -> std::io::Result<()> {
        let queue = Arc::new(Queue::default());
        let (journal, waiting) = (self.journal.clone(), queue.clone());
        let write = move || {
            let advise = |app: &AppName, text| {
                journal.tell(app, model::EventKind::Advice { number: 0, text });
            };
            waiting.drain(sink, advise);
        };
        std::thread::Builder::new().name("supervise.out".into()).spawn(write)?;
        self.journal.attach(queue);
        Ok(())
    }

    /// Replace all workers of an app, or of all apps, the new ones ready first. Resolves when the
    /// new ones serve, or when it is clear that they will not.
    pub async fn reload(&self, app: Option<AppName>) -> Result<Vec<ReloadReport>, CommandError> {
        let reports = self.ask(|reply| Command::Reload(app, reply)).await?;
        Ok(all(reports).await)
    }

    /// Run these apps and no others: new ones are started, changed ones reloaded, the rest stopped.
    /// A report for each app that is new or changed, once it serves or it is known that it will not.
    pub async fn apply(&self, apps: Vec<App>) -> Vec<ReloadReport> {
        match self.ask(|reply| Command::Apply(apps, reply)).await {
            Ok(reports) => all(reports).await,
            Err(_) => Vec::new(),
        }
    }

    /// Run so many workers of an app; automatic scaling keeps off until the config asks for
    /// another number.
    pub async fn scale(&self, app: AppName, workers: u32) -> Result<ScaleReport, CommandError> {
        self.ask(|reply| Command::Scale(app, workers, reply)).await
    }

    /// Replace one worker. Resolves when the new one serves.
    pub async fn restart(&self, app: AppName, number: u32) -> Result<(), CommandError> {
        self.ask(|reply| Command::Restart(app, number, reply)).await
    }

    /// Drain and end everything. Resolves when no child is left and all lines are written.
    pub async fn stop(&self) {
        self.end(Command::Stop).await;
    }

    /// End everything at once. Resolves as [`Handle::stop`], which it may follow.
    pub async fn kill_now(&self) {
        self.end(Command::KillNow).await;
    }

    /// Write the metrics of all apps.
    pub fn write(&self, to: &mut Snapshot) {
        metrics::write(&self.status.borrow().clone(), &self.journal.counts(), to);
        let fleets: Vec<_> = self.fleets().iter().map(|fleet| fleet.borrow().clone()).collect();
        metrics::write_durations(&fleets, to);
    }

    pub(super) fn journal(&self) -> Arc<Journal> {
        self.journal.clone()
    }

    async fn ask<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<Result<T, CommandError>>) -> Command,
    ) -> Result<T, CommandError> {
        let (reply, answer) = oneshot::channel();
        let sent = self.commands.send(command(reply)).await;
        sent.map_err(|_| CommandError::Stopping)?;
        answer.await.unwrap_or(Err(CommandError::Stopping))
    }

    async fn end(&self, command: impl FnOnce(oneshot::Sender<()>) -> Command) {
        let (done, answer) = oneshot::channel();
        if self.commands.send(command(done)).await.is_ok() {
            let _ = answer.await; // an error only says that the end was there already
        }
    }
}

async fn all(reports: Reports) -> Vec<ReloadReport> {
    let mut done = Vec::with_capacity(reports.len());
    for report in reports {
        done.extend(report.await.ok());
    }
    done
}
