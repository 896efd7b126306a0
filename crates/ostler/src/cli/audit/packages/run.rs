//! Run a package manager, for a limited time.

use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// It asks a registry over the network.
const LIMIT: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// More than this is not read of what it writes.
const BYTES_MAX: u64 = 64 << 20;

/// What it wrote.
#[derive(Debug, Default)]
pub struct Output {
    /// Its exit code; None after a signal.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Run `program` in `folder`.
///
/// # Errors
/// It cannot be started, or takes too long; in words.
pub fn run(program: &str, arguments: &[&str], folder: &Path) -> Result<Output, String> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own: what it starts ends with it.
    command.process_group(0).env("NO_COLOR", "1").env_remove("NODE_OPTIONS");
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("there is no {program} on the path"),
        _ => format!("{program} cannot be run ({error})"),
    })?;
    let read = |pipe: Option<Box<dyn Read + Send>>| {
        thread::spawn(move || {
            let mut text = Vec::new();
            let read = pipe.map(|pipe| pipe.take(BYTES_MAX).read_to_end(&mut text));
            // What came before an error may tell more than the error.
            drop(read);
            String::from_utf8_lossy(&text).into_owned()
        })
    };
    let stdout = read(child.stdout.take().map(|pipe| Box::new(pipe) as _));
    let stderr = read(child.stderr.take().map(|pipe| Box::new(pipe) as _));
    let code = wait(&mut child, program)?;
    let text = |thread: thread::JoinHandle<String>| thread.join().unwrap_or_default();
    Ok(Output { code, stdout: text(stdout), stderr: text(stderr) })
}

fn wait(child: &mut Child, program: &str) -> Result<Option<i32>, String> {
    let failed = |error: io::Error| format!("{program} cannot be waited for ({error})");
    let mut waited = Duration::ZERO;
    loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            return Ok(status.code());
        }
        if waited >= LIMIT {
            if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
                // It may have ended by itself just now.
                let _ = kill_process_group(group, Signal::KILL);
            }
            let _ = child.wait();
            return Err(format!("{program} did not end within {} s", LIMIT.as_secs()));
        }
        thread::sleep(LOOK_EVERY);
        waited += LOOK_EVERY;
    }
}
