//! What a worker is told about the client: `X-Forwarded-*`, `Forwarded` and `X-Request-Id`.
//!
//! Believed and added to when the peer is a trusted proxy, else dropped and made anew.

use super::lines::Marks;
use super::names::Name;
use super::{client, element};

/// Longest request id taken over from a client.
const ID_BYTES_MAX: usize = 64;

/// Who sent the request, as far as the connection tells.
#[derive(Debug, Clone, Copy)]
pub struct Peer<'a> {
    /// Its address as text.
    pub address: &'a str,
    /// It is one of the trusted proxies.
    pub trusted: bool,
    /// The scheme it used: `http`.
    pub scheme: &'static str,
    /// `Forwarded` is sent as well.
    pub forwarded: bool,
}

/// A request's id: the client's if it is well-formed, else a random one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId {
    bytes: [u8; ID_BYTES_MAX],
    len: u8,
}

impl RequestId {
    /// A made id: 32 hexadecimal digits.
    pub fn random(chance: u128) -> Self {
        let mut id = RequestId { bytes: [0; ID_BYTES_MAX], len: 32 };
        for (at, byte) in id.bytes.iter_mut().take(32).enumerate() {
            let digit = (chance >> (4 * (31 - at))) as u8 & 0xf;
            *byte = if digit < 10 { b'0' + digit } else { b'a' + digit - 10 };
        }
        id
    }

    fn given(value: &[u8]) -> Option<Self> {
        let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:+/=@".contains(byte);
        let good = !value.is_empty() && value.len() <= ID_BYTES_MAX && value.iter().all(allowed);
        let mut id = RequestId { bytes: [0; ID_BYTES_MAX], len: value.len() as u8 };
        id.bytes.get_mut(..value.len()).filter(|_| good)?.copy_from_slice(value);
        Some(id)
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.len)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

/// The headers about the client that came with a request. None of their lines is copied on; what
/// is believed is written again by [`Forwarded::write`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Forwarded<'b> {
    /// The last `X-Forwarded-Proto` and `X-Forwarded-Host`.
    scheme: Option<&'b [u8]>,
    host: Option<&'b [u8]>,
    /// `X-Forwarded-For` lines, in order.
    chain: [&'b [u8]; CHAIN_MAX],
    links: usize,
    id: Option<&'b [u8]>,
    ids: usize,
    /// There are `Forwarded` lines.
    elements: bool,
    /// Lines that only a trusted proxy may send.
    untrusted: Marks,
    /// Lines that are always made anew.
    replaced: Marks,
}

/// `X-Forwarded-For` lines that are kept; a chain of proxies appends to one line.
const CHAIN_MAX: usize = 4;

impl<'b> Forwarded<'b> {
    /// Take note of header `name` at position `at`.
    pub(super) fn read(&mut self, name: Name, at: usize, spelling: &[u8], value: &'b [u8]) {
        if spelling.contains(&b'_') {
            // Another spelling of a header that the edge answers for: never passed on.
            return self.replaced.set(at);
        }
        match name {
            Name::ForwardedFor => {
                if self.links == CHAIN_MAX {
                    // The nearest proxies stand last: they are what matters.
                    self.chain.rotate_left(1);
                    self.links -= 1;
                }
                if let Some(link) = self.chain.get_mut(self.links) {
                    *link = value;
                    self.links += 1;
                }
                self.replaced.set(at);
            }
            Name::ForwardedProto => {
                self.scheme = Some(value);
                self.replaced.set(at);
            }
            Name::ForwardedHost => {
                self.host = Some(value);
                self.replaced.set(at);
            }
            Name::RequestId => {
                self.id = Some(value);
                self.ids += 1;
                self.replaced.set(at);
            }
            Name::Forwarded => {
                self.elements = true;
                self.untrusted.set(at);
            }
            _ => self.untrusted.set(at),
        }
    }

    /// The values of `X-Forwarded-For`, in order.
    pub(super) fn links(&self) -> impl DoubleEndedIterator<Item = &'b [u8]> {
        self.chain.into_iter().take(self.links)
    }

    /// Mark the lines that are not copied on.
    pub(super) fn mark(&self, peer: &Peer<'_>, skip: &mut Marks) {
        skip.add(&self.replaced);
        if !peer.trusted {
            skip.add(&self.untrusted);
        }
    }

    /// The scheme that the client used.
    pub(super) fn scheme<'a>(&'a self, peer: &Peer<'a>) -> &'a [u8] {
        let told = self.scheme.filter(|_| peer.trusted).map(first);
        told.filter(|told| !told.is_empty()).unwrap_or(peer.scheme.as_bytes())
    }

    /// The id to use: one well-formed id is kept, anything else is replaced by a random one.
    pub(super) fn id(&self, chance: impl FnOnce() -> u128) -> RequestId {
        let given = self.id.filter(|_| self.ids == 1).and_then(RequestId::given);
        given.unwrap_or_else(|| RequestId::random(chance()))
    }

    /// The host that the client asked for: what a trusted peer says, or `host`.
    pub(super) fn public<'h>(&self, peer: &Peer<'_>, host: &'h [u8]) -> &'h [u8]
    where
        'b: 'h,
    {
        let told = self.host.filter(|_| peer.trusted).map(first);
        told.filter(|told| !told.is_empty()).unwrap_or(host)
    }

    /// Append the headers about the client.
    pub(super) fn write(&self, peer: &Peer<'_>, host: &[u8], id: &RequestId, out: &mut Vec<u8>) {
        out.extend_from_slice(b"X-Forwarded-For: ");
        let chain = self.chain.iter().take(if peer.trusted { self.links } else { 0 });
        for link in chain.filter(|link| !link.is_empty()) {
            out.extend_from_slice(link);
            out.extend_from_slice(b", ");
        }
        out.extend_from_slice(peer.address.as_bytes());
        out.extend_from_slice(b"\r\nX-Forwarded-Proto: ");
        out.extend_from_slice(self.scheme(peer));
        let public = self.public(peer, host);
        if !public.is_empty() {
            out.extend_from_slice(b"\r\nX-Forwarded-Host: ");
            out.extend_from_slice(public);
        }
        if peer.forwarded {
            self.write_elements(peer, host, public, out);
        }
        out.extend_from_slice(b"\r\nX-Request-Id: ");
        out.extend_from_slice(id.as_str().as_bytes());
        out.extend_from_slice(b"\r\n");
    }

    /// Append `Forwarded` (RFC 7239): an element for this hop, behind those of a trusted proxy,
    /// whose lines were copied. A proxy that sends only `X-Forwarded-*` is spoken for (section 7.4).
    fn write_elements(&self, peer: &Peer<'_>, host: &[u8], public: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(b"\r\nForwarded: ");
        let count = if peer.trusted && !self.elements { self.links } else { 0 };
        let chain = self.chain.iter().take(count).flat_map(|line| line.split(|byte| *byte == b','));
        let mut is_first = true;
        for link in chain.map(<[u8]>::trim_ascii).filter(|link| !link.is_empty()) {
            element::node(client::address(link), out);
            // The first one is the client's hop, which is what the proxy tells of.
            if std::mem::take(&mut is_first) {
                element::pair(b"host", public, out);
                element::pair(b"proto", self.scheme(peer), out);
            }
            out.extend_from_slice(b", ");
        }
        element::node(peer.address.parse().ok(), out);
        element::pair(b"host", host, out);
        element::pair(b"proto", peer.scheme.as_bytes(), out);
    }
}

/// The first of a list: what the proxy nearest to the client saw. Express reads the first and
/// Fastify the last, so only one is passed on.
fn first(list: &[u8]) -> &[u8] {
    list.split(|byte| *byte == b',').next().unwrap_or_default().trim_ascii()
}
