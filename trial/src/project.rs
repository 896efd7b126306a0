//! A project folder, and the real `ostler` running in it.

use crate::until;
use model::api::{AppState, AppStatus, Status};
use rustix::process::{Pid, Signal, kill_process};
use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs};

/// A folder with an app in it. Removed, and whatever still runs in it killed, at the end.
#[derive(Debug)]
pub struct Project {
    /// Holds the project's folder and, beside it, Ostler's own.
    base: PathBuf,
    folder: PathBuf,
}

/// A command that ended.
#[derive(Debug)]
pub struct Finished {
    /// Its exit code; None after a signal.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

/// An `ostler run` in the foreground.
#[derive(Debug)]
pub struct Running<'a> {
    child: Child,
    project: &'a Project,
}

fn binary() -> PathBuf {
    if let Some(path) = env::var_os("OSTLER_BIN") {
        return path.into();
    }
    let exe = env::current_exe().expect("the path of this test");
    let beside = exe.ancestors().nth(2).expect("a target folder").join("ostler");
    assert!(beside.exists(), "{} is missing: cargo build -p ostler", beside.display());
    beside
}

impl Project {
    /// A new empty project.
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let unique = COUNT.fetch_add(1, Ordering::Relaxed);
        let base = env::temp_dir().join(format!("ot-{}-{unique}", std::process::id()));
        fs::create_dir_all(base.join("app")).expect("a folder for the project");
        let base = base.canonicalize().expect("the folder's path");
        Project { folder: base.join("app"), base }
    }

    /// A project with one file `server.js`.
    pub fn with_server(source: &str) -> Self {
        let project = Project::new();
        project.write("server.js", source);
        project
    }

    /// Write a file of the project.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("its folder");
        fs::write(path, text).expect("write a file of the project");
    }

    /// The project's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where this project's Ostler keeps logs.
    pub fn state_folder(&self) -> PathBuf {
        self.base.join("state")
    }

    /// Where the sockets of this project's Ostler are.
    pub fn run_folder(&self) -> PathBuf {
        self.base.join("run")
    }

    /// `ostler` with `arguments`, ready to be changed and run.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.current_dir(&self.folder).args(arguments).stdin(Stdio::null());
        command.env("OSTLER_RUN", self.base.join("run"));
        command.env("OSTLER_STATE", self.state_folder());
        command.env_remove("NODE_ENV").env_remove("PORT").env_remove("NODE_OPTIONS");
        command
    }

    /// Run `ostler` with `arguments` to its end.
    pub fn ostler(&self, arguments: &[&str]) -> Finished {
        finish(&mut self.command(arguments))
    }

    /// Begin `ostler run` with `arguments` on a free port, and wait until its apps are online.
    pub fn run(&self, arguments: &[&str]) -> Running<'_> {
        let running = self.begin(arguments);
        running.online();
        running
    }

    /// Begin `ostler run` with `arguments` on a free port.
    pub fn begin(&self, arguments: &[&str]) -> Running<'_> {
        let mut words = vec!["run", "--listen", "127.0.0.1:0", "--admin", "off"];
        words.extend(arguments);
        self.spawn(&mut self.command(&words))
    }

    /// Begin a command that runs Ostler in the foreground; its output goes to files.
    pub fn spawn(&self, command: &mut Command) -> Running<'_> {
        let output = |name: &str| fs::File::create(self.base.join(name)).expect("an output file");
        let child = command.stdout(output("stdout")).stderr(output("stderr")).spawn();
        Running { child: child.expect("start ostler"), project: self }
    }

    /// `ostler status --json`, if it answers.
    pub fn status(&self) -> Option<Status> {
        let finished = self.ostler(&["status", "--json"]);
        (finished.code == Some(0)).then(|| serde_json::from_str(&finished.stdout).expect("JSON"))
    }

    /// The first address the edge listens on.
    pub fn address(&self) -> SocketAddr {
        let status = self.status().expect("a running ostler");
        let url = status.listen.first().expect("an address");
        url.trim_start_matches("http://").parse().expect("an address in the status")
    }

    /// Processes whose environment says that they belong to this project's workers.
    pub fn worker_processes(&self) -> Vec<u32> {
        let mark = format!("OSTLER_DIR={}", self.base.join("run").display());
        let pids = fs::read_dir("/proc").expect("/proc").flatten();
        let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let ours = pids.filter(|pid| {
            let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            environment
                .split(|byte| *byte == 0)
                .any(|variable| variable.starts_with(mark.as_bytes()))
        });
        ours.collect()
    }
}

impl Default for Project {
    fn default() -> Self {
        Project::new()
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        if self.status().is_some() {
            self.ostler(&["stop"]);
        }
        for pid in self.worker_processes() {
            signal(pid, Signal::KILL);
        }
        let _ = fs::remove_dir_all(&self.base);
    }
}

impl Running<'_> {
    /// Ostler's process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Wait until every worker of every app is ready, and give the edge's address.
    pub fn online(&self) -> SocketAddr {
        until("every worker is ready", || {
            let status = self.project.status()?;
            let online = |app: &AppStatus| app.state == AppState::Online && app.is_settled();
            (status.apps.iter().all(online) && !status.apps.is_empty()).then_some(())
        });
        self.project.address()
    }

    /// Send a signal to Ostler.
    pub fn signal(&self, signal_sent: Signal) {
        signal(self.pid(), signal_sent);
    }

    /// Wait for its end.
    pub fn wait(mut self) -> Finished {
        let status = self.child.wait().expect("wait for ostler");
        Finished { code: status.code(), stdout: self.stdout(), stderr: self.stderr() }
    }

    /// Ask it to stop and wait for its end.
    pub fn stop(self) -> Finished {
        self.signal(Signal::TERM);
        self.wait()
    }

    /// What it wrote to stdout so far.
    pub fn stdout(&self) -> String {
        read(&self.project.base.join("stdout"))
    }

    /// What it wrote to stderr so far.
    pub fn stderr(&self) -> String {
        read(&self.project.base.join("stderr"))
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            if std::thread::panicking() {
                eprintln!("ostler's stdout:\n{}\nstderr:\n{}", self.stdout(), self.stderr());
            }
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn read(path: &Path) -> String {
    let mut bytes = Vec::new();
    let file = fs::File::open(path);
    let _ = file.and_then(|mut file| file.read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Run a command to its end.
pub fn finish(command: &mut Command) -> Finished {
    let output = command.output().expect("run the command");
    Finished {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Send a signal to a process, which may be gone already.
pub fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

/// Whether a process exists (and is not a zombie).
pub fn alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit(')').next().and_then(|rest| rest.trim_start().chars().next());
    state.is_some_and(|state| state != 'Z')
}
