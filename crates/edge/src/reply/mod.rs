//! The replies that the edge makes itself. The only place that turns a failure into a status.

mod page;
mod reason;
mod verdict;

pub use page::{Asked, NAMES, TOO_MANY_CONNECTIONS, write};
pub use reason::Reason;
pub use verdict::{Verdict, verdict};

#[cfg(test)]
mod tests;
