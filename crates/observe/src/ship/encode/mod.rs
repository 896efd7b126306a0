//! Records and samples in the words of each target. Pure.
//!
//! In: records. Out: the body of one request or message, not compressed. Not here: how it is sent (`send`).

pub mod bulk;
pub mod fluent;
pub mod lines;
pub mod loki;
pub mod otlp;
pub mod otlp_metrics;
pub mod remote_write;

#[cfg(test)]
mod tests;
