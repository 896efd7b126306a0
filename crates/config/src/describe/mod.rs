//! What the catalogue says, in the forms that people and programs ask for it.

mod explain;
mod reference;
mod schema;

#[cfg(test)]
mod tests;

pub use explain::{Explanation, explain, keys, nearest};
pub use reference::reference_markdown;
pub use schema::schema;
