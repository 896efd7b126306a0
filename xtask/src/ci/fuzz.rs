//! Fuzz targets: the same inputs each time, so that a failure is of the change at hand; and, apart, a search
//! with chance that goes on where the last one ended. Built with stable Rust: see fuzz/README.md.

use super::steps::Outcome;
use crate::repository::{Repository, output, run};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Inputs that each target is given, always the same: libFuzzer makes them from the saved seeds with a
/// fixed seed of its own. Values that it sees compared are not used: pointers are among them, which
/// differ from one process to the next.
const INPUTS: u64 = 200_000;
const FIXED: [&str; 3] = ["-seed=1", "-reload=0", "-use_cmp=0"];

/// Targets that take much longer than others for an input, and so get fewer.
const SLOW: [(&str, u64); 2] = [("config", 20_000), ("encode", 5_000)];

/// The search takes so long for each target.
const SEARCH: &str = "-max_total_time=60";

/// An input that takes longer is an error; generous, since the machine may be busy.
const TIMEOUT: &str = "-timeout=20";

/// What `cargo fuzz` passes on a nightly compiler: coverage for libFuzzer, assertions on.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Ccodegen-units=1";

/// Build every target, replay its saved seeds, then give it its fixed inputs.
pub fn fixed(repository: &Repository) -> Result<Outcome> {
    each(repository, |target| {
        // Whole, however long; what is made from them is cut.
        let seeds = target.seeds()?;
        if !seeds.is_empty() {
            told(&target.name, target.command(repository).args(&seeds))?;
        }
        let mut command = target.command(repository);
        command.args(FIXED).arg(format!("-runs={}", target.inputs()));
        if !seeds.is_empty() {
            let list: Vec<_> = seeds.iter().map(|seed| seed.display().to_string()).collect();
            command.arg(format!("-seed_inputs={}", list.join(",")));
        }
        fuzz(&target.name, &mut command)
    })
}

/// Build every target and let it search for a while, from its seeds and all that was found before.
pub fn search(repository: &Repository) -> Result<Outcome> {
    each(repository, |target| {
        // New finds go into the first folder named, which is not committed.
        let found = repository.target.join("fuzz-corpus").join(&target.name);
        fs::create_dir_all(&found).with_context(|| format!("cannot create {}", found.display()))?;
        let mut command = target.command(repository);
        command.arg(SEARCH).arg(found);
        if target.folder.is_dir() {
            command.arg(&target.folder);
        }
        fuzz(&target.name, &mut command)
    })
}

/// One built target.
#[derive(Debug)]
struct Target {
    name: String,
    program: PathBuf,
    /// Of its saved seeds; it need not exist.
    folder: PathBuf,
    /// Crashes are written here.
    crashes: PathBuf,
}

impl Target {
    /// Its saved seeds in an order that does not depend on the file system.
    fn seeds(&self) -> Result<Vec<PathBuf>> {
        if !self.folder.is_dir() {
            return Ok(Vec::new());
        }
        let list = || fs::read_dir(&self.folder)?.map(|entry| Ok(entry?.path())).collect();
        let listed: std::io::Result<Vec<PathBuf>> = list();
        let mut seeds = listed.with_context(|| format!("cannot list {}", self.folder.display()))?;
        seeds.sort();
        Ok(seeds)
    }

    fn inputs(&self) -> u64 {
        let slow = SLOW.iter().find(|(name, _)| *name == self.name);
        slow.map_or(INPUTS, |(_, inputs)| *inputs)
    }

    fn command(&self, repository: &Repository) -> Command {
        let mut command = repository.command(&self.program.display().to_string(), &[]);
        command.args([TIMEOUT, "-max_len=4096", "-print_final_stats=1", "-verbosity=0"]);
        command.arg("-dict=fuzz/http.dict");
        command.arg(format!("-artifact_prefix={}/", self.crashes.display()));
        command
    }
}

/// Build all, then do `what` with one after the other.
fn each(repository: &Repository, what: impl Fn(&Target) -> Result<()>) -> Result<Outcome> {
    if repository.command("c++", &["--version"]).output().is_err() {
        let why = "no C++ compiler, which libFuzzer is built with (on Debian: apt-get install g++)";
        return Ok(Outcome::Skipped(why.into()));
    }
    let built = build(repository)?;
    for name in targets(repository)? {
        let crashes = repository.target.join("fuzz-crashes").join(&name);
        fs::create_dir_all(&crashes)
            .with_context(|| format!("cannot create {}", crashes.display()))?;
        let folder = repository.root.join("fuzz/seeds").join(&name);
        what(&Target { program: built.join(&name), folder, crashes, name })?;
    }
    Ok(Outcome::Passed)
}

/// Run and say how many inputs were tried.
fn fuzz(target: &str, command: &mut Command) -> Result<()> {
    let text = told(target, command)?;
    let tried = text.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    println!("{target}: {} inputs tried", tried.unwrap_or("unknown").trim());
    Ok(())
}

/// Run. libFuzzer tells much while all is well: it is returned, and shown only when it fails.
fn told(target: &str, command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {target}"))?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "{target} ended with {}:\n{text}", output.status);
    Ok(text)
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
