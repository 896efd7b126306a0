//! What asks a store: redis-benchmark, and programs in bench/apps/store.

use crate::side::{Store, beside};
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};
use std::process::{Command, Stdio};

/// Numbers that a program told.
pub type Numbers = Map<String, Value>;

/// Run a program of bench/apps/store against `store`; what it told.
pub async fn program(
    folder: &std::path::Path,
    name: &str,
    store: &Store,
    number: u64,
) -> Result<Numbers> {
    let mut command = beside("node");
    command.current_dir(folder).arg(format!("{name}.mjs")).arg(store.url()).arg(number.to_string());
    let text = output(command, name).await?;
    let line = text.lines().last().unwrap_or_default();
    serde_json::from_str(line).with_context(|| format!("{name} told {line:?}"))
}

/// `count` requests of one command by redis-benchmark, `pipeline` at a time on each of 50 connections.
pub async fn benchmark(store: &Store, test: &str, pipeline: u32, count: u64) -> Result<()> {
    let mut command = beside("redis-benchmark");
    command.args(["-h", "127.0.0.1", "-p", &store.address.port().to_string(), "-c", "50", "-q"]);
    command.args(["-t", test, "-P", &pipeline.to_string(), "-n", &count.to_string()]);
    command.args(["-r", "100000", "-d", "64"]);
    output(command, "redis-benchmark").await.map(drop)
}

async fn output(command: Command, name: &str) -> Result<String> {
    let mut command = tokio::process::Command::from(command);
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await;
    let output = output.with_context(|| format!("cannot start {name}"))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("{name} ended with {}:\n{}", output.status, why.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
