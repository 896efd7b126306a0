//! One look at whether a worker serves: connect, and GET its health path if it has one.

use model::Endpoint;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

/// A status line is found within so many bytes, or not at all.
const HEAD_BYTES_MAX: usize = 4_096;

/// Ok when the worker answers `path` with 2xx, or accepts the connection if there is no path.
pub async fn probe(
    endpoint: Endpoint,
    path: Option<String>,
    limit: Duration,
) -> Result<(), String> {
    let work = async {
        match endpoint {
            Endpoint::Unix(socket) => ask(UnixStream::connect(&socket).await, path).await,
            Endpoint::Tcp(address) => ask(TcpStream::connect(address).await, path).await,
            Endpoint::Tls { .. } => Err("workers speak no TLS".to_owned()),
        }
    };
    let late = || format!("no answer within {}", base::units::show_duration(limit));
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| Err(late()))
}

async fn ask<S: AsyncRead + AsyncWrite + Unpin>(
    stream: io::Result<S>,
    path: Option<String>,
) -> Result<(), String> {
    let mut stream = stream.map_err(|error| error.to_string())?;
    let Some(path) = path else { return Ok(()) };
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ostler\r\nConnection: close\r\n\r\n"
    );
    let mut head = Vec::new();
    let exchange = async {
        stream.write_all(request.as_bytes()).await?;
        while head.len() < HEAD_BYTES_MAX && !head.contains(&b'\n') {
            if stream.read_buf(&mut head).await? == 0 {
                break;
            }
        }
        io::Result::Ok(())
    };
    exchange.await.map_err(|error| error.to_string())?;
    match status(&head) {
        Some(200..=299) => Ok(()),
        Some(status) => Err(format!("status {status}")),
        None => Err("no HTTP/1 reply".to_owned()),
    }
}

/// The status of a reply's first line (RFC 9112, section 4).
fn status(head: &[u8]) -> Option<u16> {
    let line = head.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?.trim_end();
    let rest = line.strip_prefix("HTTP/1.")?.get(1..)?.strip_prefix(' ')?;
    let code = rest.split(' ').next()?;
    (code.len() == 3).then(|| code.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_lines() {
        assert_eq!(status(b"HTTP/1.1 204 No Content\r\nDate"), Some(204));
        assert_eq!(status(b"HTTP/1.0 503\r\n"), Some(503));
        for bad in ["", "HTTP/2 200", "HTTP/1.1 2000 x", "HTTP/1.1", "hello\n", "HTTP/1.1  20"] {
            assert_eq!(status(bad.as_bytes()), None, "{bad}");
        }
    }
}
