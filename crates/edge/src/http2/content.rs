//! The content of an HTTP/1.1 message's body, taken out of its framing. Pure.

use crate::http::Body;
use crate::http::body::Part;
use crate::http::head::{Framing, Malformed};
use bytes::BytesMut;
use http::{HeaderMap, HeaderName, HeaderValue};

/// Reads one body that was checked already.
#[derive(Debug)]
pub struct Content {
    body: Body,
    trailers: Vec<u8>,
}

impl Content {
    /// A body of this framing.
    ///
    /// # Errors
    /// Never for lengths that a head may announce.
    pub fn new(framing: Framing) -> Result<Self, Malformed> {
        let body = Body::new(framing, u64::MAX).map_err(|_| Malformed::Framing)?;
        Ok(Content { body, trailers: Vec::new() })
    }

    /// The body was read to its end.
    pub fn is_done(&self) -> bool {
        self.body.is_done()
    }

    /// Take the content out of `bytes`.
    ///
    /// # Errors
    /// When the chunks are malformed.
    pub fn read(&mut self, bytes: &[u8], content: &mut BytesMut) -> Result<(), Malformed> {
        let Content { body, trailers } = self;
        let taken = body.decode(bytes, |part| match part {
            Part::Content(part) => content.extend_from_slice(part),
            Part::Trailer(byte) => trailers.push(byte),
        });
        taken.map(|_| ()).map_err(|_| Malformed::Chunks)
    }

    /// The trailers, once the body is done and if there are any.
    ///
    /// # Errors
    /// When they are malformed.
    pub fn trailers(&self) -> Result<Option<HeaderMap>, Malformed> {
        let any = self.is_done() && !self.trailers.is_empty();
        if any { fields(&self.trailers).map(Some) } else { Ok(None) }
    }
}

/// Header lines as a map.
pub(super) fn fields(lines: &[u8]) -> Result<HeaderMap, Malformed> {
    let mut map = HeaderMap::new();
    for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let colon = line.iter().position(|byte| *byte == b':').ok_or(Malformed::Chunks)?;
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        let name = HeaderName::from_bytes(name).map_err(|_| Malformed::Chunks)?;
        map.append(name, HeaderValue::from_bytes(value).map_err(|_| Malformed::Chunks)?);
    }
    Ok(map)
}
