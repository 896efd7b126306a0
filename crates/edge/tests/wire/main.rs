//! The edge with real sockets on both sides: scripted clients and scripted workers.
//!
//! A worker is a unix socket and a function that gets each of its connections, so that a test says
//! byte by byte what a worker does. Every wait has a limit, and a test waits for a state, never for
//! a time, unless the time is what it is about.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

mod access;
mod balance;
mod body;
mod cache;
mod chaos;
mod client;
mod compress;
mod drain;
mod far;
mod http2;
mod interim;
mod limits;
mod notices;
mod origin;
mod origin_tls;
mod pool;
mod proxied;
mod queue;
mod refusal;
mod retry;
mod site;
mod tcp;
mod tls;
mod upgrade;
mod worker;
