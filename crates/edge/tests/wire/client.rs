//! A client that says exactly what a test wants.

use crate::site::SOON;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

pub struct Client {
    pub stream: TcpStream,
    tls: Option<Box<rustls::ClientConnection>>,
    buffer: Vec<u8>,
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Client {
    pub fn connect(address: SocketAddr) -> Client {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(SOON)).unwrap();
        stream.set_write_timeout(Some(SOON)).unwrap();
        stream.set_nodelay(true).unwrap();
        Client { stream, tls: None, buffer: Vec::new() }
    }

    /// A client that speaks TLS.
    pub fn over_tls(address: SocketAddr, connection: rustls::ClientConnection) -> Client {
        let tls = Some(Box::new(connection));
        Client { tls, ..Client::connect(address) }
    }

    /// Begin TLS after what was sent so far.
    pub fn begin_tls(&mut self, connection: rustls::ClientConnection) {
        self.tls = Some(Box::new(connection));
    }

    /// What the handshake, which has to be through, came to.
    pub fn tls(&self) -> &rustls::ClientConnection {
        self.tls.as_ref().unwrap()
    }

    pub fn send(&mut self, bytes: &str) {
        assert!(self.try_send(bytes.as_bytes()));
    }

    /// Send without caring whether anybody listens any more.
    pub fn try_send(&mut self, bytes: &[u8]) -> bool {
        match &mut self.tls {
            None => self.stream.write_all(bytes).is_ok(),
            Some(tls) => {
                let mut stream = rustls::Stream::new(tls.as_mut(), &mut self.stream);
                stream.write_all(bytes).and_then(|()| stream.flush()).is_ok()
            }
        }
    }

    /// Read up to and with `end`.
    pub fn until(&mut self, end: &str) -> String {
        loop {
            let at = self.buffer.windows(end.len()).position(|part| part == end.as_bytes());
            if let Some(at) = at {
                let part: Vec<u8> = self.buffer.drain(..at + end.len()).collect();
                return String::from_utf8_lossy(&part).into_owned();
            }
            let got = String::from_utf8_lossy(&self.buffer).into_owned();
            assert!(self.more() > 0, "closed before {end:?}, after {got:?}");
        }
    }

    pub fn head(&mut self) -> Reply {
        let head = self.until("\r\n\r\n");
        let status = head.get(9..12).and_then(|code| code.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no status in {head:?}"));
        Reply { status, head, body: Vec::new() }
    }

    /// A whole reply to anything but HEAD.
    pub fn reply(&mut self) -> Reply {
        let mut reply = self.head();
        let length = reply.header("content-length").map(|text| text.parse().unwrap());
        reply.body = match length {
            _ if reply.status < 200 || reply.status == 204 || reply.status == 304 => Vec::new(),
            Some(length) => self.exactly(length),
            None if reply.header("transfer-encoding").is_some() => self.chunks(),
            None => self.rest(),
        };
        reply
    }

    pub fn exactly(&mut self, count: usize) -> Vec<u8> {
        while self.buffer.len() < count {
            assert!(self.more() > 0, "closed after {} of {count}", self.buffer.len());
        }
        self.buffer.drain(..count).collect()
    }

    /// The content of chunks, up to and with the trailers.
    pub fn chunks(&mut self) -> Vec<u8> {
        let mut content = Vec::new();
        loop {
            let line = self.until("\r\n");
            let size = usize::from_str_radix(line.trim_end(), 16).unwrap();
            if size == 0 {
                while self.until("\r\n") != "\r\n" {}
                return content;
            }
            content.extend(self.exactly(size));
            assert_eq!(self.exactly(2), b"\r\n");
        }
    }

    /// All up to the end of the connection.
    pub fn rest(&mut self) -> Vec<u8> {
        while self.more() > 0 {}
        std::mem::take(&mut self.buffer)
    }

    /// True if the edge closes the connection without a further byte.
    pub fn closed(&mut self) -> bool {
        let closed = self.buffer.is_empty() && self.more() == 0;
        if !closed {
            eprintln!("not closed: {}", String::from_utf8_lossy(&self.buffer));
        }
        closed
    }

    /// True if nothing comes for a while.
    pub fn silent(&mut self, wait: Duration) -> bool {
        self.stream.set_read_timeout(Some(wait)).unwrap();
        let got = self.stream.read(&mut [0]);
        self.stream.set_read_timeout(Some(SOON)).unwrap();
        let late = |kind| kind == ErrorKind::WouldBlock || kind == ErrorKind::TimedOut;
        self.buffer.is_empty() && got.is_err_and(|error| late(error.kind()))
    }

    pub fn end(&mut self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }

    fn more(&mut self) -> usize {
        let mut piece = [0; 65_536];
        let read = match &mut self.tls {
            None => self.stream.read(&mut piece),
            Some(tls) => rustls::Stream::new(tls.as_mut(), &mut self.stream).read(&mut piece),
        };
        match read {
            Ok(read) => {
                self.buffer.extend(&piece[..read]);
                read
            }
            // A reset is an end as well; silence is not.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => 0,
            Err(error) => panic!("nothing more came: {error}; so far {:?}", self.buffer.len()),
        }
    }
}
