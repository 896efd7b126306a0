//! What sort of client one is.

use crate::hub::{Card, Hub};
use crate::resp::Fault;

/// As `TYPE` names it. There are no replicas and no masters among clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One that listens to nothing.
    Normal,
    /// A server that we follow.
    Master,
    /// A server that follows us.
    Replica,
    /// One that listens to channels.
    Pubsub,
}

impl Kind {
    /// By its name.
    pub fn parse(arg: &[u8]) -> Result<Self, Fault> {
        match arg.to_ascii_lowercase().as_slice() {
            b"normal" => Ok(Kind::Normal),
            b"master" => Ok(Kind::Master),
            b"replica" | b"slave" => Ok(Kind::Replica),
            b"pubsub" => Ok(Kind::Pubsub),
            _ => {
                let arg = String::from_utf8_lossy(arg);
                Err(Fault::err(format_args!("Unknown client type '{arg}'")))
            }
        }
    }

    /// What sort of client the one of `card` is.
    pub fn of(card: &Card, hub: &Hub) -> Self {
        match hub.channels.counts(card.id) {
            [0, 0, 0] => Kind::Normal,
            _ => Kind::Pubsub,
        }
    }
}
