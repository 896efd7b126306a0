//! Elements packed one after the other, as in Redis's listpack, so that small values, stream nodes and RDB payloads
//! hold the same bytes. Each has a head (kind and length), a body, and the length of both, so that it can be read
//! from either end. Whole numbers are kept as numbers.
//! Here are the elements only: the six bytes before and the one behind them are written when a payload is made.

mod item;
mod packed;
#[cfg(test)]
mod tests;
mod view;
mod walk;

pub use item::{Item, Text};
pub use packed::Packed;
pub use view::{At, Items, View};
pub use walk::{back, push, push_int, read, replace, size, whole};
