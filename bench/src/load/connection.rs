//! One keep-alive connection and the exchange of one request.

use super::reply::{self, Framing};
use super::source;
use super::stream::Stream;
use super::tally::Outcome;
use super::tls::Tls;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Room for a head and a small body.
const BUFFER_BYTES: usize = 16 * 1024;

/// At most one open connection; opened when a request needs it.
#[derive(Debug)]
pub struct Connection {
    address: SocketAddr,
    /// Connect from here rather than from wherever the system likes.
    source: Option<Ipv4Addr>,
    tls: Option<Tls>,
    stream: Option<Stream>,
    /// Replies on the open stream so far.
    served: u64,
    buffer: Vec<u8>,
    signs: Signs,
}

/// What the last reply's head said beside its status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Signs {
    /// `X-Worker`: the process that answered.
    pub worker: Option<u32>,
    /// It had a `Retry-After`.
    pub retry_after: bool,
}

impl Connection {
    pub fn new(address: SocketAddr) -> Self {
        Connection {
            address,
            source: None,
            tls: None,
            stream: None,
            served: 0,
            buffer: Vec::new(),
            signs: Signs::default(),
        }
    }

    /// The same from the address `source`.
    pub fn with_source(mut self, source: Ipv4Addr) -> Self {
        self.source = Some(source);
        self
    }

    /// The same through TLS.
    pub fn with_tls(mut self, tls: Option<Tls>) -> Self {
        self.tls = tls;
        self
    }

    /// Of the last exchange; nothing if it brought no reply.
    pub fn signs(&self) -> Signs {
        self.signs
    }

    /// Of the last reply: its head and its body as they came.
    pub fn reply_bytes(&self) -> usize {
        self.buffer.len()
    }

    /// Close it: the next exchange opens another one.
    pub fn close(&mut self) {
        self.stream = None;
    }

    /// Give back the memory that an exchange needs.
    pub fn rest(&mut self) {
        self.buffer = Vec::new();
    }

    /// Whether it is open, as far as is known without asking.
    pub fn is_open(&self) -> bool {
        self.stream.as_ref().is_some_and(Stream::usable)
    }

    async fn connect(&self) -> std::io::Result<Stream> {
        let stream = match self.source {
            Some(source) => source::connect(self.address, source, None).await?,
            None => TcpStream::connect(self.address).await?,
        };
        Stream::over(stream, self.tls.as_ref()).await
    }

    /// Send `request` and read its reply. After anything but a whole reply the connection is closed.
    pub async fn exchange(&mut self, request: &[u8]) -> Outcome {
        self.signs = Signs::default();
        // Taken out: whoever gives up waiting drops the stream with this future.
        let mut stream = match self.stream.take().filter(Stream::usable) {
            Some(stream) => stream,
            None => match self.connect().await {
                Ok(stream) => {
                    self.served = 0;
                    stream
                }
                Err(_) => return Outcome::Unconnected,
            },
        };
        self.buffer.clear();
        self.buffer.reserve(BUFFER_BYTES);
        let broken = if self.served == 0 { Outcome::Unanswered } else { Outcome::Stale };
        if stream.write_all(request).await.is_err() || stream.flush().await.is_err() {
            return broken;
        }
        let (outcome, close) = self.read(&mut stream, broken).await;
        if !close {
            self.served += 1;
            self.stream = Some(stream);
        }
        outcome
    }

    /// How the reply ended, and whether the connection must be closed.
    async fn read(&mut self, stream: &mut Stream, broken: Outcome) -> (Outcome, bool) {
        let mut head: Option<reply::Head> = None;
        loop {
            let read = stream.read_buf(&mut self.buffer).await;
            let ended = !matches!(read, Ok(1..));
            if head.is_none() {
                head = match self.head() {
                    Ok(head) => head,
                    Err(reply::Malformed) => return (Outcome::Malformed, true),
                };
            }
            if let Some(head) = &head {
                let rest = self.buffer.get(head.bytes..).unwrap_or_default();
                let whole = match reply::body(head.framing, rest) {
                    Ok(Some(length)) if length == rest.len() => true,
                    Ok(None) => ended && read.is_ok() && head.framing == Framing::UntilClose,
                    Ok(Some(_)) | Err(reply::Malformed) => return (Outcome::Malformed, true),
                };
                if whole {
                    self.signs = head.signs;
                    let good = (200..300).contains(&head.status);
                    let outcome =
                        if good { Outcome::Answered } else { Outcome::Refused(head.status) };
                    return (outcome, head.close);
                }
            }
            if ended {
                let outcome = if self.buffer.is_empty() { broken } else { Outcome::Truncated };
                return (outcome, true);
            }
        }
    }

    /// The final head in the buffer; interim (1xx) replies are dropped.
    fn head(&mut self) -> Result<Option<reply::Head>, reply::Malformed> {
        loop {
            match reply::head(&self.buffer)? {
                Some(head) if head.status < 200 => drop(self.buffer.drain(..head.bytes)),
                head => return Ok(head),
            }
        }
    }
}
