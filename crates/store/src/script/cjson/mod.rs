//! The library `cjson` (version 2.1.0): JSON.

mod decode;
mod encode;
mod settings;
mod table;
mod token;

pub use table::push;
