//! What the store inside Ostler says of its commands.

use serde::{Deserialize, Serialize};

/// `GET /store/commands`: what was counted of one command since the start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoreCommand {
    /// Its name; that of a subcommand follows `|`.
    pub command: String,
    /// How often it ran, in scripts and transactions too.
    pub calls: u64,
    /// How often that ended with an error.
    pub failed: u64,
    /// How often it was refused before.
    pub rejected: u64,
    /// Microseconds that it ran for clients.
    pub usec: f64,
    /// The same of one call.
    pub usec_per_call: f64,
}

/// `GET /store/slowlog`: a command that ran long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreSlowCommand {
    /// Its number: rising, never used twice.
    pub id: u64,
    /// When it ended, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// Microseconds that it ran.
    pub took_us: u64,
    /// Its arguments, shortened; what is no UTF-8 is replaced.
    pub command: Vec<String>,
    /// Whose it was: the address, and the name that the client gave itself.
    pub client: String,
}
