//! Ostler: runs an unmodified Node.js app on every core, behind an edge, and keeps it up.

mod assemble;
mod cli;
mod handover;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    match cli::carry_out(arguments) {
        Ok(()) => cli::Exit::Ok.into(),
        Err(failure) => failure.report(),
    }
}
