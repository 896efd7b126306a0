//! The thread "supervise": carries out what the core decides, and tells it what happened. It waits
//! for events only, never for a worker.

mod act;
mod command;
mod figures;
mod handle;
mod measure;
mod message;
mod metrics;
mod process;
mod reaper;
mod running;
mod status;

pub use handle::Handle;

use crate::core::{Draw, Event, Ticket};
use crate::error::StartError;
use crate::output::Journal;
use crate::warden::Warden;
use crate::worker::{agent, check, folder};
use base::task::Tasks;
use config::App;
use message::{Command, Inbox, Message};
use model::AppName;
use model::api::AppStatus;
use running::Running;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot, watch};

/// Heartbeats and loads are read so often.
const PACE: Duration = Duration::from_millis(100);
/// And so often while a worker is being drained, which the next one waits for.
const HURRIED: Duration = Duration::from_millis(20);
/// Commands that may wait.
const COMMANDS_MAX: usize = 64;
/// Messages of tasks that may wait; then the tasks do.
const MESSAGES_MAX: usize = 1_024;

/// What the supervisor must know beside its apps.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder in which this process makes its own run folder.
    pub folder: PathBuf,
    /// `PORT` of workers that run Node.
    pub edge_port: u16,
    /// Seed of chance (jitter of waits).
    pub seed: u64,
}

/// The lists that handles look at.
type FleetList = Vec<(AppName, watch::Receiver<Arc<model::Fleet>>)>;

/// Who waits for which command.
enum Waiting {
    Reload(oneshot::Sender<model::api::ReloadReport>),
    Restart(oneshot::Sender<Result<(), crate::CommandError>>),
}

struct Shell {
    folder: PathBuf,
    agent: PathBuf,
    edge_port: u16,
    journal: Arc<Journal>,
    inbox: mpsc::Sender<Message>,
    tasks: Tasks,
    warden: Option<Warden>,
    warden_ended: Option<Instant>,
    draw: Draw,
    /// In the order of the config.
    apps: Vec<Running>,
    tickets: u64,
    waiting: BTreeMap<Ticket, Waiting>,
    status: watch::Sender<Arc<Vec<AppStatus>>>,
    fleets: watch::Sender<FleetList>,
    /// Who waits for the end; some means it is coming.
    stopping: Option<Vec<oneshot::Sender<()>>>,
    second: Instant,
}

/// Start the supervisor and the workers of `apps`. The program that calls this must call
/// [`crate::warden::run`] when its only argument is [`crate::warden::ARGUMENT`].
pub fn start(options: Options, apps: Vec<App>) -> Result<Handle, StartError> {
    start_with_warden(options, apps, Path::new("/proc/self/exe"))
}

/// As [`start`], for a program that cannot become the warden itself: `warden` is started for it.
pub fn start_with_warden(
    options: Options,
    apps: Vec<App>,
    warden: &Path,
) -> Result<Handle, StartError> {
    for app in &apps {
        check::check(app).map_err(|cause| StartError::App { app: app.name.clone(), cause })?;
    }
    let own = rustix::process::getpid();
    // Its own, since an upgraded Ostler starts while the old one still runs, and a dead one's
    // warden removes the folder. In a container the number comes again and again.
    let folder = std::path::absolute(&options.folder).map_err(StartError::Folder)?;
    let run = folder.join(own.as_raw_nonzero().to_string());
    let excess = folder::excess(&run);
    if excess > 0 {
        return Err(StartError::SocketPathTooLong { folder: run, excess });
    }
    folder::remove(&run);
    base::files::create_private_folder(&run).map_err(StartError::Folder)?;
    let agent = agent::write(&run).map_err(StartError::Folder)?;
    // Orphans of workers come to us, and are ended with their worker.
    rustix::process::set_child_subreaper(Some(own)).map_err(|e| StartError::Process(e.into()))?;
    let (handle, inbox, senders) = handle::connect();
    let (sender, messages) = mpsc::channel(MESSAGES_MAX);
    let (told, ready) = std::sync::mpsc::channel();
    let (journal, warden) = (handle.journal(), warden.to_owned());
    let body = move || {
        // Made on the thread that stays: see `worker::spawn`.
        let (warden, runtime) = match (Warden::start(&warden, &run), runtime()) {
            (Ok(warden), Ok(runtime)) => (warden, runtime),
            (Err(error), _) | (_, Err(error)) => return drop(told.send(Err(error))),
        };
        let shell = Shell {
            folder: run,
            agent,
            edge_port: options.edge_port,
            journal,
            inbox: sender,
            tasks: Tasks::new(),
            warden: Some(warden),
            warden_ended: None,
            draw: Draw::new(options.seed),
            apps: Vec::new(),
            tickets: 0,
            waiting: BTreeMap::new(),
            status: senders.status,
            fleets: senders.fleets,
            stopping: None,
            second: base::clock::now(),
        };
        runtime.block_on(shell.live(apps, Inbox { commands: inbox, messages }, told));
    };
    let thread = std::thread::Builder::new().name("supervise".into()).spawn(body);
    thread.map_err(StartError::Process)?;
    let dead = || Err(std::io::Error::other("its thread ended"));
    ready.recv().unwrap_or_else(|_| dead()).map_err(StartError::Process)?;
    Ok(handle)
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

impl Shell {
    async fn live(
        mut self,
        apps: Vec<App>,
        mut inbox: Inbox,
        told: std::sync::mpsc::Sender<std::io::Result<()>>,
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
            self.step(&name, Event::Start);
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
            while crate::worker::reap::peek(pid).is_none() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            crate::worker::reap::reap(pid);
        }
        self.journal.sinks().iter().for_each(|sink| sink.finish(Duration::from_secs(2)));
        for waiter in self.stopping.take().into_iter().flatten() {
            let _ = waiter.send(());
        }
    }

    fn app_at(&mut self, name: &AppName) -> Option<&mut Running> {
        self.apps.iter_mut().find(|app| app.name == *name)
    }
}
