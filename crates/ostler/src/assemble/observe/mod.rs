//! What is kept and told of everything that runs: the parts of the crate `observe`, fed from here.

mod observed;

pub use observed::Observed;
