//! The text forms of a snapshot: Prometheus 0.0.4 and OpenMetrics 1.0.

mod encode;
mod format;

pub use encode::encode;
pub use format::{Format, accepts_gzip};
