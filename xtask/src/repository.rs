//! Where the repository and its build output lie, and how its programs are run.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The checkout this xtask was started from.
#[derive(Debug)]
pub struct Repository {
    /// Its root folder.
    pub root: PathBuf,
    /// Where cargo puts what it builds.
    pub target: PathBuf,
}

impl Repository {
    /// Asks the environment that `cargo xtask` sets, not the path compiled in: build output is shared by checkouts.
    pub fn find() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .context("start this with `cargo xtask`, which says where the repository is")?;
        let root = Path::new(&manifest).parent().context("xtask has no parent folder")?;
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        Ok(Repository {
            root: root.to_owned(),
            target: target.map_or_else(|| root.join("target"), |folder| root.join(folder)),
        })
    }

    /// A program to be run in the root.
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// Run a program in the root, its output shown; an error if it fails.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        run(&mut self.command(program, arguments))
    }

    /// Build the `ostler` binary and return its path.
    pub fn build_ostler(&self, release: bool) -> Result<PathBuf> {
        let profile = if release { "release" } else { "dev" };
        self.run("cargo", &["build", "--locked", "--profile", profile, "--package", "ostler"])?;
        Ok(self.target.join(if release { "release" } else { "debug" }).join("ostler"))
    }
}

/// The command line as a person would type it.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Run with output shown; an error if the program is missing or fails.
pub fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", shown(command));
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    if !status.success() {
        bail!("`{}` ended with {status}", shown(command));
    }
    Ok(())
}

/// Run and return standard output; an error with standard error if it fails.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` ended with {}\n{}", shown(command), output.status, why.trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("output of `{}`", shown(command)))
}
