//! Lines to files: one for each app, rotated by size and age.

mod files;
mod rotated;

pub use files::Files;
pub use rotated::{Limits, Rotated};
