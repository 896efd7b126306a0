//! Structures behind the values, and the hash table of keys. Pure: no protocol, no clock.

pub mod dict;
pub mod hash;
pub mod intset;
pub mod list;
pub mod listpack;
pub mod set;
pub mod size;
pub mod small_bytes;
pub mod stream;
pub mod text;
mod value;
pub mod zset;

pub use hash::Hash;
pub use list::List;
pub use set::Set;
pub use stream::Stream;
pub use text::Text;
pub use value::{Kind, Value};
pub use zset::Zset;
