//! A reply's HTTP/1.1 bytes, as the edge writes them, read back into what HTTP/2 sends. Pure.

use super::content::Content;
use crate::http::Method;
use crate::http::head::{self, Framing, Malformed, Upgrade, reply};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

/// Reads the reply to one request.
#[derive(Debug)]
pub struct ReplyReader {
    method: Method,
    /// The request was an extended CONNECT.
    connects: bool,
    /// A head that is not whole yet.
    partial: Vec<u8>,
    /// The body, once the head was read.
    body: Option<Content>,
}

/// What some bytes came to.
#[derive(Debug, Default)]
pub struct Read {
    /// Interim replies, in order.
    pub interims: Vec<Response<()>>,
    /// The final reply's head.
    pub head: Option<Response<()>>,
    /// Content.
    pub content: Bytes,
    /// Trailers; they end the reply.
    pub trailers: Option<HeaderMap>,
    /// This is the end of the reply.
    pub ends: bool,
}

impl ReplyReader {
    /// For the reply to a `method` request. `connects`: it was an extended CONNECT.
    pub fn new(method: Method, connects: bool) -> Self {
        ReplyReader { method, connects, partial: Vec::new(), body: None }
    }

    /// The reply was read to its end.
    pub fn is_done(&self) -> bool {
        self.body.as_ref().is_some_and(Content::is_done)
    }

    /// Read more.
    ///
    /// # Errors
    /// When the bytes are no reply. What the edge writes always is.
    pub fn read(&mut self, pieces: [&[u8]; 2]) -> Result<Read, Malformed> {
        let mut read = Read::default();
        let mut content = BytesMut::with_capacity(pieces.iter().map(|piece| piece.len()).sum());
        for mut bytes in pieces {
            while !bytes.is_empty() && self.body.is_none() {
                self.partial.extend_from_slice(bytes);
                let before = self.partial.len() - bytes.len();
                let Some(len) = self.take_head(&mut read)? else {
                    bytes = &[];
                    break;
                };
                self.partial.clear();
                bytes = bytes.get(len - before..).unwrap_or_default();
            }
            if let Some(body) = &mut self.body {
                body.read(bytes, &mut content)?;
            }
        }
        read.content = content.freeze();
        read.ends = self.is_done();
        if let Some(body) = &self.body {
            read.trailers = body.trailers()?;
        }
        Ok(read)
    }

    /// Take one head out of `partial`; its length, or None if it is not whole.
    fn take_head(&mut self, read: &mut Read) -> Result<Option<usize>, Malformed> {
        let mut scratch = head::scratch();
        let upgrade = self.connects.then_some(Upgrade::WebSocket);
        let found = reply::read(&self.partial, self.method, upgrade, &mut scratch)?;
        let Some(head) = found else { return Ok(None) };
        let switches = head.status == 101;
        // An extended CONNECT is granted by 200, without the headers of the HTTP/1 handshake
        // (RFC 8441 section 5). A worker that does not know of upgrades may answer the GET that it
        // became with success, which must not look like a grant.
        let mut response = Response::new(());
        let status = match head.status {
            _ if switches => 200,
            200..300 if self.connects => 502,
            status => status,
        };
        *response.status_mut() = StatusCode::from_u16(status).map_err(|_| Malformed::Syntax)?;
        for (name, value) in head.headers() {
            // HTTP/2 has no Upgrade, which a 426 has as well.
            let dropped = name.eq_ignore_ascii_case("upgrade")
                || switches && name.eq_ignore_ascii_case("sec-websocket-accept");
            if !dropped {
                let name =
                    HeaderName::from_bytes(name.as_bytes()).map_err(|_| Malformed::Syntax)?;
                let value = HeaderValue::from_bytes(value).map_err(|_| Malformed::Syntax)?;
                response.headers_mut().append(name, value);
            }
        }
        if head.is_interim() && !switches {
            read.interims.push(response);
        } else {
            let framing = if switches { Framing::UntilClose } else { head.framing };
            self.body = Some(Content::new(framing)?);
            read.head = Some(response);
        }
        Ok(Some(head.len))
    }
}
