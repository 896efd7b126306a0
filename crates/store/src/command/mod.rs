//! The commands: a folder for each group, and one catalogue of all.

pub mod args;
mod call;
pub mod connection;
#[cfg(test)]
mod differ;
mod draw;
pub mod dump;
mod first_of;
mod glob;
pub mod hash;
mod helping;
mod items;
pub mod key;
pub mod list;
#[cfg(test)]
pub(crate) mod oracle;
pub mod persistence;
mod places;
pub mod pubsub;
mod scanning;
pub mod script;
pub mod server;
pub mod set;
mod spec;
pub mod stream;
pub mod string;
mod table;
pub mod transaction;
pub mod zset;

pub use args::Args;
pub use call::{Call, Desk, Wait};
pub use first_of::FirstOf;
pub use glob::matches;
pub use helping::help;
pub use spec::{Flags, Group, Keys, Run, Spec};
pub use table::{TABLE, Table};
