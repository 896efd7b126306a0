//! Sets of integers in one allocation, in order, each in as many bytes as the widest needs.
//! In and out: 64-bit integers. Invariant: each is there once.
//! Not here: when a set is too large for this form (`set`).
//!
//! Form: the count (4), 0 (3), the width of an integer: 2, 4 or 8; then the integers, little-endian. What lies after
//! them is spare.

mod edit;
#[cfg(test)]
mod tests;
mod view;

pub use edit::IntSet;
pub use view::IntView;
