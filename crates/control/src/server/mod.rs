//! Accepting and limiting connections, on a thread and runtime of its own, so that a busy edge
//! stays observable.

mod accept;
mod connection;
mod limits;
mod patience;
mod thread;

pub use limits::Limits;
pub use thread::{Control, start};

use crate::gate::Token;
use std::path::PathBuf;

/// Where the admin API listens. Bound before anything runs; may be handed over by another Ostler.
#[derive(Debug)]
pub struct Listeners {
    /// From [`crate::place::Held::bind`].
    pub unix: std::os::unix::net::UnixListener,
    /// `admin.listen`.
    pub tcp: Option<std::net::TcpListener>,
}

/// How the admin API behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What TCP clients must show.
    pub token: Token,
    /// Every limit.
    pub limits: Limits,
    /// Where it is written who did what; None: nowhere.
    pub audit: Option<PathBuf>,
}
