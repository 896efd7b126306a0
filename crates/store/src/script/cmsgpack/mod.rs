//! The library `cmsgpack` (version 0.4.0): MessagePack.

mod pack;
mod table;
mod unpack;

pub use table::push;
