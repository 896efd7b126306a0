//! The supervisor with real processes: node, npm, sh. Every test waits for states, and ends what it
//! started; what a failing test leaves is ended by the warden.

mod apply;
mod died;
mod killed;
mod mistakes;
mod output;
mod reload;
mod site;
mod start;
mod watched;
