//! One mistake in a config file: where it is, what is wrong, what to write instead.

mod mistake;
mod position;
mod render;

pub use mistake::Mistake;
pub(crate) use position::Source;
pub use render::render;
