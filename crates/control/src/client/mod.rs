//! The admin API's client over the unix socket: a typed call for each resource, a connection for
//! each call.

mod call;
mod follow;
mod instances;
mod typed;

pub use follow::Follow;
pub use instances::{Instance, instances};
pub use typed::{Client, LogQuery};

use model::api::Refusal;
use std::io;
use std::path::PathBuf;

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// Nobody listens on the socket.
    #[error("no ostler is running here (nothing answers on {}). Start one with `ostler start`.", socket.display())]
    NotRunning {
        /// The socket.
        socket: PathBuf,
    },
    /// Ostler says no, and why.
    #[error("{}", .0.error)]
    Refused(Refusal),
    /// The other side does not speak this API.
    #[error("{0}. Is the running ostler of another version? `ostler stop` and start it again.")]
    Protocol(String),
    /// The connection broke.
    #[error("{0}")]
    Io(#[from] io::Error),
}
