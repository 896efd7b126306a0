//! Sets: members without order.
//! In: members as bytes. Out: the same; what a form keeps as an integer comes out as one.
//! Invariant: what does not fit a small form makes the set large, and it stays so. A member is there once.
//! Not here: the protocol (`command::set`).

mod limits;
mod table;
#[cfg(test)]
mod tests;
mod value;

pub use limits::Limits;
pub use value::Set;

use table::Table;
