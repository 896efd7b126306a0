//! Recording only: all metric names, what was counted at one moment, and its text forms. Keeping and
//! searching is elsewhere.
//!
//! Domains own their counters (plain atomics). Once a second and at a scrape each tells its values to a
//! [`Snapshot`], naming them by the catalogue in [`names`], so nothing can be exported that is not declared.

pub mod names;
pub mod snapshot;
pub mod text;

pub use names::{Kind, Metric};
pub use snapshot::{BOUNDS_MS, Buckets, Family, Number, Sample, Snapshot, Value};
pub use text::{Format, accepts_gzip};
