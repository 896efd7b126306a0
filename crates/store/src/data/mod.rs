//! Structures behind the values, and the hash table of keys. Pure: no protocol, no clock.

mod value;

pub use value::{Kind, Value};
