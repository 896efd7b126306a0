//! What can go wrong at a start and at a command, for callers to branch on and people to read.

use crate::worker::check::CheckError;
use model::AppName;
use std::path::PathBuf;

/// Why the supervisor cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An app cannot be started.
    #[error("app {app}: {cause}")]
    App {
        /// The app.
        app: AppName,
        /// Why, and what to do.
        #[source]
        cause: CheckError,
    },
    /// The sockets of workers would have paths that no unix socket can have.
    #[error(
        "the run folder {folder} is {excess} bytes too long for the workers' unix sockets: set \
         OSTLER_RUN to a shorter folder"
    )]
    SocketPathTooLong {
        /// The run folder.
        folder: PathBuf,
        /// By how much.
        excess: usize,
    },
    /// The run folder cannot be made or written.
    #[error("the run folder cannot be used: {0}")]
    Folder(#[source] std::io::Error),
    /// The warden process, or the thread, cannot be started.
    #[error("the supervisor cannot be started: {0}")]
    Process(#[source] std::io::Error),
}

/// Why a command was refused or came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// No app of that name.
    #[error("there is no app {app}; there is: {known}")]
    UnknownApp {
        /// As asked.
        app: AppName,
        /// Those that exist.
        known: String,
    },
    /// No worker of that number.
    #[error("app {app} has no worker {number}; it has: {known}")]
    UnknownWorker {
        /// The app.
        app: AppName,
        /// As asked.
        number: u32,
        /// Those that exist.
        known: String,
    },
    /// A number of workers outside the limits.
    #[error("an app can have 1 to {max} workers, not {workers}", max = crate::WORKERS_MAX)]
    Workers {
        /// As asked.
        workers: u32,
    },
    /// Everything is being stopped.
    #[error("Ostler is stopping")]
    Stopping,
    /// It was tried, and failed; the old worker goes on.
    #[error("{reason}{}", told(stderr))]
    Failed {
        /// Why.
        reason: String,
        /// The last lines the new worker wrote to stderr.
        stderr: Vec<String>,
    },
}

fn told(stderr: &[String]) -> String {
    if stderr.is_empty() { String::new() } else { format!("; it wrote:\n{}", stderr.join("\n")) }
}
