//! Lock files, and whose they are.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A program that installs packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    /// npm
    Npm,
    /// pnpm
    Pnpm,
    /// Yarn 1.
    YarnClassic,
    /// Yarn 2 and newer.
    Yarn,
    /// Bun
    Bun,
}

/// Names of lock files, those first that are looked at first.
const LOCKS: &[(&str, Manager)] = &[
    ("pnpm-lock.yaml", Manager::Pnpm),
    ("bun.lock", Manager::Bun),
    ("bun.lockb", Manager::Bun),
    ("yarn.lock", Manager::Yarn),
    ("package-lock.json", Manager::Npm),
    ("npm-shrinkwrap.json", Manager::Npm),
];

/// With what Yarn 1 begins its lock files.
const CLASSIC: &[u8] = b"# yarn lockfile v1";
/// So many folders above an app's are looked at, for workspaces.
const FOLDERS_MAX: usize = 8;

impl Manager {
    /// The program.
    pub fn program(self) -> &'static str {
        match self {
            Manager::Npm => "npm",
            Manager::Pnpm => "pnpm",
            Manager::YarnClassic | Manager::Yarn => "yarn",
            Manager::Bun => "bun",
        }
    }

    /// What makes it tell what is known of the packages that the app runs with.
    pub fn arguments(self) -> &'static [&'static str] {
        match self {
            Manager::Npm => &["audit", "--json", "--omit=dev"],
            Manager::Pnpm => &["audit", "--json", "--prod"],
            Manager::YarnClassic => &["audit", "--json", "--groups", "dependencies"],
            Manager::Yarn => {
                &["npm", "audit", "--json", "--all", "--recursive", "--environment", "production"]
            }
            Manager::Bun => &["audit", "--json", "--prod"],
        }
    }

    /// The same for people.
    pub fn command(self) -> String {
        format!("{} {}", self.program(), self.arguments().join(" "))
    }
}

/// The lock file of an app in `folder`: there, or above it as far as the repository goes.
pub fn find(folder: &Path) -> Option<(PathBuf, Manager)> {
    for above in folder.ancestors().take(FOLDERS_MAX) {
        for (name, manager) in LOCKS {
            let path = above.join(name);
            if path.is_file() {
                let manager = match manager {
                    Manager::Yarn if is_classic(&path) => Manager::YarnClassic,
                    manager => *manager,
                };
                return Some((path, manager));
            }
        }
        if above.join(".git").exists() {
            return None;
        }
    }
    None
}

fn is_classic(path: &Path) -> bool {
    let mut start = [0; 256];
    let read = File::open(path).and_then(|mut file| file.read(&mut start)).unwrap_or(0);
    let start = start.get(..read).unwrap_or_default();
    start.windows(CLASSIC.len()).any(|part| part == CLASSIC)
}

/// True if `package.json` in `folder` names packages that the app runs with.
pub fn has_dependencies(folder: &Path) -> bool {
    const BYTES_MAX: u64 = 1 << 20;
    let mut text = String::new();
    let file = File::open(folder.join("package.json"));
    let read = file.and_then(|file| file.take(BYTES_MAX).read_to_string(&mut text));
    let package: serde_json::Value = match read {
        Ok(_) => serde_json::from_str(&text).unwrap_or_default(),
        Err(_) => return false,
    };
    package["dependencies"].as_object().is_some_and(|dependencies| !dependencies.is_empty())
}
