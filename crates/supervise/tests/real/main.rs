//! The supervisor with real processes: node, npm, sh. Every test waits for states, and ends what it
//! started; what a failing test leaves is ended by the warden.
#![expect(clippy::unwrap_used, reason = "a test may fail at any line")]

mod apply;
mod died;
mod killed;
mod mistakes;
mod output;
mod reload;
mod site;
mod start;
mod watched;
