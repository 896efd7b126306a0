//! Printing for people: colour only where it is wanted, and a closed pipe is no error.

use super::Failure;
use serde::Serialize;
use std::io::{self, IsTerminal, Write};

/// Print `text` to stdout. A reader that went away (`ostler logs | head`) ends the program quietly.
pub fn out(text: &str) -> Result<(), Failure> {
    bytes(text.as_bytes())
}

/// The same for what may be no text.
pub fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => Ok(other?),
    }
}

/// Print `value` as one pretty JSON document.
pub fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(anyhow::Error::from)?;
    out(&(text + "\n"))
}

/// Whether stdout shows colour: a terminal, and `NO_COLOR` is not set.
pub fn colour() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// How many characters fit into a line of stdout; without a limit where it is no terminal.
pub fn width() -> usize {
    if !io::stdout().is_terminal() {
        return usize::MAX;
    }
    ratatui::crossterm::terminal::size().map_or(usize::MAX, |(columns, _)| usize::from(columns))
}
