//! `cargo xtask gen`: files that the binary prints about itself, so that they cannot go stale.

use crate::repository::{Repository, output};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;

/// A generated file and the `ostler` command that prints it.
const FILES: &[(&str, &[&str])] = &[
    ("docs/reference/config.md", &["reference", "config"]),
    ("docs/reference/cli.md", &["reference", "cli"]),
    ("docs/reference/metrics.md", &["reference", "metrics"]),
    ("docs/reference/exit-codes.md", &["reference", "exit-codes"]),
    ("docs/reference/config.schema.json", &["reference", "schema"]),
    ("deploy/grafana/ostler-overview.json", &["reference", "grafana-overview"]),
    ("deploy/grafana/ostler-workers.json", &["reference", "grafana-workers"]),
    ("deploy/grafana/ostler-machine.json", &["reference", "grafana-machine"]),
    ("deploy/prometheus/ostler.rules.yml", &["reference", "alerts"]),
    ("docs/reference/ostler.1", &["man"]),
    ("docs/reference/completions/ostler.bash", &["completions", "bash"]),
    ("docs/reference/completions/_ostler", &["completions", "zsh"]),
    ("docs/reference/completions/ostler.fish", &["completions", "fish"]),
];

/// Write every generated file, or with `check` only compare.
pub fn run(repository: &Repository, check: bool) -> Result<()> {
    let ostler = repository.build_ostler(false)?;
    let mut stale = Vec::new();
    for (path, arguments) in FILES {
        let mut command = repository.command(&ostler.display().to_string(), arguments);
        let wanted = output(command.env("NO_COLOR", "1"))?;
        if wanted.trim().is_empty() {
            bail!("`ostler {}` printed nothing for {path}", arguments.join(" "));
        }
        let file = repository.root.join(path);
        if fs::read_to_string(&file).ok().as_deref() == Some(wanted.as_str()) {
            continue;
        }
        stale.push(*path);
        if !check {
            write(&file, &wanted)?;
            println!("wrote {path}");
        }
    }
    if check && !stale.is_empty() {
        bail!("out of date: {}. Run `cargo xtask gen` and commit the result.", stale.join(", "));
    }
    println!("{} generated files are up to date", FILES.len());
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<()> {
    let folder = file.parent().context("a generated file lies in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}
