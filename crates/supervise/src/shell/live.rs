//! The loop of the thread "supervise", and all that it owns.

use super::handle::FleetList;
use super::message::{Command, Inbox, Message};
use super::running::Running;
use crate::core::{Draw, Event, Ticket};
use crate::error::CommandError;
use crate::output::Journal;
use crate::warden::Warden;
use crate::worker::reap;
use base::task::Tasks;
use config::App;
use model::AppName;
use model::api::{AppStatus, ReloadReport};
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, mpsc as threads};
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot, watch};

/// Heartbeats and loads are read so often.
const PACE: Duration = Duration::from_millis(100);
/// And so often while a worker is being drained, which the next one waits for.
const HURRIED: Duration = Duration::from_millis(20);
/// For sinks to write what waits, at the end.
const FLUSH_LIMIT: Duration = Duration::from_secs(2);

/// Who waits for which command.
pub enum Waiting {
    Reload(oneshot::Sender<ReloadReport>),
    Restart(oneshot::Sender<Result<(), CommandError>>),
}

/// Everything that the thread owns.
pub struct Shell {
    pub folder: PathBuf,
    pub agent: PathBuf,
    pub edge_port: u16,
    pub variables: Vec<(String, String)>,
    pub journal: Arc<Journal>,
    pub inbox: mpsc::Sender<Message>,
    pub tasks: Tasks,
    pub warden: Option<Warden>,
    pub warden_ended: Option<Instant>,
    pub draw: Draw,
    /// In the order of the config.
    pub apps: Vec<Running>,
    pub tickets: u64,
    pub waiting: BTreeMap<Ticket, Waiting>,
    pub status: watch::Sender<Arc<Vec<AppStatus>>>,
    pub fleets: watch::Sender<FleetList>,
    /// Who waits for the end; some means it is coming.
    pub stopping: Option<Vec<oneshot::Sender<()>>>,
    pub second: Instant,
}

impl Shell {
    /// Run until the end; `told` hears whether it could begin.
    pub async fn live(
        mut self,
        apps: Vec<App>,
        mut inbox: Inbox,
        told: threads::Sender<io::Result<()>>,
    ) {
        let mut children = match signal(SignalKind::child()) {
            Ok(children) => children,
            Err(error) => return drop(told.send(Err(error))),
        };
        for app in apps {
            self.add(Arc::new(app));
        }
        self.publish_list();
        let names: Vec<AppName> = self.apps.iter().map(|app| app.name.clone()).collect();
        for name in names {
            self.step(&name, Event::Start { ticket: None });
        }
        let _ = told.send(Ok(()));
        let mut next = base::clock::now();
        let mut is_held = true;
        while !self.is_over() {
            tokio::select! {
                biased;
                _ = children.recv() => self.reap(),
                () = tokio::time::sleep_until(next.into()) => {
                    let now = base::clock::now();
                    self.tick(now);
                    next = now + self.pace();
                }
                Some(message) = inbox.messages.recv() => self.message(message),
                command = inbox.commands.recv(), if is_held => {
                    is_held = command.is_some();
                    self.command(command.unwrap_or(Command::KillNow(oneshot::channel().0)));
                }
            }
        }
        self.end().await;
    }

    fn pace(&self) -> Duration {
        let hurried = self.apps.iter().any(|app| app.core.is_hurried() || app.has_zombies());
        if hurried { HURRIED } else { PACE }
    }

    /// Stopped, and no child but the warden is left.
    fn is_over(&self) -> bool {
        self.stopping.is_some() && self.apps.iter().all(Running::is_gone)
    }

    /// Dismiss the warden, write what waits, answer who asked for the end.
    async fn end(mut self) {
        self.publish_status();
        if let Some(pid) = self.warden.take().and_then(Warden::dismiss) {
            while reap::peek(pid).is_none() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            reap::reap(pid);
        }
        self.journal.sinks().iter().for_each(|sink| sink.finish(FLUSH_LIMIT));
        for waiter in self.stopping.take().into_iter().flatten() {
            let _ = waiter.send(());
        }
    }

    pub fn app_at(&mut self, name: &AppName) -> Option<&mut Running> {
        self.apps.iter_mut().find(|app| app.name == *name)
    }
}
