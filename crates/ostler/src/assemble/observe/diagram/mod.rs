//! The live diagram: looked at and drawn only while somebody wants it.

mod frames;
mod look;
mod peers;
#[cfg(test)]
mod tests;

pub use frames::Diagram;
