//! Finding lines: which blocks may have them, which rows of a block are they, in which order they are told.

pub mod block;
pub mod count;
pub mod newest;
pub mod prune;

pub use block::Opened;
pub use count::{Counts, count};
pub use newest::{Found, newest};
