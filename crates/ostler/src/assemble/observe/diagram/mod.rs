//! The live diagram: looked at and drawn only while somebody wants it.

mod frames;
mod look;

pub use frames::Diagram;
