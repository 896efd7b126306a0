//! Steps one after the other, each with a heading and its time; the first failure ends the run.

use super::steps::{self, Outcome, Step, When};
use crate::repository::Repository;
use anyhow::{Result, bail};
use base::units::show_duration;

/// Run the steps up to `most` (with `only` the ones named) and print the summary.
pub fn run(repository: &Repository, most: When, only: &[String]) -> Result<()> {
    if let Some(name) = only.iter().find(|name| steps::ALL.iter().all(|step| step.name != **name)) {
        let names: Vec<_> = steps::ALL.iter().map(|step| step.name).collect();
        bail!("there is no step {name:?}; the steps are {}", names.join(", "));
    }
    let chosen = |step: &&Step| match only {
        [] => step.when <= most,
        only => only.iter().any(|name| name == step.name),
    };
    let started = base::clock::now();
    let mut lines = Vec::new();
    let (mut passed, mut skipped, mut failure) = (0, 0, None);
    for step in steps::ALL.iter().filter(chosen) {
        println!("\n== {}: {} ==", step.name, step.what);
        let began = base::clock::now();
        let result = (step.run)(repository);
        let took = show_duration(began.elapsed());
        let line = match result {
            Ok(Outcome::Passed) => {
                passed += 1;
                format!("  ok      {:<10} {took}", step.name)
            }
            Ok(Outcome::Skipped(why)) => {
                skipped += 1;
                format!("  skipped {:<10} {why}", step.name)
            }
            Err(error) => {
                failure = Some(format!("{}: {error:#}", step.name));
                format!("  FAILED  {:<10} {took}", step.name)
            }
        };
        println!("{}", line.trim_start());
        lines.push(line);
        if failure.is_some() {
            break;
        }
    }
    println!("\n== summary, {} ==\n{}", show_duration(started.elapsed()), lines.join("\n"));
    if let Some(failure) = &failure {
        println!("\nstopped at the first failure:\n{failure}");
        println!("again: cargo xtask ci --only {}", failure.split(':').next().unwrap_or_default());
    }
    // The closing line says what happened in a form that programs read too.
    let skipped = if skipped == 0 { String::new() } else { format!(", {skipped} skipped") };
    println!("\n{passed} passed, {} failed{skipped}", usize::from(failure.is_some()));
    if failure.is_some() {
        std::process::exit(1);
    }
    Ok(())
}
