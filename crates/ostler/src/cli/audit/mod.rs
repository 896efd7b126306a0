//! `ostler audit`: what the config leaves open, and the packages of each app.
//!
//! In: the checked config, the modes of the files it names, and what the app's package manager says of its
//! packages. Out: findings, each with its cure. `edge`, `route` and `store` are pure; `files` and `packages` look at
//! the disk and run programs.

mod command;
mod edge;
mod files;
mod finding;
mod packages;
mod route;
mod show;
mod store;

#[cfg(test)]
mod tests;

pub use command::{AuditArguments, audit};
