//! Who may ask what. Pure.
//!
//! In: where a connection comes from and a request's headers. Out: pass, or the refusal.
//! The unix socket belongs to the owner and may do everything. Over TCP two kinds of visitor are
//! kept out: other machines and users without the token, and web pages in the owner's own browser
//! (DNS rebinding is stopped by the `Host` check, cross-site requests by `Origin` and by the JSON
//! content type, which a page cannot send elsewhere without asking first).

mod check;
mod token;

pub use check::{check_access, check_json, check_origin};
pub use token::Token;

use std::net::SocketAddr;

/// Where a connection comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// The unix socket, which only the owner can open.
    Owner,
    /// TCP.
    Tcp {
        /// The client.
        from: SocketAddr,
        /// The address it connected to.
        to: SocketAddr,
    },
}

/// What a resource asks of a TCP client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody on this machine, others with the token.
    Local,
    /// The token.
    Token,
}

#[cfg(test)]
mod tests;
