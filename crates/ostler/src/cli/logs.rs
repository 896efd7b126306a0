//! `ostler logs`: what workers wrote, from the running Ostler or, when none runs, from its files.

use super::connect::{Project, failure, runtime};
use super::{Exit, Failure, print};
use control::Item;
use control::client::{CallError, LogQuery};
use model::{AppName, LogLine, Stream};
use std::path::{Path, PathBuf};

/// What was asked for.
#[derive(Debug)]
pub struct Wanted {
    /// One app, or all.
    pub app: Option<AppName>,
    /// Go on with what comes.
    pub follow: bool,
    /// How many lines of the past.
    pub lines: usize,
    /// As JSON.
    pub json: bool,
}

/// Show lines.
pub fn logs(project: &Project, wanted: Wanted) -> Result<(), Failure> {
    let client = project.client()?;
    let query = LogQuery { app: wanted.app.clone(), lines: wanted.lines, follow: wanted.follow };
    let shown = runtime()?.block_on(async {
        let mut lines = client.logs(&query).await?;
        while let Some(item) = lines.next().await? {
            let text = match item {
                Item::Entry(line) if wanted.json => json(&line),
                Item::Entry(line) => show(&line, print::colour()),
                Item::Missed { missed } => {
                    format!("… {missed} lines were too fast for this view\n")
                }
            };
            print::out(&text).map_err(|failure| std::io::Error::other(failure.text))?;
        }
        Ok(())
    });
    match shown {
        Err(CallError::NotRunning { .. }) if !wanted.follow && !wanted.json => {
            from_files(project, &wanted)
        }
        Err(CallError::NotRunning { .. }) => {
            runtime()?.block_on(async { Err(project.not_running().await) })
        }
        other => other.map_err(failure),
    }
}

fn json(line: &LogLine) -> String {
    serde_json::to_string(line).unwrap_or_default() + "\n"
}

fn show(line: &LogLine, colour: bool) -> String {
    let LogLine { app, number, text, .. } = line;
    match (line.stream, colour) {
        (Stream::Err, true) => format!("\u{1b}[31m{app}.{number} │\u{1b}[0m {text}\n"),
        (Stream::Out, true) => format!("\u{1b}[36m{app}.{number} │\u{1b}[0m {text}\n"),
        (Stream::Err, false) => format!("{app}.{number} ! {text}\n"),
        (Stream::Out, false) => format!("{app}.{number} | {text}\n"),
    }
}

fn from_files(project: &Project, wanted: &Wanted) -> Result<(), Failure> {
    let folder = log_folder(project)?;
    let mut shown = false;
    for (app, path) in log_files(&folder) {
        if wanted.app.as_ref().is_some_and(|wanted| wanted.as_str() != app) {
            continue;
        }
        let bytes = std::fs::read(&path)?;
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(wanted.lines)..).unwrap_or_default();
        print::out(&format!("not running; the end of {}:\n{}\n", path.display(), tail.join("\n")))?;
        shown = true;
    }
    let text = format!("not running, and there are no logs in {}", folder.display());
    if shown { Ok(()) } else { Err(Failure::new(Exit::NotRunning, text)) }
}

/// Where a daemon of this project writes: `[log] folder`, or below the state folder.
pub fn log_folder(project: &Project) -> Result<PathBuf, Failure> {
    let configured = project.config().ok().and_then(|config| config.log.folder);
    Ok(configured.unwrap_or(project.place()?.state_folder().join("logs")))
}

fn log_files(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let app = name.strip_suffix(".log").filter(|app| !app.contains('.'))?;
            Some((app.to_owned(), entry.path()))
        })
        .collect();
    files.sort();
    files
}
