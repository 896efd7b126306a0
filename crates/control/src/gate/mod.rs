//! Who may ask what. Pure.
//!
//! In: where a connection comes from and a request's headers. Out: pass, or the refusal.
//! The unix socket belongs to the owner and may do everything. Over TCP two kinds of visitor are
//! kept out: other machines and users without the token, and web pages in the owner's own browser
//! (DNS rebinding is stopped by the `Host` check, cross-site requests by `Origin` and by the JSON
//! content type, which a page cannot send elsewhere without asking first).
//! A browser that is logged in has a session; its changes must carry that session's own secret as well.

mod caller;
mod check;
mod token;

pub use caller::identify;
pub use check::{check_access, check_forged, check_form, check_json, check_origin};
pub use token::Token;

use serde::{Deserialize, Serialize};
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

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything.
    Admin,
    /// See everything, change nothing.
    Viewer,
}

/// How somebody is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// By the unix socket.
    Socket,
    /// By the token.
    Token,
    /// By the cookie of a session.
    Session,
    /// By a name and a password, or the token, that are being shown now.
    Login,
    /// Not at all.
    Nothing,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// How that is known.
    pub via: Via,
    /// A name for people: a user's, `token` or `owner`.
    pub user: String,
    /// What they may do; None: nobody known.
    pub role: Option<Role>,
    /// The address they come from; empty for the unix socket.
    pub from: String,
}

/// What a resource asks of a TCP client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody: it tells nothing.
    Open,
    /// Anybody on this machine, others with the token or a session.
    Local,
    /// The token or a session.
    Read,
    /// The token, or a session whose role is admin.
    Change,
}

#[cfg(test)]
mod tests;
