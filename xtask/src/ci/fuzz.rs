//! Each fuzz target for a few seconds over its saved seeds. Builds on stable Rust: see fuzz/README.md.

use super::steps::Outcome;
use crate::repository::{Repository, output, run};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// For each target.
const SECONDS: &str = "-max_total_time=5";

/// What `cargo fuzz` passes on a nightly compiler: coverage for libFuzzer, assertions on.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Ccodegen-units=1";

/// Build and run every target.
pub fn smoke(repository: &Repository) -> Result<Outcome> {
    if repository.command("c++", &["--version"]).output().is_err() {
        let why = "no C++ compiler, which libFuzzer is built with (on Debian: apt-get install g++)";
        return Ok(Outcome::Skipped(why.into()));
    }
    let built = build(repository)?;
    for target in targets(repository)? {
        let seeds = repository.root.join("fuzz/seeds").join(&target);
        // New finds go into a folder that is not committed, the first one named.
        let found = repository.target.join("fuzz-corpus").join(&target);
        fs::create_dir_all(&found).with_context(|| format!("cannot create {}", found.display()))?;
        let mut command = repository.command(&built.join(&target).display().to_string(), &[]);
        command
            .arg(SECONDS)
            .arg("-timeout=5")
            .arg("-max_len=4096")
            .arg("-print_final_stats=1")
            .arg("-verbosity=0");
        command.arg("-dict=fuzz/http.dict");
        command.arg(format!("-artifact_prefix={}/", found.display())).arg(found);
        if seeds.is_dir() {
            command.arg(seeds);
        }
        fuzz(&target, &mut command)?;
    }
    Ok(Outcome::Passed)
}

/// libFuzzer tells much while all is well: one line of it is kept, all of it when it fails.
fn fuzz(target: &str, command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("cannot start {target}"))?;
    let told = String::from_utf8_lossy(&output.stderr);
    let tried = told.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    ensure!(output.status.success(), "{target} ended with {}:\n{told}", output.status);
    println!("{target}: {} inputs tried", tried.unwrap_or("unknown").trim());
    Ok(())
}

/// Returns the folder of the built targets.
fn build(repository: &Repository) -> Result<PathBuf> {
    let folder = repository.target.join("fuzz");
    // An explicit --target keeps the flags away from build scripts and macros.
    let host = &host(repository)?;
    let options =
        ["build", "--release", "--locked", "--manifest-path", "fuzz/Cargo.toml", "--target", host];
    let mut command = repository.command("cargo", &options);
    run(command.env("RUSTFLAGS", FLAGS).env("CARGO_TARGET_DIR", &folder))?;
    Ok(folder.join(host).join("release"))
}

/// The triple of the machine that compiles.
fn host(repository: &Repository) -> Result<String> {
    let version = output(&mut repository.command("rustc", &["-vV"]))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc -vV names no host")?.to_owned())
}

/// Names of the targets: files in `fuzz/fuzz_targets`.
fn targets(repository: &Repository) -> Result<Vec<String>> {
    let folder = repository.root.join("fuzz/fuzz_targets");
    let entries =
        fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    ensure!(!names.is_empty(), "no fuzz target in {}", folder.display());
    names.sort();
    Ok(names)
}
