//! Checking one server: does it accept connections, and if it has a `health` path, does that answer
//! with 2xx or 3xx? Always on a new connection, since that is what has to work.

use super::core::Outcome;
use crate::http::Method;
use crate::http::head::{self, reply};
use crate::socket::{Buffer, Buffers, Socket, connect};
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
    /// What is asked; None: only whether it accepts connections.
    pub health: Option<Health>,
    /// For the connection.
    pub connect_timeout: Duration,
}

impl Probe {
    /// Carry it out.
    pub async fn run(self, buffers: &Rc<Buffers>) -> Outcome {
        let limit = self.connect_timeout;
        let socket = match timeout(limit, connect(&self.endpoint)).await {
            Ok(Ok(socket)) => socket,
            Ok(Err(error)) => return Outcome::Unreachable(error.to_string()),
            Err(_) => {
                return Outcome::Unreachable(format!(
                    "it did not accept a connection within {limit:?}"
                ));
            }
        };
        let Some(health) = &self.health else { return Outcome::Passed };
        let (path, limit) = (&health.path, health.timeout);
        match timeout(limit, ask(&socket, &self.request(path), buffers)).await {
            Ok(Ok(200..=399)) => Outcome::Passed,
            Ok(Ok(status)) => Outcome::Unfit(format!("GET {path} answered {status}")),
            Ok(Err(error)) => Outcome::Unfit(format!("GET {path}: {error}")),
            Err(_) => Outcome::Unfit(format!("GET {path} was not answered within {limit:?}")),
        }
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

/// Send `request` and read the head of the final reply; its status.
async fn ask(socket: &Socket, request: &str, buffers: &Rc<Buffers>) -> io::Result<u16> {
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

async fn read_head(socket: &Socket, input: &mut Buffer) -> io::Result<(u16, usize)> {
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
