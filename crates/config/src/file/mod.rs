//! File form → checked form.
//!
//! In: text. Out: [`crate::Config`] or every mistake in the text. Invariant: a key is read only
//! through the catalogue, so a key that is not declared there cannot be read, and its default is
//! read from there by the same code as a value from the file. Only `app/run`, `app/apps`,
//! `edge/access_log` and `pem` look at the disk, and only when told to.

mod address;
mod admin;
mod app;
mod balance;
mod check;
mod distinct;
mod edge;
mod export;
mod ingest;
mod lists;
mod log;
mod logs;
mod names;
mod nearest;
mod observe;
mod observe_metrics;
mod pairs;
mod parse;
mod pem;
mod place;
mod route;
mod rules;
mod section;
mod store;
mod store_url;
mod syntax;
mod token;
mod upstream;
mod value;

#[cfg(test)]
mod tests;

pub use address::listen_address;
pub(crate) use nearest::nearest;
pub use parse::parse;
pub(crate) use parse::read;
pub(crate) use place::Place;
