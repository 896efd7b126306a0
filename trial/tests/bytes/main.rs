//! Zero ambiguous bytes: what the edge passes on has one meaning, and it is the one that Node reads.
//!
//! `cases/` are tables of raw bytes, a line each; see `table.rs` for how to read them. Every case goes through the real
//! binary. What Node makes of the bytes that arrived is told by `node/oracle.cjs`, a real `http.Server`.
#![expect(clippy::unwrap_used, reason = "a trial that cannot go on must fail loudly")]

mod differ;
mod meaning;
mod oracle;
mod replies;
mod requests;
mod sockets;
mod streams;
mod table;
mod wire;
