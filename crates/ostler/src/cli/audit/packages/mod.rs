//! The package audit of each app, by the package manager that its lock file is of.

mod lock;
mod outcome;
mod report;
mod run;

#[cfg(test)]
mod tests;

pub use outcome::{Audit, audit};
