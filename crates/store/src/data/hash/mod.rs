//! Hashes: fields with values.
//! In: fields and values as bytes. Out: the same; what a form keeps as an integer comes out as one.
//! Invariant: what does not fit the small form makes it large, and it stays so; so does what clients are told of it,
//! which goes by the limits alone. A field has one value.
//! Not here: the protocol (`command::hash`), and when the fields that end are looked for (`keyspace`).

mod ends;
mod field;
mod limits;
mod shape;
mod table;
#[cfg(test)]
mod tests;
mod value;

pub use limits::Limits;
pub use shape::Shapes;
pub use value::Hash;

use field::Field;
use shape::Shaped;
use table::Table;
