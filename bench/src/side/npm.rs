//! Packages of apps that sides run.

use anyhow::{Context, Result, bail};
use std::path::Path;

/// `npm ci` in `folder`, shown as `name`, unless its packages are there for its lock file as it is now.
pub async fn install(folder: &Path, name: &str) -> Result<()> {
    let (lock, mark) = ("package-lock.json", "node_modules/.bench-lock.json");
    let text = std::fs::read(folder.join(lock)).with_context(|| format!("no {lock} in {name}"))?;
    if std::fs::read(folder.join(mark)).ok().as_ref() == Some(&text) {
        return Ok(());
    }
    let mut npm = tokio::process::Command::new("npm");
    npm.args(["ci", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"]);
    let status = npm.current_dir(folder).kill_on_drop(true).status().await.context("npm")?;
    if !status.success() {
        bail!("npm ci in {name} ended with {status}");
    }
    std::fs::write(folder.join(mark), text).with_context(|| format!("cannot write {mark}"))
}
