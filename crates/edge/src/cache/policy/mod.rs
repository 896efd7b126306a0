//! What may be kept of replies, for how long, and for whom: RFC 9111, RFC 5861, RFC 8246, RFC 9213.
//! Pure: time comes in as an argument.
//!
//! In: fields of requests and replies, what is kept, what the settings allow. Out: decisions.
//! Invariant: what is malformed, doubled or contradictory makes a reply less used, never more.
//! Not here: keeping (`store`), waiting, asking the app (`flow`), and preconditions and ranges
//! (`http::conditional`).
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod admission;
mod asked;
mod control;
mod directives;
mod fields;
mod invalidation;
mod kept;
mod report;
mod structured;
mod using;
mod vary;

pub use admission::{Moments, Refusal, admit};
pub use asked::{Asked, Bypass, key};
pub use control::Control;
pub use directives::Directives;
pub use fields::{Fields, Lines, after_start_line};
pub use invalidation::{invalidated, is_unsafe};
use kept::kept_lines;
pub use kept::updated;
pub use report::{Forwarded, Outcome, Report};
pub use using::{Trouble, Using, is_error, may_stand_in, using};
pub use vary::fits;

#[cfg(test)]
mod tests;
