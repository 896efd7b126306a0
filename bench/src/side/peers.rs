//! Where the programs are, installing what is missing.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs of all sides.
#[derive(Debug, Clone)]
pub struct Peers {
    /// The root of the checkout.
    pub repository: PathBuf,
    /// The `ostler` binary.
    pub ostler: PathBuf,
    /// The store's own binary, without the rest of Ostler.
    pub store_only: PathBuf,
    /// PM2's command line script.
    pub pm2: PathBuf,
}

impl Peers {
    /// Find them. nginx and HAProxy come from Debian, PM2 from npm into the user's cache, never globally.
    pub fn install() -> Result<Self> {
        let place = |name: &str| {
            let value = std::env::var_os(name).map(PathBuf::from);
            value.with_context(|| format!("{name} is not set: start this with `cargo xtask bench`"))
        };
        let (repository, ostler) = (place("OSTLER_REPOSITORY")?, place("OSTLER_BIN")?);
        let store_only = place("OSTLER_STORE_ONLY")?;
        run(Command::new(repository.join("xtask/setup.sh")).arg("bench"))?;
        let pm2 = install_pm2(&repository)?;
        Ok(Peers { repository, ostler, store_only, pm2 })
    }
}

/// The folder of our caches.
fn cache() -> Result<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(home);
    Ok(cache.context("neither XDG_CACHE_HOME nor HOME is set")?.join("ostler"))
}

/// `npm ci` from the lock file in bench/peers, unless that lock file was installed before.
fn install_pm2(repository: &Path) -> Result<PathBuf> {
    let (lists, folder) = (repository.join("bench/peers"), cache()?.join("peers"));
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    let program = folder.join("node_modules/pm2/bin/pm2");
    let lock = "package-lock.json";
    let same = std::fs::read(lists.join(lock)).ok() == std::fs::read(folder.join(lock)).ok();
    if !same || !program.exists() {
        for file in ["package.json", lock] {
            std::fs::copy(lists.join(file), folder.join(file))
                .with_context(|| format!("cannot copy {file} to {}", folder.display()))?;
        }
        let options = ["ci", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
        run(Command::new("npm").args(options).current_dir(&folder))?;
    }
    Ok(program)
}

fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().display().to_string();
    let status = command.status().with_context(|| format!("cannot start {name}"))?;
    if !status.success() {
        bail!("{name} ended with {status}");
    }
    Ok(())
}
