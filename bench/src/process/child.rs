//! A long-running program that ends with its owner.

use super::stat::{Processes, end, terminate};
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// A program started by the bench. Dropping it ends it and everything that it started.
#[derive(Debug)]
pub struct Child {
    name: &'static str,
    process: std::process::Child,
    log: PathBuf,
}

/// From SIGTERM to SIGKILL.
const PATIENCE: Duration = Duration::from_secs(8);

/// A command found on the PATH or in the folders of system programs, with a quiet environment.
pub fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    let path = std::env::var("PATH").unwrap_or_default();
    // Debian keeps nginx and haproxy in /usr/sbin, which is not on every user's PATH.
    command.env("PATH", format!("{path}:/usr/sbin:/sbin")).env("NODE_ENV", "production");
    command
}

impl Child {
    /// Start `command`, its output in a file in `folder`.
    pub fn start(name: &'static str, mut command: Command, folder: &Path) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        // Appended to: several of one name share it.
        let file = File::options().append(true).create(true).open(&log);
        let file = file.with_context(|| format!("cannot create {}", log.display()))?;
        let errors = file.try_clone().context("cannot share a log file")?;
        // Its own group: Ctrl-C reaches the bench alone, which then ends its children in order.
        command.stdin(Stdio::null()).stdout(file).stderr(errors).process_group(0);
        let process = command.spawn().with_context(|| format!("cannot start {name}"))?;
        Ok(Child { name, process, log })
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// An error with the end of its output if it has ended.
    pub fn check(&mut self) -> Result<()> {
        if let Some(status) = self.process.try_wait().context("cannot watch a child")? {
            bail!("{} ended with {status}:\n{}", self.name, self.last_lines());
        }
        Ok(())
    }

    /// The end of its output.
    pub fn last_lines(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let all = Processes::of(&[self.pid()]).pids();
        terminate(self.pid());
        let began = base::clock::now();
        while began.elapsed() < PATIENCE && matches!(self.process.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(10));
        }
        // Whatever it left behind, and itself if it did not listen.
        end(&all);
        // Gone already, or just killed.
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::super::stat::ended;
    use super::*;

    #[test]
    fn everything_ends_with_the_owner() {
        let folder = super::super::Folder::new("child").unwrap();
        let mut shell = program("sh");
        shell.args(["-c", "sleep 100 & echo started; wait"]);
        let mut child = Child::start("shell", shell, folder.path()).unwrap();
        while child.last_lines() != "started" {
            child.check().unwrap();
        }
        let all = Processes::of(&[child.pid()]).pids();
        assert_eq!(all.len(), 2);
        drop(child);
        // The grandchild is reaped by whoever inherits it; that it was killed is what counts.
        assert!(all.into_iter().all(ended));
    }

    #[test]
    fn an_early_end_is_told_with_its_output() {
        let folder = super::super::Folder::new("child").unwrap();
        let mut shell = program("sh");
        shell.args(["-c", "echo no such thing; exit 3"]);
        let mut child = Child::start("shell", shell, folder.path()).unwrap();
        let error = loop {
            if let Err(error) = child.check() {
                break error.to_string();
            }
        };
        assert!(error.contains("no such thing") && error.contains("status: 3"), "{error}");
    }
}
