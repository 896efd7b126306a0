//! The list of steps.

use super::{fuzz, node};
use crate::repository::{Repository, run};
use crate::{reference, tidy};
use anyhow::Result;

/// One check.
#[derive(Debug)]
pub struct Step {
    pub name: &'static str,
    pub what: &'static str,
    /// Takes seconds once things are built.
    pub quick: bool,
    pub run: fn(&Repository) -> Result<Outcome>,
}

/// How a step that did not fail ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    /// Why, and what to do about it.
    Skipped(String),
}

/// Every step, cheapest to fail first.
pub const ALL: &[Step] = &[
    Step { name: "fmt", what: "code is formatted", quick: true, run: fmt },
    Step {
        name: "tidy",
        what: "layers, purity, sizes, names, links, packages",
        quick: true,
        run: tidy,
    },
    Step { name: "clippy", what: "no warning in any target", quick: true, run: clippy },
    Step { name: "tests", what: "tests of all crates but trial", quick: true, run: tests },
    Step { name: "gen", what: "generated files are up to date", quick: true, run: generated },
    Step {
        name: "agent",
        what: "the script preloaded into workers",
        quick: true,
        run: node::agent,
    },
    Step {
        name: "frameworks",
        what: "the agent under real frameworks",
        quick: false,
        run: node::frameworks,
    },
    Step { name: "trial", what: "the real binary with real Node", quick: false, run: trial },
    Step {
        name: "fuzz",
        what: "each fuzz target for a few seconds",
        quick: false,
        run: fuzz::smoke,
    },
];

fn fmt(repository: &Repository) -> Result<Outcome> {
    repository.run("cargo", &["fmt", "--all", "--check"])?;
    Ok(Outcome::Passed)
}

fn tidy(repository: &Repository) -> Result<Outcome> {
    tidy::run(repository)?;
    Ok(Outcome::Passed)
}

fn clippy(repository: &Repository) -> Result<Outcome> {
    let check = ["clippy", "--locked", "--workspace", "--all-targets", "--quiet"];
    let deny = ["--", "-D", "warnings"];
    repository.run("cargo", &[&check[..], &deny[..]].concat())?;
    Ok(Outcome::Passed)
}

fn tests(repository: &Repository) -> Result<Outcome> {
    let which = ["--locked", "--workspace", "--exclude", "trial"];
    repository.run("cargo", &[runner(repository), &which].concat())?;
    let documents = ["test", "--locked", "--workspace", "--doc", "--quiet"];
    repository.run("cargo", &documents)?;
    Ok(Outcome::Passed)
}

fn generated(repository: &Repository) -> Result<Outcome> {
    reference::run(repository, true)?;
    Ok(Outcome::Passed)
}

fn trial(repository: &Repository) -> Result<Outcome> {
    let ostler = repository.build_ostler(false)?;
    // Clients of WebSockets.
    node::install_all(repository, "trial")?;
    let which = ["--locked", "--package", "trial"];
    let mut command = repository.command("cargo", &[runner(repository), &which].concat());
    run(command.env("OSTLER_BIN", ostler))?;
    Ok(Outcome::Passed)
}

/// nextest where it is installed: it runs tests in processes of their own and ends hung ones.
fn runner(repository: &Repository) -> &'static [&'static str] {
    let nextest = repository.command("cargo", &["nextest", "--version"]).output();
    if nextest.is_ok_and(|output| output.status.success()) {
        &["nextest", "run"]
    } else {
        &["test"]
    }
}
