//! One client connection and its requests, from top to bottom. See `LIFECYCLE.md`.
//!
//! [`connection::serve`] is the life of a connection, [`answer::answer`] that of one request.

mod admit;
mod answer;
mod cached;
mod client;
mod coded;
mod connection;
mod exchange;
mod failure;
mod file;
mod flow;
mod greet;
mod local;
mod pace;
mod proxied;
mod receive;
mod refuse;
mod remote;

pub use client::Client;
pub use connection::{linger, serve, serve_one};
pub use failure::Failure;
pub use remote::Remote;
