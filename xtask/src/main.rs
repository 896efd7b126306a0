//! The repository's own tasks: `cargo xtask ci | tidy | gen | bench`.
#![expect(clippy::print_stdout, reason = "a program for people at a terminal")]

mod bench;
mod ci;
mod reference;
mod repository;
mod tidy;

use clap::{Parser, Subcommand};
use repository::Repository;
use std::process::ExitCode;

/// Ostler's own tasks
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run every check that CI runs; stops at the first that fails
    Ci {
        /// Only the checks that take seconds
        #[arg(long)]
        quick: bool,
        /// Let the fuzz targets search for new inputs as well, a minute each
        #[arg(long, conflicts_with = "quick")]
        long: bool,
        /// Only the steps of these names
        #[arg(long, value_name = "STEP")]
        only: Vec<String>,
    },
    /// Check the rules that no compiler knows: layers, purity, sizes, names, links, packages
    Tidy,
    /// Write what is generated from the binary: docs/reference, completions, man page, schema
    Gen {
        /// Change nothing; fail if a file differs
        #[arg(long)]
        check: bool,
    },
    /// Measure Ostler beside its peers; options are those of the bench program
    #[command(disable_help_flag = true)]
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
}

fn main() -> ExitCode {
    match perform(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> anyhow::Result<()> {
    let repository = Repository::find()?;
    match task {
        Task::Ci { quick: true, only, .. } => ci::run(&repository, ci::When::Quick, &only),
        Task::Ci { long: true, only, .. } => ci::run(&repository, ci::When::Long, &only),
        Task::Ci { only, .. } => ci::run(&repository, ci::When::Usual, &only),
        Task::Tidy => tidy::run(&repository),
        Task::Gen { check } => reference::run(&repository, check),
        Task::Bench { options } => bench::run(&repository, &options),
    }
}
