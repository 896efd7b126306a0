//! Steps that run Node's own test runner.

use super::steps::Outcome;
use crate::repository::{Repository, run};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Written into `node_modules` after an install: the lock file that it follows.
const INSTALLED: &str = ".installed-lock.json";

/// The agent's own tests; they need no package.
pub fn agent(repository: &Repository) -> Result<Outcome> {
    test(repository, &tests_below(&repository.root.join("agent"))?)
}

/// The agent under each framework in `trial/apps`, with real packages.
pub fn frameworks(repository: &Repository) -> Result<Outcome> {
    install_all(repository, "trial")?;
    install_all(repository, "examples")?;
    // Nest and Next.js run what was built; a build follows its sources, so it is made each time.
    let mut build = repository.command("npm", &["run", "build", "--loglevel=error"]);
    run(build.current_dir(repository.root.join("trial/apps")).env("NEXT_TELEMETRY_DISABLED", "1"))?;
    test(repository, &tests_below(&repository.root.join("trial"))?)
}

/// The dashboard: `dist` is what its sources give, and every page does what it says in a real browser.
pub fn dashboard(repository: &Repository) -> Result<Outcome> {
    install_all(repository, "dashboard")?;
    let folder = repository.root.join("dashboard");
    let mut check = repository.command("npm", &["run", "--silent", "check"]);
    run(check.current_dir(&folder))?;
    if !BROWSERS.iter().any(|path| Path::new(path).exists()) {
        let why = "its pages, for there is no chromium (on Debian: apt-get install chromium); dist is checked";
        return Ok(Outcome::Skipped(why.into()));
    }
    let ostler = repository.build_ostler(false)?;
    let mut command = repository.command("node", &["--test", "--test-concurrency=1"]);
    command.args(tests_below(&folder)?).env("OSTLER_BIN", ostler);
    run(command.env("OSTLER_SHOTS", repository.target.join("dashboard-shots")))?;
    Ok(Outcome::Passed)
}

/// Where the tests of the dashboard look for one, too.
const BROWSERS: [&str; 3] =
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

fn test(repository: &Repository, files: &[PathBuf]) -> Result<Outcome> {
    let mut command = repository.command("node", &["--test"]);
    run(command.args(files))?;
    Ok(Outcome::Passed)
}

/// `npm ci` in every folder below `folder` that has a lock file, unless it was done for that lock file.
pub fn install_all(repository: &Repository, folder: &str) -> Result<()> {
    let locks = find(&repository.root.join(folder), &|name| name == "package-lock.json")?;
    for lock in &locks {
        let folder = lock.parent().context("a lock file lies in a folder")?;
        let installed = folder.join("node_modules").join(INSTALLED);
        let text = fs::read(lock).with_context(|| format!("cannot read {}", lock.display()))?;
        if fs::read(&installed).ok().as_ref() == Some(&text) {
            continue;
        }
        let options = ["ci", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
        let mut command = repository.command("npm", &options);
        run(command.current_dir(folder))?;
        // A package without dependencies gets no node_modules.
        fs::create_dir_all(folder.join("node_modules"))?;
        fs::write(&installed, text)?;
    }
    Ok(())
}

/// Files named `*.test.js`, `.mjs` or `.cjs`.
fn tests_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let test =
        |name: &str| [".test.js", ".test.mjs", ".test.cjs"].iter().any(|end| name.ends_with(end));
    let found = find(folder, &test)?;
    anyhow::ensure!(!found.is_empty(), "no *.test.js, .mjs or .cjs below {}", folder.display());
    Ok(found)
}

/// Files below `folder`, outside `node_modules`, whose name is `wanted`; sorted.
fn find(folder: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            if name != "node_modules" && !name.starts_with('.') {
                found.extend(find(&entry.path(), wanted)?);
            }
        } else if wanted(&name) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}
