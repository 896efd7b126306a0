//! Recording only: all metric names, counters, and the text forms. Keeping and searching is elsewhere.
//!
//! Domains own their counters (plain atomics); at a scrape each writes its values into a [`Page`],
//! naming them by the catalogue in [`names`], so nothing can be exported that is not declared.

pub mod names;
pub mod page;

pub use names::{Kind, Metric};
pub use page::{Format, Page};
