//! What was measured: as Markdown for people, as JSON for programs.

mod date;
mod machine;
mod table;
mod write;

pub use machine::Machine;
pub use table::{Cell, Table};
pub use write::{Report, Target};
