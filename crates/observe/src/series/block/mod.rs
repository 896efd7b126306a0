//! Some minutes or hours of all series: open while they are written, sealed afterwards.

mod open;
mod payload;
mod sealed;

pub use open::{Lane, Open};
pub use payload::{Entry, Parsed, parse};
pub use sealed::{Body, Read, Sealed};
