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
    pub when: When,
    pub run: fn(&Repository) -> Result<Outcome>,
}

/// In which runs a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// In all: it takes seconds once things are built.
    Quick,
    /// In those that are not quick.
    Usual,
    /// In long ones: it tries something new each time, so it may fail on what nobody changed.
    Long,
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
    Step { name: "fmt", what: "code is formatted", when: When::Quick, run: fmt },
    Step {
        name: "tidy",
        what: "layers, purity, sizes, names, links, packages",
        when: When::Quick,
        run: tidy,
    },
    Step { name: "clippy", what: "no warning in any target", when: When::Quick, run: clippy },
    Step { name: "tests", what: "tests of all crates but trial", when: When::Quick, run: tests },
    Step { name: "gen", what: "generated files are up to date", when: When::Quick, run: generated },
    Step {
        name: "agent",
        what: "the script preloaded into workers",
        when: When::Quick,
        run: node::agent,
    },
    Step {
        name: "frameworks",
        what: "the agent under real frameworks",
        when: When::Usual,
        run: node::frameworks,
    },
    Step {
        name: "dashboard",
        what: "its built files, and each page in a real browser under load",
        when: When::Usual,
        run: node::dashboard,
    },
    Step { name: "trial", what: "the real binary with real Node", when: When::Usual, run: trial },
    Step {
        name: "fuzz",
        what: "each fuzz target with its seeds and the same inputs as ever",
        when: When::Usual,
        run: fuzz::fixed,
    },
    Step {
        name: "seeds",
        what: "10,000 worlds of crashes for the store's log, 1,000 kills",
        when: When::Long,
        run: seeds,
    },
    Step {
        name: "kills",
        what: "Ostler killed 1,000 times while BullMQ works",
        when: When::Long,
        run: kills,
    },
    Step {
        name: "differ",
        what: "a million random commands to the store and to redis-server",
        when: When::Long,
        run: differ,
    },
    Step {
        name: "search",
        what: "each fuzz target for a minute with new inputs",
        when: When::Long,
        run: fuzz::search,
    },
];

/// For runs with optimization that look for errors.
const ASSERT: &str = "profile.release.debug-assertions=true";

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

/// With optimization: the worlds are many, and assertions stay on.
fn seeds(repository: &Repository) -> Result<Outcome> {
    for which in [["--lib", "simulation"], ["--lib", "durable"], ["--test", "crash"]] {
        let test = ["test", "--locked", "--release", "--package", "store", "--config", ASSERT];
        let mut command = repository.command("cargo", &[&test[..], &which[..]].concat());
        run(command.env("OSTLER_SEEDS", "10000").env("OSTLER_ROUNDS", "1000"))?;
    }
    Ok(Outcome::Passed)
}

/// The binary that is released: each start reads all that is kept.
fn kills(repository: &Repository) -> Result<Outcome> {
    let ostler = repository.build_ostler(true)?;
    node::install_all(repository, "trial")?;
    let test = ["test", "--locked", "--package", "trial", "--test", "store", "no_acknowledged_job"];
    let mut command = repository.command("cargo", &test);
    run(command.env("OSTLER_BIN", ostler).env("OSTLER_ROUNDS", "1000"))?;
    Ok(Outcome::Passed)
}

/// As `seeds`. Where there is no redis-server the test has nothing to compare with.
fn differ(repository: &Repository) -> Result<Outcome> {
    if repository.command("redis-server", &["--version"]).output().is_err() {
        return Ok(Outcome::Skipped(
            "no redis-server (on Debian: apt-get install redis-server)".into(),
        ));
    }
    let test = ["test", "--locked", "--release", "--package", "store", "--lib", "random_commands"];
    let mut command = repository.command("cargo", &test);
    run(command.env("OSTLER_DIFFER", "1000000").args(["--config", ASSERT]))?;
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
