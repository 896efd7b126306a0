//! Which app answers: the most specific route for a host and a path. Pure.
//!
//! Hosts before paths: an exact host wins over `*.example.org`, a longer wildcard over a shorter,
//! and any host comes last. Within a host an exact path wins over a prefix, a longer prefix over a
//! shorter. Paths are compared as the client wrote them: what `%2e` or `//` means is the app's
//! business, and rules about access must not be built on routes.
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod host;
mod table;

pub use host::{HostPattern, without_dot};
pub use table::Table;

#[cfg(test)]
mod tests;
