//! Whether an app can be started at all: looked at once before its workers are, so that a mistake
//! is told once and in words.

use super::command::{self, CommandLine};
use super::environment::{self, Environment};
use config::{App, Run};
use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The oldest Node that works with the agent.
const NODE_MIN: u32 = 20;
/// For `node --version`, which takes milliseconds but on a machine that is busy beyond measure.
const NODE_LIMIT: Duration = Duration::from_secs(10);
/// Whether it has ended is looked at so often.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// Why an app cannot be started, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// No such program as the configured node.
    #[error(
        "there is no {node} on the path: install Node.js 20 or newer, or set `node` to its path"
    )]
    NoNode {
        /// As configured.
        node: String,
    },
    /// Node does not run.
    #[error("{node} --version did not work ({reason}): is it Node.js?")]
    BrokenNode {
        /// Its path.
        node: String,
        /// What happened.
        reason: String,
    },
    /// It could not be looked at.
    #[error("the machine has no thread to spare for looking at the app ({reason}): try again")]
    NoThread {
        /// What happened.
        reason: String,
    },
    /// Node is too old.
    #[error("{node} is Node.js {version}: Ostler needs 20 or newer")]
    OldNode {
        /// Its path.
        node: String,
        /// What it says it is.
        version: String,
    },
    /// No npm.
    #[error("there is no npm on the path: install it, or run the script with node itself")]
    NoNpm,
    /// The script is missing.
    #[error("there is no script {path}: check `run`, or build the app first")]
    NoScript {
        /// The script.
        path: PathBuf,
    },
    /// No package.json, or one that is not JSON.
    #[error("{path} cannot be read ({reason}): `npm run` needs it")]
    NoPackage {
        /// The package.json.
        path: PathBuf,
        /// What happened.
        reason: String,
    },
    /// package.json has no such script.
    #[error("package.json has no script {script:?}; it has: {have}")]
    NoNpmScript {
        /// The script.
        script: String,
        /// Those that exist.
        have: String,
    },
    /// The program of a command is missing.
    #[error("there is no program {program} on the path: install it, or check `command`")]
    NoProgram {
        /// As configured.
        program: String,
    },
    /// A command without a word.
    #[error("the command is empty: write the program and its arguments")]
    EmptyCommand,
    /// The working folder is missing.
    #[error("there is no folder {path}: check `folder`")]
    NoFolder {
        /// The folder.
        path: PathBuf,
    },
    /// The `.env` file cannot be read.
    #[error("the env_file {path} cannot be used: {reason}")]
    EnvFile {
        /// The file.
        path: PathBuf,
        /// What happened.
        reason: String,
    },
}

/// Look whether `app` can be started. Runs `node --version`: takes some ten milliseconds.
pub fn check(app: &App) -> Result<(), CheckError> {
    if !app.folder.is_dir() {
        return Err(CheckError::NoFolder { path: app.folder.clone() });
    }
    let environment = environment::of_app(app, std::env::vars_os())?;
    let line = command::of_app(app, &environment)?;
    match &app.run {
        Run::Script(script) if !is_script(script) => {
            Err(CheckError::NoScript { path: script.clone() })
        }
        Run::Script(_) => check_node(&line, &environment, &app.folder),
        Run::Npm(script) => check_npm(script, &app.folder.join("package.json")),
        Run::Command(_) => Ok(()),
    }
}

/// As Node resolves it: the file itself, a folder with an entry, or the name without its ending.
fn is_script(script: &Path) -> bool {
    let with = |ending: &str| {
        let mut name = script.as_os_str().to_owned();
        name.push(ending);
        Path::new(&name).is_file()
    };
    script.is_file()
        || script.join("index.js").is_file()
        || script.join("package.json").is_file()
        || [".js", ".cjs", ".mjs", ".json", ".node"].into_iter().any(with)
}

fn check_node(
    line: &CommandLine,
    environment: &Environment,
    folder: &Path,
) -> Result<(), CheckError> {
    let node = line.program.display().to_string();
    let broken = |reason: String| CheckError::BrokenNode { node: node.clone(), reason };
    let mut command = Command::new(&line.program);
    command.arg("--version").current_dir(folder).env_clear().envs(environment);
    command.env_remove("NODE_OPTIONS");
    let text = answer(&mut command, NODE_LIMIT).map_err(|error| broken(error.to_string()))?;
    match major(&text) {
        None => Err(broken(format!("it says {:?}", text.trim()))),
        Some(major) if major < NODE_MIN => {
            Err(CheckError::OldNode { node, version: text.trim().to_owned() })
        }
        Some(_) => Ok(()),
    }
}

/// The first words that `command` writes, once it has ended. It is killed, with what it started,
/// when it takes longer than `limit`: a program that is not Node may wait for anything.
fn answer(command: &mut Command, limit: Duration) -> io::Result<String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
    let mut child = command.spawn()?;
    let deadline = base::clock::now() + limit;
    while child.try_wait()?.is_none() {
        if base::clock::now() >= deadline {
            let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
            let _ = group.map(|group| kill_process_group(group, Signal::KILL));
            child.wait()?;
            let limit = base::units::show_duration(limit);
            return Err(io::Error::other(format!("it did not end within {limit}")));
        }
        std::thread::sleep(LOOK_EVERY);
    }
    let Some(mut out) = child.stdout.take() else { return Ok(String::new()) };
    // A process that it left behind may hold the pipe open: what is there now is read, no more.
    rustix::fs::fcntl_setfl(&out, OFlags::NONBLOCK)?;
    let mut words = [0; 256];
    let count = out.read(&mut words).unwrap_or(0);
    Ok(String::from_utf8_lossy(words.get(..count).unwrap_or_default()).into_owned())
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn check_npm(script: &str, package: &Path) -> Result<(), CheckError> {
    let refuse = |reason: String| CheckError::NoPackage { path: package.to_owned(), reason };
    let text = base::files::read_text(package).map_err(|error| refuse(error.to_string()))?;
    let json: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| refuse(error.to_string()))?;
    let scripts = json.get("scripts").and_then(serde_json::Value::as_object);
    if scripts.is_some_and(|scripts| scripts.contains_key(script)) {
        return Ok(());
    }
    let names = scripts.into_iter().flatten().map(|(name, _)| name.as_str()).collect::<Vec<_>>();
    let have = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Err(CheckError::NoNpmScript { script: script.to_owned(), have })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_program_that_does_not_end_is_killed_with_what_it_started() {
        let begin = base::clock::now();
        let limit = Duration::from_millis(300);
        let file = std::env::temp_dir().join(format!("ostler-check-{}", std::process::id()));
        let script = format!("sleep 600 & echo $! > {}; wait", file.display());
        let error = answer(&mut shell(&script), limit).unwrap_err();
        assert_eq!(error.to_string(), "it did not end within 300ms");
        assert!(begin.elapsed() < Duration::from_secs(60));
        let sleep = std::fs::read_to_string(&file).unwrap().trim().parse().unwrap();
        let sleep = Pid::from_raw(sleep).unwrap();
        while super::super::proc::is_alive(sleep) {
            assert!(begin.elapsed() < Duration::from_secs(60));
            std::thread::sleep(LOOK_EVERY);
        }
        std::fs::remove_file(file).unwrap();
    }

    #[test]
    fn what_a_program_leaves_behind_is_not_waited_for() {
        let limit = Duration::from_secs(60);
        let begin = base::clock::now();
        assert_eq!(answer(&mut shell("echo v20; sleep 30 &"), limit).unwrap(), "v20\n");
        assert!(begin.elapsed() < Duration::from_secs(25));
    }

    #[test]
    fn versions() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v6.1.0"), Some(6));
        assert_eq!(major("Python 3.11"), None);
    }
}
