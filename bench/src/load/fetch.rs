//! One request whose reply is kept whole, to be looked at.

use super::reply::{self, Framing};
use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A whole reply.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// Names in lower case, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// Without the framing of chunks, else as it came.
    pub body: Vec<u8>,
}

const TIMEOUT: Duration = Duration::from_secs(10);
const HEADERS_MAX: usize = 64;

impl Reply {
    /// The first value of a header.
    pub fn value(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(this, _)| this == name);
        header.map(|(_, value)| value.as_str())
    }
}

/// GET `path` with further header `lines`, each with its line end, over a connection of its own.
pub async fn fetch(address: SocketAddr, path: &str, lines: &str) -> Result<Reply> {
    let asked =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{lines}Connection: close\r\n\r\n");
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(asked.as_bytes()).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        Ok::<_, std::io::Error>(bytes)
    };
    let bytes = tokio::time::timeout(TIMEOUT, exchange).await;
    let bytes = bytes.with_context(|| format!("no reply to {path} within {TIMEOUT:?}"))?;
    parse(&bytes.with_context(|| format!("GET {path}"))?)
}

/// The only reply in `bytes`, which end with it.
fn parse(bytes: &[u8]) -> Result<Reply> {
    let Ok(Some(head)) = reply::head(bytes) else { bail!("no head of a reply") };
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    httparse::Response::new(&mut headers).parse(bytes).context("no head of a reply")?;
    let named = headers.iter().take_while(|header| !header.name.is_empty()).map(|header| {
        (header.name.to_ascii_lowercase(), String::from_utf8_lossy(header.value).into_owned())
    });
    let rest = bytes.get(head.bytes..).unwrap_or_default();
    let whole = match head.framing {
        Framing::UntilClose => true,
        framing => reply::body(framing, rest) == Ok(Some(rest.len())),
    };
    if !whole {
        bail!("the body broke off after {} bytes, or goes on after its end", rest.len());
    }
    let body = if head.framing == Framing::Chunked { unchunked(rest)? } else { rest.to_vec() };
    Ok(Reply { status: head.status, headers: named.collect(), body })
}

/// The bytes in chunks that are known to be whole.
fn unchunked(mut bytes: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let Ok(httparse::Status::Complete((line, size))) = httparse::parse_chunk_size(bytes) else {
            bail!("not a chunk");
        };
        let size = usize::try_from(size)?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(bytes.get(line..line + size).context("a chunk broke off")?);
        bytes = bytes.get(line + size + 2..).context("a chunk broke off")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Option<String> {
        let reply = parse(text.as_bytes()).ok()?;
        Some(String::from_utf8(reply.body).unwrap())
    }

    #[test]
    fn bodies() {
        let head = "HTTP/1.1 200 OK\r\n";
        let check = |rest: &str, want: Option<&str>| {
            assert_eq!(body(&format!("{head}{rest}")).as_deref(), want, "{rest:?}");
        };
        check("Content-Length: 3\r\n\r\nabc", Some("abc"));
        check("Content-Length: 3\r\n\r\nab", None);
        check("Content-Length: 3\r\n\r\nabcd", None);
        check("\r\nabc", Some("abc"));
        let chunks = "Transfer-Encoding: chunked\r\n\r\n";
        check(&format!("{chunks}3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"), Some("abcde"));
        check(&format!("{chunks}3\r\nabc\r\n"), None);
        check("Content-Length 3", None);
    }

    #[test]
    fn headers() {
        let reply = parse(b"HTTP/1.1 404 X\r\nVary: a\r\nVARY: b\r\nContent-Length: 0\r\n\r\n");
        let reply = reply.unwrap();
        assert_eq!(
            (reply.status, reply.value("vary"), reply.value("etag")),
            (404, Some("a"), None)
        );
        assert_eq!(reply.headers.len(), 3);
    }
}
