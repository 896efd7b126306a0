//! The shipping of logs over real sockets, to targets that fail for a while.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail loudly")]

mod fakes;
mod fluent;
mod outage;
mod tls;
