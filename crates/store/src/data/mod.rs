//! Structures behind the values, and the hash table of keys. Pure: no protocol, no clock.

pub mod list;
pub mod listpack;
pub mod stream;
pub mod text;
mod value;
pub mod zset;

pub use list::List;
pub use stream::Stream;
pub use text::Text;
pub use value::{Kind, Value};
pub use zset::Zset;
