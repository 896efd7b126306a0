//! What the path of a request means to a folder of files. Pure.
//!
//! In: paths as clients write them. Out: names below the folder, and what a name tells of the file.
//! Invariant: what comes out leads nowhere but down.

mod hashed;
mod mime;
mod resolve;

pub use hashed::is_hashed;
pub use mime::{Kind, UNKNOWN, ending, kind};
pub use resolve::{Unfit, Wanted, resolve};

#[cfg(test)]
mod tests;
