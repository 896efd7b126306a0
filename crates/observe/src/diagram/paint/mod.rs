//! The picture as PNG: shapes painted, with letters from a font that the caller brings. Pure.

mod canvas;
mod encode;
mod letters;
mod outline;

pub use canvas::{PaintError, png};
pub use letters::Fonts;
