//! A B+tree of (score, member) whose inner nodes count what is below them: places by key and by rank in a few steps,
//! and neighbours side by side. Members are known by their number; whoever searches brings the comparison.
//! Invariant: an inner node's entry has the exact count and the exact first key of its child.

mod delete;
mod insert;
mod leaf;
mod node;
mod seek;
#[cfg(test)]
mod tests;

pub(super) use node::Tree;
pub(super) use seek::Place;

use super::members::Id;
use leaf::Leaf;
use node::{Entry, Inner, Node};
