//! One client's connection.

use super::output::Output;
use crate::engine::Session;
use crate::hub::Card;
use crate::resp::Parser;
use rustix::io::Errno;
use rustix::net::SendFlags;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// The socket, and what waits for it.
#[derive(Debug)]
pub struct Connection {
    /// The client's number.
    pub id: u64,
    /// What others may know of it.
    pub card: Option<Arc<Card>>,
    /// Without waiting.
    pub socket: OwnedFd,
    /// Taken by the thread that runs its commands.
    pub client: Option<Box<Client>>,
    /// What it is to get.
    pub output: Output,
    /// The socket may have bytes that were not read.
    pub is_readable: bool,
    /// The peer sends no more than what is there to be read.
    pub is_ended: bool,
    /// Nothing that is sent reaches the peer any more.
    pub is_broken: bool,
    /// It listens to channels or to all commands: what waits for it is bounded more narrowly.
    pub listens: bool,
    /// It stands in the queue of those to be looked at.
    pub is_queued: bool,
    /// It stands among those for whom something may leave.
    pub is_to_send: bool,
    /// To be closed when what waits for it was sent.
    pub is_closing: bool,
    /// To be closed whatever waits.
    pub is_gone: bool,
}

/// What runs commands.
#[derive(Debug, Default)]
pub struct Client {
    /// What the store knows of it.
    pub session: Session,
    /// Reads its commands.
    pub parser: Parser,
    /// Bytes that are not yet commands that ran.
    pub input: Vec<u8>,
    /// At least so many bytes are missing in the command that is being read.
    pub missing: usize,
    /// `input` begins with a command that could run: no more is read before.
    pub is_unrun: bool,
}

impl Client {
    /// Let others know how much it sent that is looked at now.
    pub fn shows_input(&self, bytes: usize) {
        if let Some(card) = &self.session.card {
            card.input_bytes.store(bytes, Relaxed);
            let room = self.input.capacity().saturating_sub(bytes);
            card.input_room_bytes.store(room, Relaxed);
        }
    }

    /// The first `ran` bytes of what it sent were commands that ran.
    pub fn forget(&mut self, ran: usize) {
        self.input.drain(..ran);
        if self.input.is_empty() {
            self.input.shrink_to(ROOM_BYTES);
        }
    }
}

/// What came of looking for bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// So many came.
    Bytes(usize),
    /// None for now.
    None,
    /// None will come.
    End,
}

/// Beyond what is needed for the argument that is being read, room is made for so many bytes.
const ROOM_BYTES: usize = 16 << 10;
/// Room for a large argument is made in such steps, so that a length that is only claimed costs nothing.
const STEP_BYTES: usize = 1 << 20;

impl Connection {
    /// A new client's.
    pub fn new(socket: OwnedFd, session: Session) -> Self {
        Connection {
            id: session.id,
            card: session.card.clone(),
            socket,
            client: Some(Box::new(Client { session, ..Client::default() })),
            output: Output::default(),
            is_readable: true,
            is_ended: false,
            is_broken: false,
            listens: false,
            is_queued: false,
            is_to_send: false,
            is_closing: false,
            is_gone: false,
        }
    }

    /// It waits for a key, and nobody waits for its reply.
    pub fn waits_in_vain(&self) -> bool {
        let waits = |client: &Client| client.session.parked.is_some();
        self.is_ended && self.client.as_deref().is_some_and(waits)
    }

    /// Send what may leave, as far as the socket takes it.
    pub fn flush(&mut self) {
        let sendable = self.output.sendable();
        if sendable.is_empty() {
            return;
        }
        // What is not taken now leaves when the socket tells that it has room.
        match send(&self.socket, sendable) {
            Some(sent) => self.output.advance(sent),
            None => self.is_gone = true,
        }
    }

    /// Let others know how much waits to be sent.
    pub fn shows_output(&self) {
        if let Some(card) = &self.card {
            card.output_bytes.store(self.output.len(), Relaxed);
            card.output_room_bytes.store(self.output.room(), Relaxed);
        }
    }

    /// Read into `scratch`, or behind the bytes that the client has already.
    pub fn read(&mut self, client: &mut Client, scratch: &mut [u8]) -> Read {
        let (got, asked) = if client.input.is_empty() {
            (rustix::io::read(&self.socket, &mut *scratch), scratch.len())
        } else {
            client.input.reserve(client.missing.clamp(ROOM_BYTES, STEP_BYTES));
            let asked = client.input.capacity() - client.input.len();
            let room = rustix::buffer::spare_capacity(&mut client.input);
            (rustix::io::read(&self.socket, room), asked)
        };
        match got {
            Ok(0) => Read::End,
            Ok(count) => {
                // A socket that gave less than was asked for is empty: it tells when more comes.
                self.is_readable = count == asked || self.is_ended;
                client.missing = client.missing.saturating_sub(count);
                Read::Bytes(count)
            }
            Err(Errno::INTR) => Read::None,
            Err(Errno::AGAIN) => {
                self.is_readable = false;
                Read::None
            }
            Err(_) => Read::End,
        }
    }
}

/// How many bytes the socket took; nothing if the connection is broken.
fn send(socket: &OwnedFd, bytes: &[u8]) -> Option<usize> {
    loop {
        match rustix::net::send(socket, bytes, SendFlags::NOSIGNAL | SendFlags::DONTWAIT) {
            Ok(sent) => return Some(sent),
            Err(Errno::AGAIN) => return Some(0),
            Err(Errno::INTR) => {}
            Err(_) => return None,
        }
    }
}
