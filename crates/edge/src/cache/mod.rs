//! The HTTP cache: what is kept of replies, and for whom.
//!
//! `policy` decides (pure), `store` keeps. Invariants: a reply is found only under the key of its
//! request, and given only to requests whose values for its `Vary` fields are those that it was made
//! for; memory is bounded by the store's limits.
//! Not here: how a request waits for a reply that somebody else fetches, and how replies are copied
//! on their way (`forward`).

mod encodings;
pub mod flow;
mod key;
pub mod policy;
pub mod store;
mod stored;

pub use encodings::Encodings;
pub use key::Key;
pub use stored::{Ask, Revalidate, Stored, Times, Validators};
