//! A request's HTTP/1.1 bytes, as the edge writes them, read back into what HTTP/2 sends; and a
//! reply's head the other way. Pure.

use super::content::Content;
use crate::http::head::{Framing, HEADERS_MAX, Malformed};
use bytes::{Bytes, BytesMut};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri};
use httparse::Status;
use std::io::Write;
use std::mem::MaybeUninit;

/// Reads one request.
#[derive(Debug, Default)]
pub struct RequestReader {
    /// A head that is not whole yet.
    partial: Vec<u8>,
    body: Option<Content>,
}

/// What some bytes came to.
#[derive(Debug, Default)]
pub struct Read {
    /// The head.
    pub head: Option<Request<()>>,
    /// Content.
    pub content: Bytes,
    /// Trailers; they end the request.
    pub trailers: Option<HeaderMap>,
    /// This is the end of the request.
    pub ends: bool,
}

impl RequestReader {
    /// Read more.
    ///
    /// # Errors
    /// When the bytes are no request. What the edge writes always is.
    pub fn read(&mut self, pieces: [&[u8]; 2]) -> Result<Read, Malformed> {
        let mut read = Read::default();
        let mut content = BytesMut::with_capacity(pieces.iter().map(|piece| piece.len()).sum());
        for piece in pieces {
            let mut bytes = piece;
            if self.body.is_none() {
                let before = self.partial.len();
                self.partial.extend_from_slice(bytes);
                let Some(len) = self.take_head(&mut read)? else { continue };
                self.partial = Vec::new();
                bytes = bytes.get(len - before..).unwrap_or_default();
            }
            if let Some(body) = &mut self.body {
                body.read(bytes, &mut content)?;
            }
        }
        read.content = content.freeze();
        if let Some(body) = &self.body {
            read.ends = body.is_done();
            read.trailers = body.trailers()?;
        }
        Ok(read)
    }

    fn take_head(&mut self, read: &mut Read) -> Result<Option<usize>, Malformed> {
        // The edge adds a few headers of its own to as many as a request may have.
        let mut scratch = [const { MaybeUninit::uninit() }; HEADERS_MAX + 32];
        let mut parsed = httparse::Request::new(&mut []);
        let status = httparse::ParserConfig::default().parse_request_with_uninit_headers(
            &mut parsed,
            &self.partial,
            &mut scratch,
        );
        let Ok(status) = status else { return Err(Malformed::Syntax) };
        let Status::Complete(len) = status else { return Ok(None) };
        let (request, framing) = convert(&parsed).ok_or(Malformed::Syntax)?;
        self.body = Some(Content::new(framing)?);
        read.head = Some(request);
        Ok(Some(len))
    }
}

fn convert(parsed: &httparse::Request<'_, '_>) -> Option<(Request<()>, Framing)> {
    let mut request = Request::new(());
    *request.method_mut() = Method::from_bytes(parsed.method?.as_bytes()).ok()?;
    let mut framing = Framing::None;
    let mut host = "";
    for header in parsed.headers.iter() {
        let name = HeaderName::from_bytes(header.name.as_bytes()).ok()?;
        let text = || std::str::from_utf8(header.value).ok();
        match name.as_str() {
            "host" => host = text()?,
            "transfer-encoding" => framing = Framing::Chunked,
            // What HTTP/2 says in other ways, or has no word for.
            "connection" | "upgrade" | "keep-alive" | "proxy-connection" => {}
            _ => {
                if name == http::header::CONTENT_LENGTH {
                    let length = text()?.parse().ok()?;
                    framing = if length == 0 { Framing::None } else { Framing::Length(length) };
                }
                request.headers_mut().append(name, HeaderValue::from_bytes(header.value).ok()?);
            }
        }
    }
    // A client of HTTP/1.0 need not name a host.
    let host = if host.is_empty() { "localhost" } else { host };
    let path = path(parsed.path?)?;
    *request.uri_mut() =
        Uri::builder().scheme("http").authority(host).path_and_query(path).build().ok()?;
    Some((request, framing))
}

/// The target. Some characters that clients send as they are, and that HTTP/1 servers take, are none
/// of a URI: they are written as such (RFC 3986 section 2.1).
fn path(text: &str) -> Option<PathAndQuery> {
    if let Ok(path) = PathAndQuery::try_from(text) {
        return Some(path);
    }
    let mut encoded = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        match byte {
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'#' | 0x80.. => {
                encoded.push_str(&format!("%{byte:02X}"));
            }
            _ => encoded.push(char::from(byte)),
        }
    }
    PathAndQuery::try_from(encoded).ok()
}

/// How a reply's content is to be written after its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it comes.
    Plain,
    /// In chunks.
    Chunks,
}

/// Append an interim reply's head.
pub fn write_interim(response: &Response<()>, out: &mut Vec<u8>) {
    status_line(response, out);
    out.extend_from_slice(b"\r\n");
}

/// Append a reply's head. `whole`: no content follows. `to_head`: it answers a HEAD.
pub fn write_head<T>(
    response: &Response<T>,
    whole: bool,
    to_head: bool,
    out: &mut Vec<u8>,
) -> Form {
    status_line(response, out);
    let announced = response.headers().contains_key(http::header::CONTENT_LENGTH);
    let without = to_head || matches!(response.status().as_u16(), 204 | 304);
    let form = if announced || whole || without { Form::Plain } else { Form::Chunks };
    match form {
        Form::Chunks => out.extend_from_slice(b"transfer-encoding: chunked\r\n"),
        Form::Plain if announced || without => {}
        Form::Plain => out.extend_from_slice(b"content-length: 0\r\n"),
    }
    out.extend_from_slice(b"\r\n");
    form
}

fn status_line<T>(response: &Response<T>, out: &mut Vec<u8>) {
    let status = response.status();
    // Writing into a Vec cannot fail.
    let reason = status.canonical_reason().unwrap_or_default();
    let _ = write!(out, "HTTP/1.1 {} {reason}\r\n", status.as_str());
    super::request::lines(response.headers(), out);
}
