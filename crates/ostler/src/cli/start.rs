//! `ostler start`: the same as `run` in a process of its own, watched until it serves.

use super::connect::Project;
use super::{Exit, Failure, RunArguments, print, table};
use crate::assemble::Plan;
use control::client::Client;
use model::api::{AppState, AppStatus, Status};
use std::fs::File;
use std::io::{IsTerminal, Read, Seek, SeekFrom, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

const PERIOD: Duration = Duration::from_millis(50);

/// Start in the background; returns when every app and the edge serve, or with why one does not.
pub fn start(project: &Project, options: &RunArguments) -> Result<(), Failure> {
    let client = project.client()?;
    let runtime = super::connect::runtime()?;
    if let Ok(status) = runtime.block_on(client.status()) {
        let text = format!(
            "already running as process {}: `ostler reload` brings in changes, `ostler stop` ends it",
            status.pid
        );
        return Err(Failure::new(Exit::AlreadyRunning, text));
    }
    let plan = Plan::new(project, options)?;
    // Mistakes are told here and now, not in the daemon's log.
    let watching = plan.configure()?.apps.iter().any(|app| app.watch.is_some());
    let mut daemon = Daemon::spawn(&plan)?;
    let status = runtime.block_on(daemon.settled(&client, watching))?;
    print::out(&table::status(&status, print::colour(), print::width()))?;
    let failed: Vec<String> = status.apps.iter().filter_map(failed).collect();
    if !failed.is_empty() {
        let text = format!(
            "{}\nThe rest runs in the background: ostler status | logs | reload | stop",
            failed.join("\n")
        );
        return Err(Failure::new(Exit::AppFailed, text));
    }
    print::out("\nrunning in the background: ostler status | logs -f | top | reload | stop\n")
}

fn failed(app: &AppStatus) -> Option<String> {
    let reason = app.reason.as_deref().unwrap_or("no worker became ready");
    (app.state == AppState::Failed).then(|| format!("{} failed: {reason}", app.name))
}

/// Whether the start came to an end that the daemon outlives. Where every app failed it ends, and
/// says why, unless it watches files that may yet be mended.
fn is_over(status: &Status, watching: bool) -> bool {
    let any = |state| status.apps.iter().any(|app| app.state == state);
    let ending = any(AppState::Stopping) || any(AppState::Stopped);
    let failed = status.apps.iter().all(|app| app.state == AppState::Failed);
    let hopeless = failed && !status.apps.is_empty();
    !ending && (watching || !hopeless) && status.apps.iter().all(AppStatus::is_settled)
}

/// Where a daemon's own words go.
pub fn log_file(plan: &Plan) -> Result<PathBuf, Failure> {
    let folder = plan.project.place()?.state_folder().to_owned();
    base::files::create_private_folder(&folder)?;
    Ok(folder.join("daemon.log"))
}

struct Daemon {
    child: Child,
    log: File,
    /// What it wrote so far.
    words: String,
    shown: String,
}

impl Daemon {
    fn spawn(plan: &Plan) -> Result<Self, Failure> {
        let path = log_file(plan)?;
        let words = base::files::append(&path)?;
        let mut log = File::open(&path)?;
        log.seek(SeekFrom::End(0))?;
        let mut command = Command::new(&plan.program);
        command.args(plan.command_line(&["--daemon"])).stdin(Stdio::null());
        command.stdout(words.try_clone()?).stderr(words);
        Ok(Daemon { child: command.spawn()?, log, words: String::new(), shown: String::new() })
    }

    async fn settled(&mut self, client: &Client, watching: bool) -> Result<Status, Failure> {
        loop {
            if let Some(end) = self.child.try_wait()? {
                self.progress("")?;
                return Err(self.ended(end));
            }
            if let Ok(status) = client.status().await {
                self.progress(&progress(&status))?;
                if is_over(&status, watching) {
                    self.progress("")?;
                    return Ok(status);
                }
            } else {
                // Nobody answers before the store is loaded; how far it has come is in the log.
                self.read();
                let line = self.words.lines().last().map(bare).unwrap_or_default().to_owned();
                self.progress(&line)?;
            }
            tokio::time::sleep(PERIOD).await;
        }
    }

    /// The daemon's last words, with its exit code.
    fn ended(&mut self, end: ExitStatus) -> Failure {
        self.read();
        let words: Vec<&str> = self.words.lines().map(bare).collect();
        let words = words.join("\n");
        let exit = end.code().and_then(Exit::from_code).unwrap_or(Exit::Failure);
        let signal = end.signal().map(|signal| format!("killed by signal {signal}\n"));
        Failure::new(exit, format!("{}{words}", signal.unwrap_or_default()))
    }

    fn read(&mut self) {
        let _ = self.log.read_to_string(&mut self.words);
    }

    /// One line on a terminal that is written over; nothing elsewhere.
    fn progress(&mut self, text: &str) -> Result<(), Failure> {
        let mut stderr = std::io::stderr();
        if stderr.is_terminal() && self.shown != text {
            write!(stderr, "\r\u{1b}[K{text}")?;
            text.clone_into(&mut self.shown);
        }
        Ok(())
    }
}

/// A line of the daemon without the name that the command puts before its own words.
fn bare(line: &str) -> &str {
    ["ostler: ", "ostler │ "].iter().find_map(|prefix| line.strip_prefix(prefix)).unwrap_or(line)
}

fn progress(status: &Status) -> String {
    let apps = status
        .apps
        .iter()
        .map(|app| format!("{} {}/{} ready", app.name, app.ready(), app.workers_target));
    format!("starting: {}", apps.collect::<Vec<_>>().join(", "))
}
