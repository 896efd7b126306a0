//! `cargo xtask tidy`: rules that no compiler knows.
//!
//! Each rule is a file with a table at its top and a pure `check` over a [`Tree`] of texts, so its
//! tests can show that it fails when it should.

mod layers;
mod links;
mod names;
mod packages;
mod purity;
mod registries;
mod run;
mod rust;
mod sizes;
mod tree;
mod unsafety;

pub use run::run;
use tree::{Fault, Tree};
