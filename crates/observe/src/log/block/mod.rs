//! Blocks: some thousand lines of one stream as columns. Pure.
//!
//! A line is its shape and its values; a block holds the shapes, and each field's values as a column that can be
//! read without the others. A filter for each column tells what is surely not in it.

pub mod build;
pub mod column;
pub mod filter;
pub mod meta;

pub use build::{Block, Builder};
pub use column::{Column, Unpacker};
pub use meta::{BlockMeta, Index, Place};
