//! One comparison's result.

use super::{Machine, Table};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Tables, and whether what was aimed at was reached.
#[derive(Debug)]
pub struct Report {
    /// Names the file: `app`, `reload`, `footprint`, `proxy`.
    pub what: &'static str,
    pub title: &'static str,
    /// How it was measured, a sentence each.
    pub method: Vec<String>,
    pub tables: Vec<Table>,
    pub targets: Vec<Target>,
}

/// A figure that was aimed at.
#[derive(Debug)]
pub struct Target {
    /// What was to be reached.
    pub text: &'static str,
    /// What was.
    pub measured: String,
    pub met: bool,
}

impl Report {
    pub fn markdown(&self, machine: &Machine) -> String {
        let mut text = format!("# {}\n\n{}", self.title, machine.markdown());
        text.push_str(&format!("- command: `cargo xtask bench {}`\n\n", self.command()));
        text.push_str(&(self.method.join(" ") + "\n\n"));
        if !self.targets.is_empty() {
            text.push_str("| target | measured | |\n|---|---|---|\n");
        }
        for target in &self.targets {
            let met = if target.met { "met" } else { "**not met**" };
            text.push_str(&format!("| {} | {} | {met} |\n", target.text, target.measured));
        }
        for table in &self.tables {
            text.push('\n');
            text.push_str(&table.markdown());
        }
        text
    }

    pub fn json(&self, machine: &Machine) -> Value {
        let targets = self.targets.iter().map(|target| {
            json!({ "target": target.text, "measured": target.measured, "met": target.met })
        });
        json!({
            "what": self.what,
            "machine": machine.json(),
            "method": self.method,
            "targets": targets.collect::<Vec<_>>(),
            "tables": self.tables.iter().map(Table::json).collect::<Vec<_>>(),
        })
    }

    /// Write the Markdown form to `folder` and return its path.
    pub fn save(&self, machine: &Machine, folder: &Path) -> Result<PathBuf> {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        let file = folder.join(format!("{}-{}.md", machine.date, self.what));
        std::fs::write(&file, self.markdown(machine))
            .with_context(|| format!("cannot write {}", file.display()))?;
        Ok(file)
    }

    /// The options this run was given.
    fn command(&self) -> String {
        let given: Vec<String> = std::env::args().skip(1).filter(|word| word != "--json").collect();
        if given.is_empty() { self.what.into() } else { given.join(" ") }
    }
}
