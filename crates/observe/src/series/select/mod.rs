//! What is asked for, taken out of the history: quickly under its lock, decoded afterwards.

mod choose;
mod find;
mod read;

pub use choose::{Asked, Selection};
pub use find::{Found, NAME};
pub use read::Samples;
