//! `cargo xtask ci`: every check, in the order in which they are cheapest to fail.

mod fuzz;
mod node;
mod run;
mod steps;

pub use run::run;
pub use steps::When;
