//! One worker's process as the shell holds it.

use super::figures::Figures;
use super::message::Message;
use crate::output::{Output, follow};
use crate::worker::command;
use crate::worker::environment::{self, Facts};
use crate::worker::folder::{self, Folder};
use crate::worker::group::{Group, signal_of};
use crate::worker::notice::Notices;
use crate::worker::reap::Fate;
use crate::worker::spawn::{self, Spawned};
use crate::worker::usage::Usage;
use base::task::Tasks;
use config::{App, Run};
use model::{Endpoint, Load, WorkerId};
use rustix::process::{Pid, kill_process, kill_process_group};
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::unix::pipe::Receiver;
use tokio::sync::{mpsc, watch};

/// One worker's process, until its end has been told to the core.
pub struct Process {
    pub pid: Pid,
    pub folder: PathBuf,
    pub pulse: File,
    pub endpoint: Endpoint,
    /// The app's server speaks HTTP/2 without TLS.
    pub http2: bool,
    pub load: Arc<Load>,
    pub usage: Usage,
    pub figures: Figures,
    /// How the main process ended, while its children may finish.
    pub fate: Option<Fate>,
    /// The main process was reaped: its number may be another's.
    pub is_reaped: bool,
    app: Arc<App>,
    ended: watch::Sender<bool>,
    /// `exit code 1`, once it is known.
    how: watch::Sender<String>,
}

/// What a process is made with.
pub struct Make<'a> {
    pub worker: WorkerId,
    pub number: u32,
    pub app: Arc<App>,
    pub run_folder: &'a Path,
    pub agent: &'a Path,
    pub edge_port: u16,
    pub variables: &'a [(String, String)],
    pub output: Output,
    pub inbox: mpsc::Sender<Message>,
    pub tasks: &'a Tasks,
}

impl Process {
    /// Make the folder and the process, and begin to read its pipes. Err: why not, for people.
    pub fn start(make: Make) -> Result<Process, String> {
        let folder = Folder::create(make.run_folder, make.worker).map_err(|e| e.to_string())?;
        let path = folder.path.clone();
        Self::start_in(folder, make).inspect_err(|_| folder::remove(&path))
    }

    fn start_in(folder: Folder, make: Make) -> Result<Process, String> {
        let app = make.app;
        let is_command = matches!(app.run, Run::Command(_));
        let port = if is_command { free_port()? } else { make.edge_port };
        let endpoint = if is_command {
            Endpoint::Tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        } else {
            Endpoint::Unix(Arc::from(folder.socket()))
        };
        let own = std::env::vars_os();
        let mut environment = environment::of_app(&app, own).map_err(|e| e.to_string())?;
        let line = command::of_app(&app, &environment).map_err(|e| e.to_string())?;
        let (number, agent) = (make.number, make.agent);
        let facts = Facts { folder: &folder.path, number, agent, port, variables: make.variables };
        environment::add(&mut environment, &app, facts);
        let spawned = spawn::worker(&line, &app.folder, &environment);
        let Spawned { pid, out, err } = spawned
            .map_err(|error| format!("{} cannot be started: {error}", line.program.display()))?;
        let (ended, is_ended) = watch::channel(false);
        let (how, what) = watch::channel(String::new());
        let process = Process {
            pid,
            folder: folder.path,
            pulse: folder.pulse,
            endpoint,
            http2: false,
            load: Arc::default(),
            usage: Usage::new(pid),
            figures: Figures::default(),
            fate: None,
            is_reaped: false,
            app,
            ended,
            how,
        };
        let (name, worker) = (make.output.app.clone(), make.worker);
        let notices =
            listen(folder.events, name.clone(), worker, make.inbox.clone(), is_ended.clone());
        make.tasks.spawn("supervise.events", notices);
        let output = make.output;
        make.tasks.spawn("supervise.output", async move {
            let mut last = is_ended.clone();
            let _ = follow(out, err, output.clone(), is_ended).await;
            let _ = last.wait_for(|ended| *ended).await;
            let (how, stderr) = (what.borrow().clone(), output.last_words());
            let exited = crate::core::Event::Exited { worker, how, stderr };
            let _ = make.inbox.send(Message::Worker(name, exited)).await;
        });
        Ok(process)
    }

    pub fn group(&self) -> Group<'_> {
        Group { leader: self.pid, folder: &self.folder }
    }

    /// Send the stop signal: to Node alone, which may have children to end in order; to the whole
    /// group where npm or a shell stands between.
    pub fn signal(&self) {
        if self.is_reaped {
            return;
        }
        let signal = signal_of(&self.app.stopping.signal);
        let _ = match self.app.run {
            Run::Script(_) => kill_process(self.pid, signal),
            Run::Npm(_) | Run::Command(_) => kill_process_group(self.pid, signal),
        }; // an error says that it has just ended
    }

    /// Send the stop signal to what the main process left behind.
    pub fn signal_group(&self) {
        self.group().signal_orphans(signal_of(&self.app.stopping.signal));
    }

    pub fn kill(&self) {
        if !self.is_reaped {
            self.group().kill();
        }
    }

    /// The main process was reaped: let the readers finish, which then tell the core.
    pub fn finish(&mut self, fate: Fate) {
        self.is_reaped = true;
        self.fate = None;
        self.how.send_replace(fate.to_string());
        self.ended.send_replace(true);
    }
}

/// Hand over what the agent says, until the worker has ended.
async fn listen(
    events: OwnedFd,
    app: model::AppName,
    worker: WorkerId,
    inbox: mpsc::Sender<Message>,
    mut ended: watch::Receiver<bool>,
) {
    let Ok(events) = Receiver::from_owned_fd(events) else { return };
    let mut notices = Notices::default();
    let mut chunk = [0; 4_096];
    loop {
        tokio::select! {
            ready = events.readable() => if ready.is_err() { return },
            _ = ended.wait_for(|ended| *ended) => return,
        }
        let Ok(count) = events.try_read(&mut chunk) else { continue };
        for notice in notices.push(chunk.get(..count).unwrap_or_default()) {
            if inbox.send(Message::Notice(app.clone(), worker, notice)).await.is_err() {
                return;
            }
        }
    }
}

/// A port of the loopback that nobody has now.
fn free_port() -> Result<u16, String> {
    let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| socket.local_addr());
    bound.map(|address| address.port()).map_err(|error| format!("no free port: {error}"))
}
