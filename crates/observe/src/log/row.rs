//! One line of a stream, before it is packed.

use crate::record::Level;
use model::LogLine;
use std::sync::Arc;

/// A line and what is known of it beside its text.
#[derive(Debug, Clone)]
pub struct Row {
    /// Milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// The number of the worker; None: it is of none.
    pub worker: Option<u32>,
    /// How grave.
    pub level: Level,
    /// The line, secrets taken out.
    pub text: Text,
}

/// A line's text, which is shared with whoever read it where nothing in it was changed.
#[derive(Debug, Clone)]
pub enum Text {
    /// As it was read.
    Read(Arc<LogLine>),
    /// Changed.
    Own(Arc<str>),
}

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        match self {
            Text::Read(line) => &line.text,
            Text::Own(text) => text,
        }
    }
}

impl Row {
    /// The text.
    pub fn text(&self) -> &str {
        self.text.as_str()
    }

    /// About how much memory it takes.
    pub fn bytes(&self) -> usize {
        self.text().len() + 96
    }
}
