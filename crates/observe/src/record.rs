use model::Stream;
use std::fmt;
use std::sync::Arc;

/// How grave a record is, in the order of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// pino's 10.
    Trace,
    /// pino's 20.
    Debug,
    /// pino's 30, and what says nothing of its level.
    Info,
    /// pino's 40.
    Warn,
    /// pino's 50.
    Error,
    /// pino's 60.
    Fatal,
}

impl Level {
    /// Every level, the least grave first.
    pub const ALL: [Level; 6] =
        [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Fatal];

    /// Its name: `trace`, `debug`, `info`, `warn`, `error` or `fatal`.
    pub fn name(self) -> &'static str {
        match self {
            Level::Trace => "trace",
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
            Level::Fatal => "fatal",
        }
    }

    /// The level that loggers of all kinds mean by this word, in any case: `warning`, `WARN`, `crit` …
    pub fn named(word: &str) -> Option<Level> {
        const NAMES: [(&str, Level); 15] = [
            ("trace", Level::Trace),
            ("silly", Level::Trace),
            ("verbose", Level::Debug),
            ("debug", Level::Debug),
            ("info", Level::Info),
            ("log", Level::Info),
            ("notice", Level::Info),
            ("http", Level::Info),
            ("warn", Level::Warn),
            ("warning", Level::Warn),
            ("error", Level::Error),
            ("err", Level::Error),
            ("fatal", Level::Fatal),
            ("crit", Level::Fatal),
            ("critical", Level::Fatal),
        ];
        let known = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
        known.map(|(_, level)| *level)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One thing that was logged: a line, or several that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// When, in milliseconds since the Unix epoch: what the record says of itself if that can be believed,
    /// else when it was read.
    pub at_ms: u64,
    /// Of which app; `ostler` for Ostler's own news.
    pub app: Arc<str>,
    /// Of which worker, by its number; None: of no worker.
    pub worker: Option<u32>,
    /// Where it was written to.
    pub stream: Stream,
    /// How grave.
    pub level: Level,
    /// The message for people.
    pub text: String,
    /// What else it says, by dotted names (`req.id`), in its order; values as text.
    pub fields: Vec<(String, String)>,
    /// The trace that it belongs to.
    pub trace_id: Option<String>,
    /// The request that it belongs to.
    pub request_id: Option<String>,
    /// As it was written, secrets taken out; lines that were joined have newlines between them.
    pub raw: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_by_their_many_names() {
        for level in Level::ALL {
            assert_eq!(Level::named(level.name()), Some(level));
        }
        assert_eq!(Level::named("WARNING"), Some(Level::Warn));
        assert_eq!(Level::named("loud"), None);
        assert!(Level::Fatal > Level::Error && Level::Error > Level::Warn);
    }
}
