//! The load generator, on a thread of its own: keep-alive connections in a closed loop, or arrivals by
//! the clock ([`open`]).
//!
//! Every request ends in exactly one [`Outcome`]; nothing is sent twice, so that a failure that a
//! browser might hide by asking again is counted.

mod connection;
mod fetch;
mod generator;
mod http2;
mod idle;
mod open;
mod pace;
mod plan;
mod reply;
mod slow;
mod source;
mod stream;
mod tally;
mod tls;

pub use fetch::{Reply, fetch};
pub use generator::Load;
pub use idle::Idle;
pub use open::{Arrivals, Sample, quantile};
pub use plan::{Method, NOWHERE, Plan};
pub use slow::{Held, Slow};
pub use tally::{Outcome, Snapshot};
pub use tls::{Tls, TlsSettings};

#[cfg(test)]
mod tests;
