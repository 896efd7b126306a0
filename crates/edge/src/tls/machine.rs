//! One TLS connection without its socket: ciphertext in and out, plaintext in and out. Pure but for
//! the randomness inside rustls.

use crate::socket::{Buffer, Buffers};
use rustls::client::UnbufferedClientConnection;
use rustls::server::UnbufferedServerConnection;
use rustls::unbuffered::{ConnectionState, EncodeError, EncryptError, UnbufferedStatus};
use rustls::{CommonState, Error};
use std::rc::Rc;

/// The most plaintext in one record (RFC 8446 section 5.1).
const RECORD_BYTES: usize = 16 * 1024;
/// What a record adds at most to its plaintext, in either version, with two key updates before it.
const OVERHEAD_BYTES: usize = 128;

/// A TLS connection's state.
pub(super) struct Machine {
    side: Side,
    /// Ciphertext from the peer that is not a whole record yet.
    pub incoming: Buffer,
    /// Ciphertext for the peer.
    pub outgoing: Buffer,
    /// The peer has said that nothing more will come.
    pub ended: bool,
}

enum Side {
    Server(UnbufferedServerConnection),
    Client(UnbufferedClientConnection),
}

/// What the connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The handshake needs more from the peer.
    Handshake,
    /// Application data may be sent.
    Open,
    /// Both sides have ended.
    Closed,
}

impl Machine {
    pub fn server(connection: UnbufferedServerConnection, stock: &Rc<Buffers>) -> Self {
        Machine::new(Side::Server(connection), stock)
    }

    pub fn client(connection: UnbufferedClientConnection, stock: &Rc<Buffers>) -> Self {
        Machine::new(Side::Client(connection), stock)
    }

    fn new(side: Side, stock: &Rc<Buffers>) -> Self {
        Machine { side, incoming: Buffer::new(stock), outgoing: Buffer::new(stock), ended: false }
    }

    /// What both sides have agreed on.
    pub fn common(&self) -> &CommonState {
        match &self.side {
            Side::Server(connection) => connection,
            Side::Client(connection) => connection,
        }
    }

    /// True if the peer is a server.
    pub fn is_client(&self) -> bool {
        matches!(self.side, Side::Client(_))
    }

    /// Take in all of `incoming`: plaintext goes to `plain`, answers to `outgoing`.
    ///
    /// # Errors
    /// When the peer breaks the protocol. An alert that tells it is in `outgoing` then.
    pub fn process(&mut self, plain: &mut Buffer) -> Result<Stage, Error> {
        let result = self.advance(plain);
        if result.is_err() {
            // The alert is given out by one more turn, which ends in the same error.
            let _ = self.advance(plain);
        }
        result
    }

    /// Encrypt `bytes`, of which `RECORD_BYTES` make a record.
    ///
    /// # Errors
    /// When the connection may not send.
    pub fn encrypt(&mut self, bytes: &[u8]) -> Result<(), Error> {
        for record in bytes.chunks(RECORD_BYTES) {
            self.sealed(record.len() + OVERHEAD_BYTES, |state, room| match state {
                Sealing::Server(mut traffic) => traffic.encrypt(record, room),
                Sealing::Client(mut traffic) => traffic.encrypt(record, room),
            })?;
        }
        Ok(())
    }

    /// Say that nothing more will be sent.
    pub fn close(&mut self) {
        let _ = self.sealed(OVERHEAD_BYTES, |state, room| match state {
            Sealing::Server(mut traffic) => traffic.queue_close_notify(room),
            Sealing::Client(mut traffic) => traffic.queue_close_notify(room),
        });
    }

    fn advance(&mut self, plain: &mut Buffer) -> Result<Stage, Error> {
        loop {
            let Machine { side, incoming, outgoing, ended } = self;
            let turn = match side {
                Side::Server(connection) => {
                    turn(connection.process_tls_records(incoming.bytes_mut()), plain, outgoing)
                }
                Side::Client(connection) => {
                    turn(connection.process_tls_records(incoming.bytes_mut()), plain, outgoing)
                }
            };
            incoming.consume(turn.taken);
            *ended |= turn.ended;
            if let Some(stage) = turn.stage? {
                return Ok(stage);
            }
        }
    }

    /// Let `write` put a record into `bytes_max` bytes of room behind `outgoing`.
    fn sealed(
        &mut self,
        bytes_max: usize,
        write: impl FnOnce(Sealing<'_>, &mut [u8]) -> Result<usize, EncryptError>,
    ) -> Result<(), Error> {
        let Machine { side, incoming, outgoing, .. } = self;
        let refused = || Error::General("the connection takes no more data".into());
        outgoing.append_room(bytes_max, |room| {
            let state = match side {
                Side::Server(connection) => {
                    let UnbufferedStatus { state, .. } =
                        connection.process_tls_records(incoming.bytes_mut());
                    match state? {
                        ConnectionState::WriteTraffic(traffic) => Sealing::Server(traffic),
                        _ => return Err(refused()),
                    }
                }
                Side::Client(connection) => {
                    let UnbufferedStatus { state, .. } =
                        connection.process_tls_records(incoming.bytes_mut());
                    match state? {
                        ConnectionState::WriteTraffic(traffic) => Sealing::Client(traffic),
                        _ => return Err(refused()),
                    }
                }
            };
            write(state, room).map_err(|error| Error::General(error.to_string()))
        })
    }
}

/// The state in which a connection of either side encrypts.
enum Sealing<'c> {
    Server(rustls::unbuffered::WriteTraffic<'c, rustls::server::ServerConnectionData>),
    Client(rustls::unbuffered::WriteTraffic<'c, rustls::client::ClientConnectionData>),
}

/// What one step of rustls came to.
struct Turn {
    taken: usize,
    ended: bool,
    /// None: there is more to do.
    stage: Result<Option<Stage>, Error>,
}

fn turn<D>(status: UnbufferedStatus<'_, '_, D>, plain: &mut Buffer, outgoing: &mut Buffer) -> Turn {
    let UnbufferedStatus { discard, state } = status;
    let mut turn = Turn { taken: discard, ended: false, stage: Ok(None) };
    turn.stage = match state {
        Err(error) => Err(error),
        Ok(ConnectionState::ReadTraffic(mut traffic)) => {
            let mut result = Ok(None);
            while let Some(record) = traffic.next_record() {
                match record {
                    Ok(record) => {
                        turn.taken += record.discard;
                        plain.extend(record.payload);
                    }
                    Err(error) => {
                        result = Err(error);
                        break;
                    }
                }
            }
            result
        }
        Ok(ConnectionState::EncodeTlsData(mut data)) => encode(&mut data, outgoing).map(|()| None),
        // Everything leaves through `outgoing`, in order.
        Ok(ConnectionState::TransmitTlsData(data)) => {
            data.done();
            Ok(None)
        }
        Ok(ConnectionState::PeerClosed) => {
            turn.ended = true;
            Ok(None)
        }
        Ok(ConnectionState::BlockedHandshake) => Ok(Some(Stage::Handshake)),
        Ok(ConnectionState::WriteTraffic(_)) => Ok(Some(Stage::Open)),
        Ok(ConnectionState::Closed) => Ok(Some(Stage::Closed)),
        // Early data is not offered: it could be replayed (RFC 8470).
        Ok(_) => Err(Error::General("early data that was not offered".into())),
    };
    turn
}

fn encode<D>(
    data: &mut rustls::unbuffered::EncodeTlsData<'_, D>,
    outgoing: &mut Buffer,
) -> Result<(), Error> {
    let general = |error: EncodeError| Error::General(error.to_string());
    let needed = match data.encode(&mut []) {
        Ok(_) => return Ok(()),
        Err(EncodeError::InsufficientSize(size)) => size.required_size,
        Err(error) => return Err(general(error)),
    };
    outgoing.append_room(needed, |room| data.encode(room).map_err(general))
}
