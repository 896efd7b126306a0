//! `COMMAND`: what the catalogue says of commands.

mod ask;
mod categories;
mod entry;
mod keys;
mod list;
#[cfg(test)]
mod tests;

pub use ask::COMMAND;
pub use categories::ALL_CATEGORIES;
pub use list::in_category;
