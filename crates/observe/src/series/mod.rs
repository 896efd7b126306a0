//! Metrics over time: every second for an hour, ten seconds for a day, minutes for two weeks.
//!
//! In: a [`meter::Snapshot`] a second. Out: answers to questions in a part of PromQL. Invariant: memory and disk
//! are bounded; what does not fit is dropped and counted. See LIFECYCLE.md for what lies where when.

pub mod bits;
pub mod block;
pub mod column;
pub mod file;
pub mod fold;
pub mod history;
pub mod key;
pub mod live;
pub mod query;
pub mod question;
pub mod registry;
pub mod select;
pub mod shelf;
pub mod tier;
pub mod varint;

pub use history::{History, Lost, Size};
pub use live::{Series, Settings};
pub use query::Reply;
