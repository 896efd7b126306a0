//! The audits of all apps of a config.

use super::lock::{self, Manager};
use super::report::{self, Vulnerable};
use super::run;
use crate::cli::audit::finding::{Finding, Severity};
use config::Config;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The audit of the packages in one folder.
#[derive(Debug)]
pub struct Audit {
    /// The apps that use them.
    pub apps: Vec<String>,
    folder: PathBuf,
    outcome: Outcome,
}

#[derive(Debug)]
enum Outcome {
    /// The manager answered.
    Audited(Manager, Vec<Vulnerable>),
    /// It did not; why, in words.
    Failed(Manager, String),
    /// There are packages, but nothing says in which versions.
    Unlocked,
    /// The app has no packages.
    Nothing,
}

/// Ask the package manager of each app.
pub fn audit(config: &Config) -> Vec<Audit> {
    let mut audits: Vec<Audit> = Vec::new();
    for app in &config.apps {
        let lock = lock::find(&app.folder);
        let folder = lock.as_ref().and_then(|(path, _)| path.parent()).unwrap_or(&app.folder);
        if let Some(same) = audits.iter_mut().find(|audit| audit.folder == folder) {
            same.apps.push(app.name.to_string());
            continue;
        }
        let outcome = match lock.as_ref() {
            Some((_, manager)) => ask(*manager, folder),
            None if lock::has_dependencies(folder) => Outcome::Unlocked,
            None => Outcome::Nothing,
        };
        let (apps, folder) = (vec![app.name.to_string()], folder.to_owned());
        audits.push(Audit { apps, folder, outcome });
    }
    audits
}

fn ask(manager: Manager, folder: &Path) -> Outcome {
    let output = run::run(manager.program(), manager.arguments(), folder);
    match output.and_then(|output| report::read(manager, &output)) {
        Ok(found) => Outcome::Audited(manager, found),
        Err(reason) => Outcome::Failed(manager, reason),
    }
}

impl Audit {
    /// What it found; that it could not be made is a finding too.
    pub fn findings(&self) -> Vec<Finding> {
        let place = format!("packages of {}", self.apps.join(", "));
        match &self.outcome {
            Outcome::Nothing => Vec::new(),
            Outcome::Audited(manager, found) => found
                .iter()
                .map(|one| {
                    let cure = one.cure.clone().unwrap_or_else(|| {
                        format!("see `{}` in {}", manager.command(), self.folder.display())
                    });
                    let text = format!("{} is known to be vulnerable", one.package);
                    let why = match one.title.as_str() {
                        "" => "the advisory does not say",
                        title => title,
                    };
                    Finding::new(one.severity, place.clone(), "packages", text, why, cure)
                })
                .collect(),
            Outcome::Failed(manager, reason) => vec![Finding::new(
                Severity::Medium,
                place,
                "packages_unknown",
                format!("they were not audited: {reason}"),
                "nobody knows whether one of them is vulnerable",
                format!(
                    "run `{}` in {} where the registry can be reached, or pass --no-packages",
                    manager.command(),
                    self.folder.display()
                ),
            )],
            Outcome::Unlocked => vec![Finding::new(
                Severity::Medium,
                place,
                "lock_file",
                "there is no lock file, so they cannot be audited",
                "each install may bring other versions than the ones that were tested",
                format!("npm install --package-lock-only, in {}", self.folder.display()),
            )],
        }
    }

    /// In one line, for people.
    pub fn told(&self) -> String {
        match &self.outcome {
            Outcome::Nothing => "none".into(),
            Outcome::Unlocked => "not audited: there is no lock file".into(),
            Outcome::Failed(manager, _) => {
                format!("not audited: `{}` gave no answer", manager.command())
            }
            Outcome::Audited(manager, found) => {
                let count = match found.len() {
                    0 => "no known vulnerability".to_owned(),
                    1 => "1 is known to be vulnerable".to_owned(),
                    many => format!("{many} are known to be vulnerable"),
                };
                format!("{count}, says `{}`", manager.command())
            }
        }
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let (state, manager, reason, found) = match &self.outcome {
            Outcome::Nothing => ("none", None, None, None),
            Outcome::Unlocked => ("unlocked", None, None, None),
            Outcome::Failed(manager, reason) => ("failed", Some(manager), Some(reason), None),
            Outcome::Audited(manager, found) => ("audited", Some(manager), None, Some(found)),
        };
        json!({
            "apps": self.apps,
            "folder": self.folder.display().to_string(),
            "state": state,
            "command": manager.map(|manager| manager.command()),
            "reason": reason,
            "vulnerable": found,
        })
    }
}
