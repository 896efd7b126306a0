//! Measurements of Ostler beside its peers. Started by `cargo xtask bench`.
#![expect(clippy::print_stdout, reason = "a program for people at a terminal")]

mod load;
mod process;
mod report;
mod scenario;
mod side;

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use report::Machine;
use scenario::{Settings, What};
use side::Peers;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Measure Ostler beside PM2, node cluster, nginx and HAProxy on this machine
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench", args_conflicts_with_subcommands = true)]
struct Cli {
    #[arg(value_enum, default_value_t = What::All)]
    what: What,
    /// Print JSON instead of Markdown
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    part: Option<Inner>,
}

#[derive(Debug, Subcommand)]
enum Inner {
    /// Ostler's edge alone, in front of a unix socket; one of the sides of `proxy`
    #[command(hide = true)]
    Edge { config: PathBuf, upstream: PathBuf },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    process::raise_files();
    let result = match &cli.part {
        Some(Inner::Edge { config, upstream }) => side::serve(config, upstream),
        None => compare(&cli),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Ctrl-C drops what runs, and with it ends every process that was started.
fn compare(cli: &Cli) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("cannot start")?.block_on(async {
        let mut terminate = signal(SignalKind::terminate()).context("cannot watch SIGTERM")?;
        tokio::select! {
            result = measure(cli) => result,
            _ = tokio::signal::ctrl_c() => bail!("interrupted; everything that was started has ended"),
            _ = terminate.recv() => bail!("interrupted; everything that was started has ended"),
        }
    })
}

async fn measure(cli: &Cli) -> Result<()> {
    let peers = Peers::install()?;
    let machine = Machine::describe(&peers);
    let results = peers.repository.join("bench/results");
    let mut all = Vec::new();
    for what in cli.what.each() {
        let mut report = what.run(&cli.settings, &peers).await?;
        if cli.settings.whole() {
            let file = report.save(&machine, &results)?;
            eprintln!("wrote {}", file.display());
        }
        if !cli.settings.sides.is_empty() {
            // Without all sides there is nothing to compare with.
            report.targets.clear();
        }
        if cli.json {
            all.push(report.json(&machine));
        } else {
            println!("\n{}", report.markdown(&machine));
        }
    }
    if cli.json {
        println!("{}", serde_json::to_string_pretty(&all).context("JSON")?);
    }
    Ok(())
}
