//! `cargo xtask bench`: build Ostler and the bench program for release, then hand over to it.

use crate::repository::{self, Repository};
use anyhow::Result;

/// Build, then run with `options` as given.
pub fn run(repository: &Repository, options: &[String]) -> Result<()> {
    if let Some(("logs", rest)) = options.split_first().map(|(first, rest)| (first.as_str(), rest))
    {
        return logs(repository, rest);
    }
    let ostler = repository.build_ostler(true)?;
    let bench = ["build", "--locked", "--release", "--package", "bench"];
    repository.run("cargo", &bench)?;
    let store = ["build", "--locked", "--release", "--package", "store", "--example", "store_only"];
    repository.run("cargo", &store)?;
    let release = repository.target.join("release");
    let mut command = repository.command(&release.join("bench").display().to_string(), &[]);
    command.args(options).env("OSTLER_BIN", ostler).env("OSTLER_REPOSITORY", &repository.root);
    command.env("OSTLER_STORE_ONLY", release.join("examples/store_only"));
    repository::run(&mut command)
}

/// What the logs take and how long searches take: no peer, no Node.
fn logs(repository: &Repository, options: &[String]) -> Result<()> {
    let build =
        ["build", "--locked", "--release", "--package", "observe", "--example", "log_bench"];
    repository.run("cargo", &build)?;
    let program = repository.target.join("release/examples/log_bench");
    repository::run(repository.command(&program.display().to_string(), &[]).args(options))
}
