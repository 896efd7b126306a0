//! A blocking HTTP/1.1 client that reports every irregularity instead of hiding it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A reply as it came.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Header names in lower case, with values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Reply {
    /// The first header of this name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// One keep-alive connection.
#[derive(Debug)]
pub struct Connection {
    reader: BufReader<TcpStream>,
    host: String,
}

impl Connection {
    /// Connect.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        stream.set_nodelay(true)?;
        Ok(Connection { reader: BufReader::new(stream), host: address.to_string() })
    }

    /// Send one request and read its reply to the end.
    pub fn request(&mut self, method: &str, path: &str, body: &str) -> io::Result<Reply> {
        let length = match body {
            "" => String::new(),
            body => format!("content-length: {}\r\n", body.len()),
        };
        let head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n{length}\r\n{body}", self.host);
        self.send(head.as_bytes())?;
        self.reply(method == "HEAD")
    }

    /// The connection itself; bytes that were read from it may lie in a buffer.
    pub fn stream(&self) -> &TcpStream {
        self.reader.get_ref()
    }

    /// Send raw bytes.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.reader.get_mut().write_all(bytes)
    }

    /// Read one line, without its end.
    pub fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }

    /// Read exactly `length` bytes.
    pub fn bytes(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.reader.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Fill `room`.
    pub fn bytes_into(&mut self, room: &mut [u8]) -> io::Result<()> {
        self.reader.read_exact(room)
    }

    /// Read until the other side closes.
    pub fn rest(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.reader.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Read the status and headers of a reply.
    pub fn head(&mut self) -> io::Result<Reply> {
        let bad = |line: &str| io::Error::new(io::ErrorKind::InvalidData, line.to_owned());
        let line = self.line()?;
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| bad(&line))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                return Ok(Reply { status, headers, body: String::new() });
            }
            let (name, value) = line.split_once(':').ok_or_else(|| bad(&line))?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }

    /// Read a whole reply.
    pub fn reply(&mut self, bodiless: bool) -> io::Result<Reply> {
        let mut reply = self.head()?;
        if bodiless || reply.status < 200 || reply.status == 204 || reply.status == 304 {
            return Ok(reply);
        }
        let length = reply.header("content-length").and_then(|length| length.parse().ok());
        let body = match (length, reply.header("transfer-encoding")) {
            (Some(length), _) => self.bytes(length)?,
            (None, Some("chunked")) => self.chunks()?,
            (None, _) => self.rest()?,
        };
        reply.body = String::from_utf8_lossy(&body).into_owned();
        Ok(reply)
    }

    fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let size = usize::from_str_radix(&line, 16)
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, line))?;
            if size == 0 {
                // Trailers, which nobody asked for yet, and the empty line.
                while !self.line()?.is_empty() {}
                return Ok(body);
            }
            body.extend(self.bytes(size)?);
            self.line()?;
        }
    }
}

/// One GET on a connection of its own.
pub fn get(address: SocketAddr, path: &str) -> io::Result<Reply> {
    Connection::open(address)?.request("GET", path, "")
}

/// One POST on a connection of its own.
pub fn post(address: SocketAddr, path: &str, body: &str) -> io::Result<Reply> {
    Connection::open(address)?.request("POST", path, body)
}
