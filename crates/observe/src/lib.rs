//! What is seen of everything that runs: kept, searched, shipped.
//!
//! In: lines and samples. Out: answers about them. Invariant: nothing here may hold up who gives, and nothing
//! grows without a limit; what does not fit is dropped and counted.

pub mod diagram;
pub mod ingest;
pub mod log;
pub mod ship;
pub mod wire;

mod lock;
pub mod machine;
mod record;
pub mod series;
pub mod socket;

pub use record::{Level, Record};
