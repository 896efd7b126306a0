//! The admin API: HTTP/1.1 + JSON on a unix socket, and on loopback TCP if asked for.
//!
//! `place` says where a project's Ostler is found, `running` what the API needs from the rest of
//! Ostler, `server` accepts and limits connections, `gate` decides who may do what, `api` answers
//! (a file per resource), `session` knows browsers that are logged in, `audit` remembers who did what, `web` is the
//! dashboard, `client` asks.
//!
//! Not here: how commands are carried out (`supervise`, `edge`; the binary connects them through
//! [`Running`]).

pub mod api;
pub mod audit;
pub mod client;
pub mod feed;
pub mod gate;
pub mod place;
pub mod running;
pub mod server;
pub mod session;
mod web;

pub use feed::{Feed, Item};
pub use gate::{Role, Token};
pub use running::{Answer, Declined, Running};
pub use server::{Control, Limits, Listeners, Settings, start};
pub use session::User;
