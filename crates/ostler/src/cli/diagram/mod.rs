//! `ostler diagram`: the architecture as it runs, as a picture.

mod command;
mod fonts;

pub use command::{DiagramArguments, diagram};
