//! `ostler logs`: what workers wrote, from the running Ostler or, when none runs, from its files; and what is looked
//! for in it.

use super::connect::{Project, failure, runtime};
use super::{Exit, Failure, print};
use crate::assemble::{log_entry, log_query};
use base::calendar::Moment;
use clap::Args;
use control::Item;
use control::client::{CallError, Client, LogQuery};
use model::api::{LogEntry, LogSearch};
use model::{AppName, LogLine, Stream};
use observe::log::Stored;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What `logs` takes.
#[derive(Debug, Clone, Default, Args)]
pub struct LogsArguments {
    /// Only this app [default: all]; "ostler" for its own news when something is looked for.
    app: Option<AppName>,
    /// Go on showing what comes.
    #[arg(long, short)]
    follow: bool,
    /// How many lines of the past.
    #[arg(long, short = 'n', visible_alias = "limit", default_value_t = 50, value_name = "N")]
    lines: usize,
    /// As JSON, one object a line.
    #[arg(long)]
    json: bool,
    /// Only lines in which this text stands; may be given several times.
    #[arg(long, short, value_name = "TEXT")]
    grep: Vec<String>,
    /// Only lines that match this regular expression; may be given several times.
    #[arg(long, short = 'e', value_name = "REGEX")]
    regex: Vec<String>,
    /// Capitals do not matter to --grep and --regex.
    #[arg(long, short)]
    ignore_case: bool,
    /// Only lines of this level or a graver one: trace, debug, info, warn, error, fatal.
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
    /// Only lines with a field such as this: status>=500, req.id=abc, user!=anna, msg~timeout; may be given several times.
    #[arg(long, value_name = "CONDITION")]
    field: Vec<String>,
    /// Only lines of the worker with this number.
    #[arg(long, value_name = "NUMBER")]
    worker: Option<u32>,
    /// Only lines since then: 15m (ago), 2026-11-25, 2026-11-25T14:48:44Z.
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only lines before then.
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

impl LogsArguments {
    /// Something is looked for, in all that is kept.
    fn is_search(&self) -> bool {
        let texts = [&self.grep, &self.regex, &self.field].iter().any(|list| !list.is_empty());
        let heads = self.level.is_some()
            || self.worker.is_some()
            || self.since.is_some()
            || self.until.is_some();
        texts || heads
    }

    fn search(&self) -> LogSearch {
        LogSearch {
            grep: self.grep.clone(),
            regex: self.regex.clone(),
            ignore_case: self.ignore_case,
            level: self.level.clone(),
            app: self.app.as_ref().map(ToString::to_string),
            worker: self.worker,
            stream: None,
            fields: self.field.clone(),
            since: self.since.clone(),
            until: self.until.clone(),
            limit: self.lines,
        }
    }
}

/// Show lines.
pub fn logs(project: &Project, wanted: &LogsArguments) -> Result<(), Failure> {
    let client = project.client()?;
    let shown = runtime()?.block_on(async {
        match wanted.is_search() {
            true => found(&client, wanted).await,
            false => recent(&client, wanted).await,
        }
    });
    let is_past = !wanted.follow;
    match shown {
        Err(CallError::NotRunning { .. }) if is_past && wanted.is_search() => {
            from_disk(project, wanted)
        }
        Err(CallError::NotRunning { .. }) if is_past && !wanted.json => from_files(project, wanted),
        Err(CallError::NotRunning { .. }) => {
            runtime()?.block_on(async { Err(project.not_running().await) })
        }
        other => other.map_err(failure),
    }
}

/// The last lines, and those that come.
async fn recent(client: &Client, wanted: &LogsArguments) -> Result<(), CallError> {
    let query = LogQuery { app: wanted.app.clone(), lines: wanted.lines, follow: wanted.follow };
    let mut lines = client.logs(&query).await?;
    while let Some(item) = lines.next().await? {
        print(&match item {
            Item::Entry(line) if wanted.json => json(&line),
            Item::Entry(line) => show(&line, print::colour()),
            Item::Missed { missed } => too_fast(missed),
        })?;
    }
    Ok(())
}

/// The lines that are looked for: the newest, in the order in which they came.
async fn found(client: &Client, wanted: &LogsArguments) -> Result<(), CallError> {
    let mut entries = client.search_logs(&wanted.search(), wanted.follow).await?;
    let mut texts = Vec::new();
    while let Some(item) = entries.next().await? {
        let text = match item {
            Item::Entry(entry) if wanted.json => json(&entry),
            Item::Entry(entry) => show_entry(&entry, print::colour()),
            Item::Missed { missed } => too_fast(missed),
        };
        match wanted.follow {
            true => print(&text)?,
            false => texts.push(text),
        }
    }
    texts.reverse();
    print(&texts.concat())
}

fn print(text: &str) -> Result<(), CallError> {
    print::out(text).map_err(|failure| std::io::Error::other(failure.text).into())
}

fn too_fast(missed: u64) -> String {
    format!("… {missed} lines were too fast for this view\n")
}

fn json(line: &impl Serialize) -> String {
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

/// Time, writer, level, message, and what else the line says.
fn show_entry(entry: &LogEntry, colour: bool) -> String {
    let LogEntry { app, text, fields, .. } = entry;
    let worker = entry.worker.map(|number| format!(".{number}")).unwrap_or_default();
    let time = Moment::of(entry.at_ms);
    let fields: String = fields.iter().map(|(name, value)| format!(" {name}={value}")).collect();
    let fields = if entry.raw == *text { String::new() } else { fields };
    if !colour {
        return format!("{time} {app}{worker} {:<5} {text}{fields}\n", entry.level);
    }
    let hue = match entry.level.as_str() {
        "error" | "fatal" => 31,
        "warn" => 33,
        "info" => 32,
        _ => 90,
    };
    format!(
        "\u{1b}[90m{time}\u{1b}[0m \u{1b}[36m{app}{worker}\u{1b}[0m \u{1b}[{hue}m{:<5}\u{1b}[0m \
         {text}\u{1b}[90m{fields}\u{1b}[0m\n",
        entry.level
    )
}

/// What is looked for, in what a process that ended has kept.
fn from_disk(project: &Project, wanted: &LogsArguments) -> Result<(), Failure> {
    let configured = project.config().ok().and_then(|config| config.observe.folder);
    let usual = || project.place().map(|place| place.state_folder().join("observe"));
    let folder = configured.map_or_else(usual, Ok)?.join("logs");
    let wrong = |text: String| Failure::new(Exit::Usage, text);
    let query = log_query(&wanted.search()).map_err(|declined| wrong(declined.to_string()))?;
    let stored = Stored::read(&folder).map_err(|error| {
        let text = format!("not running, and there are no logs in {}: {error}", folder.display());
        Failure::new(Exit::NotRunning, text)
    })?;
    let mut texts = Vec::new();
    if wanted.lines > 0 {
        stored.search(&query, |record| {
            let entry = log_entry(record);
            texts.push(if wanted.json {
                json(&entry)
            } else {
                show_entry(&entry, print::colour())
            });
            texts.len() < wanted.lines
        })?;
    }
    texts.reverse();
    print::out(&texts.concat())
}

fn from_files(project: &Project, wanted: &LogsArguments) -> Result<(), Failure> {
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
