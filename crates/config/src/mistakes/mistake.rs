use serde::Serialize;
use std::fmt;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// The file as it was named, `ostler.toml` if it has no name.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Characters that are wrong, at least 1; never past the line's end.
    pub width: u32,
    /// The key's path, such as `app.web.workers`; empty when the text is no TOML.
    pub key: String,
    /// What is wrong.
    pub text: String,
    /// What to do about it, in the imperative.
    pub cure: String,
    /// The line of the file, without its end.
    pub quoted: String,
}

/// One line for programs: `ostler.toml:3:1: app.web.worker: unknown key; write …`.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        write!(f, "{}; {}", self.text, self.cure)
    }
}
