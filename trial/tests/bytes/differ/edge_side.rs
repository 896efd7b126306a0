//! What the edge passes on of a connection's bytes, by its own codec and without a socket.

use edge::http::Body;
use edge::http::body::Part;
use edge::http::head::{Framing, Limits, Peer, RequestId, Upgrade, request, scratch};

const LIMITS: Limits = Limits { head_bytes_max: 12 * 1024, headers_max: 64 };
const PEER: Peer<'static> =
    Peer { address: "192.0.2.1", trusted: false, scheme: "http", forwarded: false };

/// A request that would reach a worker, and how the edge understood it.
#[derive(Debug)]
pub struct Forwarded {
    /// As the client sent it.
    pub original: Vec<u8>,
    /// As the worker gets it.
    pub bytes: Vec<u8>,
    /// Where its path leads.
    pub path: String,
    /// The host without its port.
    pub host: String,
    /// Length of the body.
    pub framing: Framing,
    /// The body without its framing.
    pub content: Vec<u8>,
    /// Trailer lines.
    pub trailers: Vec<u8>,
    /// A protocol that is asked for.
    pub upgrade: Option<Upgrade>,
}

/// The whole requests at the start of `bytes`, up to what is refused, unfinished or the connection's last.
pub fn forward(bytes: &[u8]) -> Vec<Forwarded> {
    let mut passed = Vec::new();
    let mut rest = bytes;
    while let Some((one, keeps)) = next(rest) {
        rest = &rest[one.original.len()..];
        // What follows an upgrade depends on the worker's reply.
        let last = !keeps || one.upgrade.is_some();
        passed.push(one);
        if last {
            break;
        }
    }
    passed
}

fn next(bytes: &[u8]) -> Option<(Forwarded, bool)> {
    let mut room = scratch();
    let head = request::read(bytes, &LIMITS, &mut room).ok()??;
    let mut out = Vec::new();
    head.write(&PEER, &RequestId::random(7), &mut out);
    let (content, trailers, taken) = decode(head.framing, &bytes[head.len..])?;
    out.extend(&bytes[head.len..head.len + taken]);
    let latin1 = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect();
    let forwarded = Forwarded {
        original: bytes[..head.len + taken].to_vec(),
        bytes: out,
        path: latin1(head.path()),
        host: latin1(head.host()),
        framing: head.framing,
        content,
        trailers,
        upgrade: head.upgrade,
    };
    Some((forwarded, head.keep_alive))
}

/// Content, trailer lines, and the bytes that they took; None if the body is malformed or has no end here.
fn decode(framing: Framing, bytes: &[u8]) -> Option<(Vec<u8>, Vec<u8>, usize)> {
    let whole = decode_in(framing, bytes, bytes.len().max(1));
    let pieces = decode_in(framing, bytes, 3);
    assert_eq!(whole, pieces, "{}", bytes.escape_ascii());
    whole
}

fn decode_in(framing: Framing, bytes: &[u8], step: usize) -> Option<(Vec<u8>, Vec<u8>, usize)> {
    let mut body = Body::new(framing, u64::MAX).ok()?;
    let (mut content, mut trailers, mut taken) = (Vec::new(), Vec::new(), 0);
    for piece in bytes.chunks(step) {
        let of_piece = body.decode(piece, |part| match part {
            Part::Content(bytes) => content.extend_from_slice(bytes),
            Part::Trailer(byte) => trailers.push(byte),
        });
        taken += of_piece.ok()?;
        if body.is_done() {
            break;
        }
    }
    body.is_done().then_some((content, trailers, taken))
}
