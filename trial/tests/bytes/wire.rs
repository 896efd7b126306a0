//! A client that sends raw bytes in given pieces and reports what came back.

use base::random::Random;
use socket2::{Domain, Socket, Type};
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// The longest wait for the edge; reached only when a case fails.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two pieces, so that they are read apart: loopback needs some microseconds.
const PAUSE: Duration = Duration::from_micros(150);

/// How the bytes are cut into writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pieces {
    /// One write.
    Whole,
    /// One write for each byte.
    Bytes,
    /// A few writes, at places that follow from a seed.
    Random(u64),
}

/// What came back on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// All bytes.
    pub bytes: Vec<u8>,
    /// How it ended.
    pub end: End,
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The edge closed it.
    Closed,
    /// The edge reset it.
    Reset,
    /// Nothing happened for too long.
    Hung,
}

/// One reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Its body.
    pub body: String,
}

/// The client's address of a case: what the edge says in `X-Forwarded-For` tells cases apart.
pub fn source(case: usize, variant: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 10 + variant, (case / 250) as u8, 1 + (case % 250) as u8)
}

/// Connect from `source`.
pub fn connect(source: Ipv4Addr, edge: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::new(IpAddr::V4(source), 0).into()).unwrap();
    socket.connect_timeout(&edge.into(), PATIENCE).unwrap();
    let stream = TcpStream::from(socket);
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Send `bytes`; with `finish` close the sending side; read to the end.
pub fn exchange(mut stream: TcpStream, bytes: &[u8], pieces: Pieces, finish: bool) -> Seen {
    for piece in cut(bytes, pieces) {
        // A refused client may find the connection closed; what came back tells.
        if stream.write_all(piece).is_err() {
            break;
        }
        if pieces != Pieces::Whole {
            std::thread::sleep(PAUSE);
        }
    }
    if finish {
        let _ = stream.shutdown(Shutdown::Write);
    }
    let mut seen = Vec::new();
    let end = match stream.read_to_end(&mut seen) {
        Ok(_) => End::Closed,
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => End::Reset,
        Err(_) => End::Hung,
    };
    Seen { bytes: seen, end }
}

fn cut(bytes: &[u8], pieces: Pieces) -> Vec<&[u8]> {
    match pieces {
        Pieces::Whole => vec![bytes],
        Pieces::Bytes => bytes.chunks(1).collect(),
        Pieces::Random(seed) => {
            let mut random = Random::new(seed);
            let mut rest = bytes;
            let mut cut = Vec::new();
            for _ in 0..1 + random.below(3) {
                let (piece, after) = rest.split_at(random.below(rest.len() as u64) as usize);
                cut.push(piece);
                rest = after;
            }
            cut.push(rest);
            cut.retain(|piece| !piece.is_empty());
            cut
        }
    }
}

/// The replies in `bytes`. Bodies need a length: the edge's own replies and the recorder's have one.
///
/// # Errors
/// Whatever is no reply.
pub fn answers(bytes: &[u8]) -> Result<Vec<Answer>, String> {
    let mut rest = bytes;
    let mut answers = Vec::new();
    while !rest.is_empty() {
        let bad = || format!("no reply: {}", rest.escape_ascii());
        let end = rest.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(bad)? + 4;
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        let status = head.strip_prefix("HTTP/1.1 ").and_then(|line| line.get(..3)?.parse().ok());
        let status = status.ok_or_else(bad)?;
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let length = name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse());
            length?.ok()
        });
        // Without a length: until the end, or an interim reply.
        let length: usize = length.unwrap_or(if status < 200 { 0 } else { rest.len() - end });
        let body = rest.get(end..end + length).ok_or_else(bad)?;
        answers.push(Answer { status, body: String::from_utf8_lossy(body).into_owned() });
        rest = &rest[end + length..];
    }
    Ok(answers)
}
