//! The lines of the logs view: taken apart, by level and text. Pure.

use model::LogLine;
use model::Stream;
use model::api::LogEntry;
use std::collections::VecDeque;

/// Lines kept to scroll back in.
const ENTRIES_MAX: usize = 2_000;
/// Every level, the least grave first.
const LEVELS: [&str; 6] = ["trace", "debug", "info", "warn", "error", "fatal"];
/// From which levels on lines can be shown.
const FLOORS: [&str; 4] = ["trace", "info", "warn", "error"];

/// The lines, and which of them are shown.
#[derive(Debug, Default)]
pub struct Entries {
    lines: VecDeque<LogEntry>,
    /// Lines below the last one shown; 0 follows the log.
    pub scrolled: usize,
    floor: usize,
    /// Why lines are not taken apart: they are those that workers wrote, as they are.
    pub plain: Option<String>,
}

impl Entries {
    /// They begin anew.
    pub fn begin(&mut self) {
        self.lines.clear();
        self.scrolled = 0;
        self.plain = None;
    }

    /// Take in one.
    pub fn take(&mut self, entry: LogEntry, wanted_in_lower_case: &str) {
        if self.lines.len() == ENTRIES_MAX {
            self.lines.pop_front();
        }
        // Keep what is being read in place.
        if self.scrolled > 0 && self.passes(&entry, wanted_in_lower_case) {
            self.scrolled = (self.scrolled + 1).min(ENTRIES_MAX - 1);
        }
        self.lines.push_back(entry);
    }

    /// Take in a line as it was written, if there are no others.
    pub fn take_plain(&mut self, line: &LogLine, wanted_in_lower_case: &str) {
        if self.plain.is_none() {
            return;
        }
        let level = if line.stream == Stream::Err { "error" } else { "info" };
        let entry = LogEntry {
            at_ms: line.at_ms,
            app: line.app.to_string(),
            worker: Some(line.number),
            stream: line.stream,
            level: level.into(),
            text: line.text.clone(),
            fields: Default::default(),
            trace_id: None,
            request_id: None,
            raw: line.text.clone(),
        };
        self.take(entry, wanted_in_lower_case);
    }

    /// The lines that are shown, oldest first.
    pub fn shown(&self, wanted_in_lower_case: &str) -> impl DoubleEndedIterator<Item = &LogEntry> {
        self.lines.iter().filter(move |entry| self.passes(entry, wanted_in_lower_case))
    }

    /// The least grave level that is shown; None: all are.
    pub fn floor(&self) -> Option<&'static str> {
        FLOORS.get(self.floor).copied().filter(|_| self.floor > 0)
    }

    /// Show only graver ones, or all again.
    pub fn raise_floor(&mut self) {
        self.floor = (self.floor + 1) % FLOORS.len();
        self.scrolled = 0;
    }

    fn passes(&self, entry: &LogEntry, wanted: &str) -> bool {
        let floor = FLOORS.get(self.floor).map_or(0, |floor| rank(floor));
        let has = |text: &str| text.to_lowercase().contains(wanted);
        rank(&entry.level) >= floor && (wanted.is_empty() || has(&entry.raw) || has(&entry.app))
    }
}

/// How grave a level is; what is not known is as grave as `info`.
pub fn rank(level: &str) -> usize {
    LEVELS.iter().position(|known| *known == level).unwrap_or(2)
}
