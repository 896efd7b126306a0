//! One request on one connection to a worker: phase 3 in `await_reply`, phase 4 in `deliver`.

mod await_reply;
mod deliver;
mod encoding;
mod send;

pub use encoding::Encoding;

use super::client::Client;
use super::flow::Flow;
use super::pace::Pace;
use super::receive::Request;
use crate::socket::{Buffer, Transport};
use crate::upstream::Ticket;
use std::time::Duration;

/// One request on one connection to a worker.
pub struct Exchange<'a> {
    client: &'a mut Client,
    request: &'a mut Request,
    /// The connection to the worker.
    socket: Transport,
    /// What the worker sent and was not yet passed on.
    input: Buffer,
    /// The request's place at the worker.
    pub ticket: Ticket,
    /// Bytes of the request's head and body that were sent, in so many writes.
    sent: u64,
    writes: u32,
    /// The worker has provably read none of them.
    unread: bool,
    /// The connection to the worker carried other requests before.
    pub reused: bool,
    head_sent: usize,
    /// The worker takes no more bytes of the request; its reply may be there all the same.
    deaf: bool,
    /// Bytes for the client: reply heads.
    back: Buffer,
    interims: u32,
    /// When the worker's connection was last read, in the timer's milliseconds.
    read_ms: u64,
    /// How the client sends the request, and how it takes the reply.
    sends: Pace,
    takes: Pace,
    /// The client has gone, but others wait for the reply.
    abandoned: bool,
}

/// A reply whose head was read and written to `back`.
#[derive(Debug)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Flow,
    /// The worker's connection can be used again afterwards.
    pub worker_keeps: bool,
    /// How long the worker keeps it.
    pub idle_timeout: Option<Duration>,
    /// The client's connection stays open afterwards.
    pub client_keeps: bool,
    /// Only the close tells the client where the body ends.
    pub ends_by_close: bool,
    /// The client gets something else, which the cache has.
    pub instead: bool,
    /// It is encoded on its way.
    pub encoding: Option<Box<Encoding>>,
}

/// What stopped a reply on its way, and whether some of it was passed on before.
enum Pass {
    Done,
    AwaitsWorker { passed: u64 },
    AwaitsClient { passed: u64 },
}

/// Why a reply was not passed on to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Torn {
    /// The client has gone, was too slow, or sent a malformed body.
    ByClient,
    /// The worker closed early or sent malformed chunks.
    ByWorker,
}
