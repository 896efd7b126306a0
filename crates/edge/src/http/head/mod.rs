//! Heads of requests and replies.
//!
//! A head is parsed where it lies; its header lines are copied on in the longest runs possible.

mod blame;
mod client;
mod connection;
mod element;
mod forwarded;
mod host;
mod length;
mod lines;
mod names;
mod refusal;
pub mod reply;
pub mod request;
mod target;

pub use client::client;
pub use forwarded::{Peer, RequestId};
pub use lines::{HEADERS_MAX, Scratch, scratch};
pub use refusal::{Malformed, Refusal};
pub use reply::{ReplyHead, ReplyWriting};
pub use request::{Limits, Replaced, RequestHead};

/// HTTP's minor version; the major one is always 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.0
    Old,
    /// HTTP/1.1
    New,
}

/// How long a message's body is, as its head says (RFC 9112 section 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// No body.
    None,
    /// So many bytes; at least 1.
    Length(u64),
    /// Chunks.
    Chunked,
    /// All bytes until the sender closes; replies only.
    UntilClose,
}

/// An `Upgrade` that a request asks for and that the edge passes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upgrade {
    /// `websocket`: its frames can be told apart, so that it can be closed properly.
    WebSocket,
    /// Any other protocol but HTTP itself.
    Other,
}

/// Which form of an error page the client likes best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Accept {
    /// `text/plain`, also when nothing was said.
    #[default]
    Text,
    /// `application/json` was named.
    Json,
    /// `text/html` was named: a browser.
    Html,
}

#[cfg(test)]
mod tests;
