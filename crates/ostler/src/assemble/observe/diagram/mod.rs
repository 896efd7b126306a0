//! The live diagram: looked at and drawn only while somebody wants it.

mod ask;
mod clients;
mod frames;
mod look;
mod names;
mod peers;
mod queues;
mod reply;
#[cfg(test)]
mod tests;

pub use frames::Diagram;
