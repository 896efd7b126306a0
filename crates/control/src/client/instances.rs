use super::Client;
use crate::place::{self, Environment};
use model::api::Status;
use std::path::PathBuf;

/// One of this user's running Ostlers.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its admin socket.
    pub socket: PathBuf,
    /// How it is.
    pub status: Status,
}

/// All Ostlers of this user that answer.
pub async fn instances(environment: &Environment) -> Vec<Instance> {
    let mut instances = Vec::new();
    for socket in place::sockets(environment) {
        // A socket that does not answer belongs to an Ostler that was killed.
        if let Ok(status) = Client::new(&socket).status().await {
            instances.push(Instance { socket, status });
        }
    }
    instances
}
