//! PM2's ecosystem file.
//!
//! In: the object that the file exports, as JSON. Out: the text of an `ostler.toml` and notes.
//! Field names: https://pm2.keymetrics.io/docs/usage/application-declaration/

mod app;
mod draft;
mod fields;
mod import;
mod run;
mod unlike;
mod value;

#[cfg(test)]
mod tests;

pub use import::{Imported, from_pm2};
