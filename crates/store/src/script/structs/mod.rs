//! The library `struct` (version 0.2): values packed as C lays them out on 64-bit machines with small end first.

mod format;
mod pack;
mod table;
mod unpack;

pub use table::push;
