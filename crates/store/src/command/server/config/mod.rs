//! `CONFIG`: one file for the command, one for what a parameter is, and catalogues of them.

mod ask;
mod forms;
mod kept;
mod kind;
mod limits;
mod output_limits;
mod parameter;
mod set;
#[cfg(test)]
mod tests;

pub use ask::CONFIG;
