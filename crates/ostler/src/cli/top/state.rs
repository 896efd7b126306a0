//! What is seen, and what a message changes of it. Pure.

use super::entries::Entries;
use super::keys;
use model::api::{AppStatus, LogEntry, RouteStatus, Status, WorkerStatus};
use model::{AppName, LogLine};
use ratatui::crossterm::event::KeyEvent;
use std::collections::VecDeque;

/// Log lines kept to scroll back in.
const LINES_MAX: usize = 2_000;
/// Samples of the rate, one a second: more than the widest terminal shows.
const RATES_MAX: usize = 512;
pub const FILTER_CHARS_MAX: usize = 60;

/// Everything the view shows.
#[derive(Debug, Default)]
pub struct State {
    /// The last status, kept while the connection is broken.
    pub status: Option<Status>,
    /// Why there is no connection.
    pub broken: Option<String>,
    /// Requests a second, oldest first.
    pub rates: VecDeque<u64>,
    /// Log lines, oldest first.
    pub lines: VecDeque<LogLine>,
    /// Only lines that contain this are shown, whatever the case.
    pub filter: String,
    /// Lines below the last one shown; 0 follows the log.
    pub scrolled: usize,
    /// The selected row of [`State::rows`].
    pub selected: usize,
    /// What fills the screen.
    pub view: View,
    /// The selected row of [`State::routes`].
    pub route: usize,
    /// The lines of the logs view.
    pub entries: Entries,
    /// What keys mean now.
    pub mode: Mode,
    /// The last news about commands.
    pub notice: Option<Notice>,
    /// What is being carried out.
    pub busy: Option<String>,
}

/// What fills the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum View {
    /// Apps, their workers, and the end of the log.
    #[default]
    Apps,
    /// Routes.
    Routes,
    /// The log, taken apart.
    Logs,
}

/// What keys mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Mode {
    /// Select rows, give commands; in the logs view, scroll.
    #[default]
    Table,
    /// Scroll the log.
    Logs,
    /// Type a filter; Esc brings back the one before.
    Filter {
        /// The filter before.
        before: String,
    },
    /// Read the help.
    Help,
    /// Answer whether a command is meant.
    Confirm(Command),
}

/// A line about a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The text.
    pub text: String,
    /// It went wrong.
    pub bad: bool,
}

/// What Ostler is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Rolling reload.
    Reload(AppName),
    /// Replace one worker.
    Restart(AppName, u32),
    /// Run so many workers.
    Scale(AppName, u32),
}

/// What the view asks of its surroundings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// End the view.
    Quit,
    /// Carry out a command and send [`Message::Done`].
    Do(Command),
}

/// What happens to the view.
#[derive(Debug)]
pub enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// The terminal has another size.
    Resized,
    /// The terminal is going away.
    Hangup,
    /// How Ostler is, once a second.
    Status(Box<Status>),
    /// Ostler does not answer.
    Broken(String),
    /// The log begins anew.
    LogStarts,
    /// A log line.
    Line(LogLine),
    /// The log, taken apart, begins anew.
    EntriesStart,
    /// A line of it.
    Entry(Box<LogEntry>),
    /// There is none, and why: lines are shown as workers write them.
    Unsearchable(String),
    /// So many log lines came too fast.
    Missed(u64),
    /// A command has ended.
    Done(Notice),
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub enum Row<'s> {
    /// An app.
    App(&'s AppStatus),
    /// One of its workers.
    Worker(&'s AppStatus, &'s WorkerStatus),
}

impl Command {
    /// As a sentence in progress.
    pub fn doing(&self) -> String {
        match self {
            Command::Reload(app) => format!("reloading {app}"),
            Command::Restart(app, number) => format!("restarting worker {number} of {app}"),
            Command::Scale(app, workers) => format!("scaling {app} to {workers}"),
        }
    }

    /// As a question.
    pub fn question(&self) -> String {
        match self {
            Command::Reload(app) => format!("Reload {app}, worker by worker?"),
            Command::Restart(app, number) => format!("Replace worker {number} of {app}?"),
            Command::Scale(app, workers) => format!("Scale {app} to {workers}?"),
        }
    }
}

impl Notice {
    /// Good news.
    pub fn good(text: impl Into<String>) -> Self {
        Notice { text: text.into(), bad: false }
    }

    /// Bad news.
    pub fn bad(text: impl Into<String>) -> Self {
        Notice { text: text.into(), bad: true }
    }
}

impl State {
    /// Take in what happened.
    pub fn update(&mut self, message: Message) -> Option<Wish> {
        match message {
            Message::Key(key) => return keys::press(self, key),
            Message::Hangup => return Some(Wish::Quit),
            Message::Resized => {}
            Message::Status(status) => self.take_status(*status),
            Message::Broken(reason) => {
                self.broken = Some(reason);
                self.rates.clear();
            }
            Message::LogStarts => {
                self.lines.clear();
                self.scrolled = 0;
            }
            Message::Line(line) => self.take_line(line),
            Message::EntriesStart => self.entries.begin(),
            Message::Entry(entry) => self.entries.take(*entry, &self.filter.to_lowercase()),
            Message::Unsearchable(why) => self.entries.plain = Some(why),
            Message::Missed(count) => {
                self.notice = Some(Notice::bad(format!("{count} log lines came too fast to show")));
            }
            Message::Done(notice) => {
                self.busy = None;
                self.notice = Some(notice);
            }
        }
        None
    }

    /// The rows of the table: each app, followed by its workers.
    pub fn rows(&self) -> Vec<Row<'_>> {
        let apps = self.status.iter().flat_map(|status| &status.apps);
        apps.flat_map(|app| {
            let workers = app.workers.iter().map(move |worker| Row::Worker(app, worker));
            std::iter::once(Row::App(app)).chain(workers)
        })
        .collect()
    }

    /// The routes, most specific first.
    pub fn routes(&self) -> &[RouteStatus] {
        self.status.as_ref().map_or(&[], |status| &status.routes)
    }

    /// The lines that pass the filter, oldest first.
    pub fn shown_lines(&self) -> impl DoubleEndedIterator<Item = &LogLine> {
        let wanted = self.filter.to_lowercase();
        self.lines.iter().filter(move |line| passes(line, &wanted))
    }

    /// Give a command, unless one is under way.
    pub fn start(&mut self, command: Command) -> Option<Wish> {
        if self.broken.is_some() {
            self.notice = Some(Notice::bad("ostler does not run"));
            return None;
        }
        if let Some(busy) = &self.busy {
            self.notice = Some(Notice::bad(format!("still {busy}")));
            return None;
        }
        self.notice = None;
        self.busy = Some(command.doing());
        Some(Wish::Do(command))
    }

    fn take_status(&mut self, status: Status) {
        let held = self.rows().get(self.selected).map(identity);
        self.broken = None;
        if self.rates.len() == RATES_MAX {
            self.rates.pop_front();
        }
        self.rates.push_back(status.edge.requests_per_second.round() as u64);
        self.route = self.route.min(status.routes.len().saturating_sub(1));
        self.status = Some(status);
        // Follow the selected row when others come and go above it.
        let rows = self.rows();
        let same = rows.iter().position(|row| Some(identity(row)) == held);
        self.selected = same.unwrap_or(self.selected.min(rows.len().saturating_sub(1)));
    }

    fn take_line(&mut self, line: LogLine) {
        self.entries.take_plain(&line, &self.filter.to_lowercase());
        if self.lines.len() == LINES_MAX {
            self.lines.pop_front();
        }
        // Keep what is being read in place.
        if self.scrolled > 0 && passes(&line, &self.filter.to_lowercase()) {
            self.scrolled = (self.scrolled + 1).min(LINES_MAX - 1);
        }
        self.lines.push_back(line);
    }
}

/// What stays the same of a row from status to status. A replaced worker keeps its number, and the
/// first row with it is the selected one.
fn identity(row: &Row<'_>) -> (AppName, Option<u32>) {
    match row {
        Row::App(app) => (app.name.clone(), None),
        Row::Worker(app, worker) => (app.name.clone(), Some(worker.number)),
    }
}

fn passes(line: &LogLine, wanted_in_lower_case: &str) -> bool {
    wanted_in_lower_case.is_empty()
        || line.text.to_lowercase().contains(wanted_in_lower_case)
        || line.app.as_str().contains(wanted_in_lower_case)
}
