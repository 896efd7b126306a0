//! Structures behind the values, and the hash table of keys. Pure: no protocol, no clock.

pub mod listpack;
pub mod stream;
mod value;
pub mod zset;

pub use stream::Stream;
pub use value::{Kind, Value};
pub use zset::Zset;
