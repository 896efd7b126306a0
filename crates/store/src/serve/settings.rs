//! What a store is started with, and why it does not start.

use crate::keyspace::Room;
use crate::log::recover::OpenError;
use crate::log::writer::Policy;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;

/// What is fixed at the start. What can be changed later is in the hub's limits.
#[derive(Debug)]
pub struct Settings {
    /// Where clients come.
    pub listeners: Vec<TcpListener>,
    /// Where local clients come.
    pub unix: Vec<UnixListener>,
    /// What clients have to give; empty: nothing.
    pub password: String,
    /// How many databases.
    pub databases: usize,
    /// Where data is kept; nowhere if none.
    pub folder: Option<PathBuf>,
    /// How soon writes become durable.
    pub policy: Policy,
    /// How much memory data may take, and what goes beyond that.
    pub room: Room,
    /// How many clients may be connected.
    pub clients_max: usize,
    /// For what is left to chance.
    pub seed: u64,
    /// Clients that come while data is loaded are told so; else they wait.
    pub says_loading: bool,
}

/// A store on no socket that keeps nothing: all else is to be filled in.
impl Default for Settings {
    fn default() -> Self {
        Settings {
            listeners: Vec::new(),
            unix: Vec::new(),
            password: String::new(),
            databases: 16,
            folder: None,
            policy: Policy::Always,
            room: Room::default(),
            clients_max: 10_000,
            seed: 0,
            says_loading: true,
        }
    }
}

/// Why a store did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// What it kept cannot be read, or is another's.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The system refuses something.
    #[error("the store cannot start: {what}: {cause}")]
    System {
        /// What.
        what: &'static str,
        /// Why.
        cause: std::io::Error,
    },
    /// A fault of the program.
    #[error("the store's thread ended while it loaded its data")]
    Died,
}
