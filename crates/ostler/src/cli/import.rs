//! `ostler import`: PM2's ecosystem file, evaluated by node, as an `ostler.toml`.

use super::connect::Project;
use super::{Exit, Failure, print};
use std::path::{Path, PathBuf};
use std::process::Command;

const USUAL: [&str; 4] =
    ["ecosystem.config.js", "ecosystem.config.cjs", "ecosystem.config.json", "pm2.config.js"];
const EVALUATE: &str = "const file = process.argv[1];
    const found = require(file);
    process.stdout.write(JSON.stringify(found.default ?? found));";

/// Print the translation, or write it to `ostler.toml`.
pub fn import(project: &Project, file: Option<PathBuf>, write: bool) -> Result<(), Failure> {
    let file = match file {
        Some(file) => file,
        None => usual(&project.folder)?,
    };
    let imported = config::from_pm2(&evaluate(&file)?, &project.folder);
    let target = project.folder.join("ostler.toml");
    if !write {
        return print::out(&imported.toml);
    }
    if target.exists() {
        let text = format!(
            "{} exists; remove it first, or leave --write out to see the translation",
            target.display()
        );
        return Err(Failure::new(Exit::Refused, text));
    }
    base::files::replace(&target, imported.toml.as_bytes())?;
    let mut text = format!("wrote {}\n", target.display());
    for note in &imported.notes {
        text += &format!("note: {note}\n");
    }
    print::out(&(text + "next: ostler check, then ostler start\n"))
}

fn usual(folder: &Path) -> Result<PathBuf, Failure> {
    let mut candidates = USUAL.iter().map(|name| folder.join(name));
    candidates.find(|path| path.exists()).ok_or_else(|| {
        let text =
            format!("there is no {} in {}; name the file", USUAL.join(", "), folder.display());
        Failure::new(Exit::Usage, text)
    })
}

fn evaluate(file: &Path) -> Result<serde_json::Value, Failure> {
    let file = std::path::absolute(file)?;
    let output =
        Command::new("node").args(["-e", EVALUATE]).arg(&file).output().map_err(|error| {
            Failure::new(
                Exit::Unrunnable,
                format!("cannot run node to read {}: {error}", file.display()),
            )
        })?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(
            Exit::Config,
            format!("node cannot read {}:\n{stderr}", file.display()),
        ));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| {
        Failure::new(
            Exit::Config,
            format!("{} does not export a plain object: {error}", file.display()),
        )
    })
}
