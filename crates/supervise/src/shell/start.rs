//! From settings to a running thread.

use super::handle::{self, Handle, Senders};
use super::live::Shell;
use super::message::{Command, Inbox, Message};
use crate::core::Draw;
use crate::error::StartError;
use crate::output::Journal;
use crate::warden::Warden;
use crate::worker::{agent, check, folder};
use base::task::Tasks;
use config::App;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc as threads};
use tokio::sync::mpsc;

/// Messages of tasks that may wait; then the tasks do.
const MESSAGES_MAX: usize = 1_024;

/// What the supervisor must know beside its apps.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder in which this process makes its own run folder.
    pub folder: PathBuf,
    /// `PORT` of workers that run Node.
    pub edge_port: u16,
    /// Variables, each for every worker whose environment does not have it.
    pub variables: Vec<(String, String)>,
    /// Seed of chance (jitter of waits).
    pub seed: u64,
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
    let run_folder = make_run_folder(&options.folder)?;
    let agent = agent::write(&run_folder).map_err(StartError::Folder)?;
    // Orphans of workers come to us, and are ended with their worker.
    let own = rustix::process::getpid();
    rustix::process::set_child_subreaper(Some(own)).map_err(|e| StartError::Process(e.into()))?;
    let (handle, commands, senders) = handle::connect();
    let plan = Plan {
        options,
        run_folder,
        agent,
        warden: warden.to_owned(),
        journal: handle.journal(),
        senders,
    };
    let (told, ready) = threads::channel();
    let body = move || plan.carry_out(apps, commands, told);
    let thread = std::thread::Builder::new().name("supervise".into()).spawn(body);
    thread.map_err(StartError::Process)?;
    let dead = || Err(io::Error::other("its thread ended"));
    ready.recv().unwrap_or_else(|_| dead()).map_err(StartError::Process)?;
    Ok(handle)
}

/// A folder of this process's own: an upgraded Ostler starts while the old one still runs, whose
/// warden removes its folder. In a container the number comes again and again.
fn make_run_folder(parent: &Path) -> Result<PathBuf, StartError> {
    let own = rustix::process::getpid().as_raw_nonzero().to_string();
    let run = std::path::absolute(parent).map_err(StartError::Folder)?.join(own);
    let excess = folder::excess(&run);
    if excess > 0 {
        return Err(StartError::SocketPathTooLong { folder: run, excess });
    }
    folder::remove(&run);
    base::files::create_private_folder(&run).map_err(StartError::Folder)?;
    Ok(run)
}

/// What the thread begins with.
struct Plan {
    options: Options,
    run_folder: PathBuf,
    agent: PathBuf,
    warden: PathBuf,
    journal: Arc<Journal>,
    senders: Senders,
}

impl Plan {
    /// The thread's whole life.
    fn carry_out(
        self,
        apps: Vec<App>,
        commands: mpsc::Receiver<Command>,
        told: threads::Sender<io::Result<()>>,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        // Started on the thread that stays: see `worker::spawn`.
        let parts = runtime.and_then(|runtime| {
            Warden::start(&self.warden, &self.run_folder).map(|warden| (runtime, warden))
        });
        let (runtime, warden) = match parts {
            Ok(parts) => parts,
            Err(error) => return drop(told.send(Err(error))),
        };
        let (sender, messages) = mpsc::channel::<Message>(MESSAGES_MAX);
        let shell = Shell {
            folder: self.run_folder,
            agent: self.agent,
            edge_port: self.options.edge_port,
            variables: self.options.variables,
            journal: self.journal,
            inbox: sender,
            tasks: Tasks::new(),
            warden: Some(warden),
            warden_ended: None,
            draw: Draw::new(self.options.seed),
            apps: Vec::new(),
            tickets: 0,
            waiting: BTreeMap::new(),
            status: self.senders.status,
            fleets: self.senders.fleets,
            stopping: None,
            second: base::clock::now(),
        };
        runtime.block_on(shell.live(apps, Inbox { commands, messages }, told));
    }
}
