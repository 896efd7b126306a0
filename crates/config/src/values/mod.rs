//! The checked form as a list of keys and values, as they would be written in a file.
//!
//! What holds now is shown from it (`ostler check`, the admin API), and two configs are compared
//! by it. Every value of the catalogue is there; a test sees to that.

mod compress;
mod export;
mod guard;
mod ingest;
mod limit;
mod list;
mod logs;
mod observe;
mod observe_metrics;
mod rules;
mod serve;
mod show;
mod store;
mod written;

#[cfg(test)]
mod tests;

pub use list::{Setting, values};
pub use show::show;
pub(crate) use written::{written_bytes, written_name, written_time};
