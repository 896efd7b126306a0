//! What the machine as a whole does, from `/proc` (Linux; elsewhere nothing is told).

mod parse;
mod write;

pub use write::write;
