//! What a reload changes.

mod compare;

#[cfg(test)]
mod tests;

pub use compare::{Changed, Difference, Upstreams, difference};
