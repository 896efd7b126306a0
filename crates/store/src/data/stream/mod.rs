//! Streams: entries of fields under rising ids, and the groups that read them. Pure.
//! Entries lie packed in nodes of a hundred or so, each under the id of its first entry; those with the same field
//! names as that entry keep only values. What is deleted is marked, and goes with its node.
//! Invariants: ids rise; a node has an entry that is not deleted; `length` is the number of those.

mod append;
mod fields;
mod group;
mod id;
mod iter;
mod lag;
mod node;
mod radix;
#[cfg(test)]
mod tests;
mod trim;
mod value;

pub use fields::Fields;
pub use group::{Consumer, Group, Pending};
pub use id::StreamId;
pub use iter::{Entries, Entry};
pub use node::NodeLimits;
pub use trim::{Trim, TrimTo};
pub use value::Stream;

use node::Node;
