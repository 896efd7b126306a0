//! Which project a command is about, its config, and the Ostler that runs it.

use super::{Exit, Failure};
use config::{Config, Machine};
use control::client::{self, CallError, Client};
use control::place::{Environment, Place};
use std::future::Future;
use std::path::{Path, PathBuf};

const CONFIG_FILE: &str = "ostler.toml";

/// The project: a folder and perhaps a config file.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder, absolute.
    pub folder: PathBuf,
    /// `--config`, absolute.
    given: Option<PathBuf>,
}

impl Project {
    /// The project that `--project` and `--config` name; by default the current folder's.
    pub fn find(folder: Option<PathBuf>, file: Option<PathBuf>) -> Result<Self, Failure> {
        let given = file.map(std::path::absolute).transpose()?;
        let beside = given.as_deref().and_then(Path::parent).map(Path::to_owned);
        let folder = folder.or(beside).unwrap_or_else(|| PathBuf::from("."));
        let folder = folder.canonicalize().map_err(|error| {
            let text = format!("cannot use the project folder {}: {error}", folder.display());
            Failure::new(Exit::Usage, text)
        })?;
        Ok(Project { folder, given })
    }

    /// The config file to read, if there is one.
    pub fn config_file(&self) -> Option<PathBuf> {
        let usual = self.folder.join(CONFIG_FILE);
        self.given.clone().or_else(|| usual.exists().then_some(usual))
    }

    /// `--config` as typed, for a process that is to read the same.
    pub fn config_argument(&self) -> Option<&Path> {
        self.given.as_deref()
    }

    /// The checked config: from the file, or what a folder without one amounts to.
    pub fn config(&self) -> Result<Config, Failure> {
        let machine = machine();
        match self.config_file() {
            Some(file) => Ok(config::load(&file, &machine)?),
            None => Ok(config::for_script(".", Vec::new(), &self.folder, &machine)?),
        }
    }

    /// Where this project's sockets and logs are.
    pub fn place(&self) -> Result<Place, Failure> {
        Place::of(&self.folder, &Environment::read())
            .map_err(|error| Failure::new(Exit::Unrunnable, error))
    }

    /// A client of the Ostler that runs this project.
    pub fn client(&self) -> Result<Client, Failure> {
        Ok(Client::new(self.place()?.socket()))
    }

    /// Ask the Ostler that runs this project, on a runtime of its own. Where nothing runs here but
    /// elsewhere, the refusal names those projects.
    pub fn ask<T, F>(&self, question: impl FnOnce(Client) -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, CallError>>,
    {
        let client = self.client()?;
        runtime()?.block_on(async {
            match question(client).await {
                Err(CallError::NotRunning { .. }) => Err(self.not_running().await),
                other => other.map_err(failure),
            }
        })
    }

    /// The failure that says so, naming what runs elsewhere.
    pub async fn not_running(&self) -> Failure {
        let mut text = format!(
            "not running: no Ostler runs the project {}. Start it with `ostler start`.",
            self.folder.display()
        );
        for instance in client::instances(&Environment::read()).await {
            let project = &instance.status.project;
            text += &format!("\n  running elsewhere: {project} (add: -C {project})");
        }
        Failure::new(Exit::NotRunning, text)
    }
}

/// A failed call as a failed command.
pub fn failure(error: CallError) -> Failure {
    let exit = match &error {
        CallError::NotRunning { .. } => Exit::NotRunning,
        CallError::Refused(_) => Exit::Refused,
        CallError::Protocol(_) | CallError::Io(_) => Exit::Failure,
    };
    Failure::new(exit, error)
}

/// This machine, as far as the config depends on it.
pub fn machine() -> Machine {
    Machine { cores: supervise::cores() }
}

/// A runtime for one command.
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}
