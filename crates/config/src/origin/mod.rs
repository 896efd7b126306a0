//! Where the value of each key comes from: a line of the file, the command line, or the default.

mod lines;
mod list;
#[cfg(test)]
mod tests;

pub use lines::Lines;
pub use list::origins;

use serde::Serialize;
use serde_json::Value;

/// One key, its value, and where that comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Origin {
    /// The key's path as in the file: `app.web.workers`.
    pub key: String,
    /// The value that holds, as it would be written; null: none. Secrets are hidden.
    pub value: Value,
    /// What holds without the key, as it would be written; None: no value.
    pub default: Option<&'static str>,
    /// `ostler.toml:12`, perhaps followed by the key that is inherited in brackets; `argument --listen`; or `default`.
    pub origin: String,
    /// When a change takes effect, in words.
    pub change: &'static str,
    /// What the key means.
    pub help: &'static str,
}
