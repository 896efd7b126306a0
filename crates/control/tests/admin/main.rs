//! The admin API over real sockets, against a fake of the rest of Ostler.
#![expect(clippy::unwrap_used, reason = "helpers of tests; the lint exempts only the tests")]

mod access;
mod calls;
mod fake;
mod house;
mod ingest;
mod limits;
mod resources;
mod sessions;
mod streams;
