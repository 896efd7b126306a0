//! Checking one server: does it accept connections, and if it has a `health` path, does that answer
//! with 2xx or 3xx? Always on a new connection, since that is what has to work.

use super::core::Outcome;
use crate::http::Method;
use crate::http::head::{self, reply};
use crate::http2::Link;
use crate::socket::{Buffer, Buffers, ConnectError, Transport};
use crate::tls;
use crate::upstream::reach;
use config::{Health, Server};
use model::Endpoint;
use std::future::poll_fn;
use std::io;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::timeout;

/// More interim replies than this are an error.
const INTERIM_MAX: u32 = 32;

/// One check.
#[derive(Debug)]
pub struct Probe {
    /// The URL, for `Host`.
    pub server: Server,
    /// Where it is.
    pub endpoint: Endpoint,
    /// Whom to trust, if it speaks TLS.
    pub tls: Option<tls::Client>,
    /// It speaks HTTP/2.
    pub http2: bool,
    /// What is asked; None: only whether it accepts connections.
    pub health: Option<Health>,
    /// For the connection.
    pub connect_timeout: Duration,
}

impl Probe {
    /// Carry it out.
    pub async fn run(self, buffers: &Rc<Buffers>) -> Outcome {
        let limit = self.connect_timeout;
        let reached = timeout(limit, reach(&self.endpoint, self.tls.clone(), buffers));
        let socket = match reached.await.unwrap_or(Err(ConnectError::Late)) {
            Ok(socket) => socket,
            Err(ConnectError::Ours(_)) => return Outcome::Unknown,
            Err(error) => return Outcome::Unreachable(cause(&error, limit)),
        };
        let Some(health) = &self.health else { return Outcome::Passed };
        let (path, limit) = (&health.path, health.timeout);
        match timeout(limit, self.ask(socket, path, buffers)).await {
            Ok(Ok(200..=399)) => Outcome::Passed,
            Ok(Ok(status)) => Outcome::Unfit(format!("GET {path} answered {status}")),
            Ok(Err(error)) => Outcome::Unfit(format!("GET {path}: {error}")),
            Err(_) => Outcome::Unfit(format!("GET {path} was not answered within {limit:?}")),
        }
    }

    /// Ask for `path`; the status of the final reply.
    async fn ask(&self, socket: Transport, path: &str, buffers: &Rc<Buffers>) -> io::Result<u16> {
        let request = self.request(path);
        if !self.http2 {
            return ask(&socket, &request, buffers).await;
        }
        let mut link = Link::open(socket, buffers).await?;
        let stream = Transport::Question(Box::new(link.ask()?));
        ask(&stream, &request, buffers).await
    }

    fn request(&self, path: &str) -> String {
        let Server { tls, host, port } = &self.server;
        let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        let usual = if *tls { 443 } else { 80 };
        let port = if *port == usual { String::new() } else { format!(":{port}") };
        format!(
            "GET {path} HTTP/1.1\r\nHost: {host}{port}\r\nUser-Agent: ostler-health\r\n\
             Accept: */*\r\nConnection: close\r\n\r\n"
        )
    }
}

/// Why there is no connection, of a server.
fn cause(error: &ConnectError, limit: Duration) -> String {
    match error {
        ConnectError::Refused(cause) => format!("no connection: {cause}"),
        ConnectError::Busy => "its queue of new connections is full".to_owned(),
        ConnectError::Late => format!("it did not accept a connection within {limit:?}"),
        ConnectError::Tls(cause) => cause.clone(),
        ConnectError::Ours(cause) => cause.to_string(),
    }
}

/// Send `request` and read the head of the final reply; its status.
async fn ask(socket: &Transport, request: &str, buffers: &Rc<Buffers>) -> io::Result<u16> {
    let mut rest = request.as_bytes();
    while !rest.is_empty() {
        let written = poll_fn(|cx| socket.poll_write(cx, rest, &[])).await?;
        rest = rest.get(written..).unwrap_or_default();
    }
    let mut input = Buffer::new(buffers);
    for _ in 0..=INTERIM_MAX {
        let (status, len) = read_head(socket, &mut input).await?;
        if status >= 200 {
            return Ok(status);
        }
        input.consume(len);
    }
    Err(io::Error::other("too many interim replies"))
}

async fn read_head(socket: &Transport, input: &mut Buffer) -> io::Result<(u16, usize)> {
    loop {
        let mut scratch = head::scratch();
        let head = reply::read(input.bytes(), Method::Get, None, &mut scratch);
        if let Some(head) = head.map_err(io::Error::other)? {
            return Ok((head.status, head.len));
        }
        if poll_fn(|cx| socket.poll_read(cx, input)).await? == 0 {
            return Err(io::Error::other("it closed the connection without an answer"));
        }
    }
}
