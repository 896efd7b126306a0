//! `ostler top`: the live view in the terminal.
//!
//! `state` holds what is seen and decides what a key does, `view` draws it; both are pure. `watch`
//! feeds status, log lines and keys in, `act` carries commands out, `screen` owns the terminal,
//! `live` runs them all.

mod act;
mod ansi;
mod draw_entries;
mod draw_routes;
mod entries;
mod keys;
mod live;
mod screen;
mod state;
mod view;
mod watch;

pub use live::run;

#[cfg(test)]
mod tests;
