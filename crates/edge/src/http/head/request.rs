//! A request's head: read strictly, written on for a worker.

use super::blame::{refusal, too_large};
use super::connection::Connection;
use super::forwarded::{Forwarded, Peer, RequestId};
use super::lines::{Lines, Marks, Scratch};
use super::names::{Name, known};
use super::refusal::Refusal;
use super::target::{self, Target};
use super::{Accept, Framing, Upgrade, Version, host};
use crate::http::{Method, field};
use httparse::{Header, Status};
use std::net::IpAddr;

/// Limits of a request's head.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Request line and headers together, in bytes.
    pub head_bytes_max: usize,
    /// Headers; at most [`super::HEADERS_MAX`].
    pub headers_max: usize,
}

/// A request's head as it lies in the buffer, and what it means.
#[derive(Debug)]
pub struct RequestHead<'h, 'b> {
    /// Bytes of the whole head, to be taken from the buffer when it was written on.
    pub len: usize,
    /// The method.
    pub method: Method,
    /// The client's version.
    pub version: Version,
    /// Length of the body.
    pub framing: Framing,
    /// The client can send another request afterwards.
    pub keep_alive: bool,
    /// `Expect: 100-continue`: the client may wait with its body for a 100.
    pub expects_continue: bool,
    /// A protocol that is asked for.
    pub upgrade: Option<Upgrade>,
    /// How an error page should look.
    pub accept: Accept,
    method_text: &'b str,
    target: Target<'b>,
    host: Option<&'b [u8]>,
    /// Content-Length as it was written, without white space around it.
    length: Option<&'b [u8]>,
    trailers: bool,
    lines: Lines<'h, 'b>,
    skip: Marks,
    forwarded: Forwarded<'b>,
    /// Lines that stand for others, each with its CRLF.
    added: Vec<u8>,
}

/// Headers that a worker gets from the edge in place of the client's.
#[derive(Debug, Clone, Copy, Default)]
pub struct Replaced<'a> {
    /// Their names.
    pub names: &'a [&'a str],
    /// Header lines, each with its CRLF.
    pub lines: &'a [u8],
}

/// Read the head at the start of `bytes`. None: it is not complete yet.
///
/// # Errors
/// Any deviation from RFC 9110 and 9112, and everything that is above a limit.
pub fn read<'h, 'b>(
    bytes: &'b [u8],
    limits: &Limits,
    scratch: &'h mut Scratch<'b>,
) -> Result<Option<RequestHead<'h, 'b>>, Refusal> {
    // One empty line before a request is to be ignored (RFC 9112 section 2.2); httparse would
    // ignore any number of them.
    let lead = if bytes.starts_with(b"\r\n") { 2 } else { 0 };
    let bytes = bytes.get(lead..).unwrap_or_default();
    if bytes.starts_with(b"\r\n") || bytes.starts_with(b"\n") {
        return Err(Refusal::RequestLine);
    }
    let room = scratch.get_mut(..limits.headers_max.min(super::HEADERS_MAX)).unwrap_or_default();
    let mut parsed = httparse::Request::new(&mut []);
    let result = httparse::ParserConfig::default().parse_request_with_uninit_headers(
        &mut parsed,
        bytes,
        room,
    );
    let len = match result {
        Ok(Status::Complete(len)) if len <= limits.head_bytes_max => len,
        Ok(Status::Partial) if bytes.len() < limits.head_bytes_max => return Ok(None),
        Ok(_) => return Err(too_large(bytes, limits.head_bytes_max)),
        Err(error) => return Err(refusal(error, bytes)),
    };
    let (Some(method), Some(path), Some(version)) = (parsed.method, parsed.path, parsed.version)
    else {
        return Err(Refusal::RequestLine);
    };
    let head = bytes.get(..len).unwrap_or_default();
    let lines = Lines::new(head, parsed.headers).ok_or(Refusal::LineEnd)?;
    if lines.start_line().len() != method.len() + path.len() + " HTTP/1.1 ".len() {
        return Err(Refusal::RequestLine);
    }
    let method_text = method;
    let method = Method::of(method.as_bytes());
    if matches!(method, Method::Connect | Method::Trace) {
        return Err(Refusal::Method);
    }
    let mut head = RequestHead {
        len: len + lead,
        method,
        version: if version == 0 { Version::Old } else { Version::New },
        framing: Framing::None,
        keep_alive: false,
        expects_continue: false,
        upgrade: None,
        accept: Accept::Text,
        method_text,
        target: target::read(path.as_bytes(), method)?,
        host: None,
        length: None,
        trailers: false,
        lines,
        skip: Marks::default(),
        forwarded: Forwarded::default(),
        added: Vec::new(),
    };
    head.understand(parsed.headers)?;
    Ok(Some(head))
}

impl<'b> RequestHead<'_, 'b> {
    /// The host asked for, without its port; empty if the client named none.
    pub fn host(&self) -> &'b [u8] {
        host::name(self.host.unwrap_or_default())
    }

    /// The path asked for, without its query. `OPTIONS *` asks for the host as a whole, so for its root.
    pub fn path(&self) -> &'b [u8] {
        let origin = match self.target.origin {
            b"*" => b"/",
            origin => origin,
        };
        let end = origin.iter().position(|byte| *byte == b'?').unwrap_or(origin.len());
        origin.get(..end).unwrap_or_default()
    }

    /// The values of all headers called `name`, in any case.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &'b [u8]> {
        self.lines.values(name)
    }

    /// The headers that go on to a worker as they are.
    pub fn headers(&self) -> impl Iterator<Item = (&'b str, &'b [u8])> {
        self.lines.unmarked(&self.skip)
    }

    /// Leave the headers called `name`, in any case, out of what the worker gets.
    pub fn hide(&mut self, name: &str) {
        self.lines.mark(name, &mut self.skip);
    }

    /// The worker gets `name: value` in place of the headers of that name, in any case.
    pub fn replace(&mut self, name: &str, value: &[u8]) {
        self.hide(name);
        field::line(name.as_bytes(), value, &mut self.added);
    }

    /// The method as it is spelt.
    pub fn method_text(&self) -> &'b [u8] {
        self.method_text.as_bytes()
    }

    /// The target as it is sent on: path and query, or `*`.
    pub fn target(&self) -> &'b [u8] {
        self.target.origin
    }

    /// The host asked for as it came, with its port; empty if the client named none.
    pub fn authority(&self) -> &'b [u8] {
        self.host.unwrap_or_default()
    }

    /// The host that the client asked for, with its port, as a trusted `peer` tells it; else as it came.
    /// Workers are told the same.
    pub fn public_authority(&self, peer: &Peer<'_>) -> &'b [u8] {
        self.forwarded.public(peer, self.authority())
    }

    /// The client behind `peer`: see [`super::client()`].
    pub fn client(&self, peer: IpAddr, trusts: impl Fn(IpAddr) -> bool) -> IpAddr {
        super::client(peer, self.forwarded.links(), trusts)
    }

    /// True if the client came by TLS, as far as `peer` tells or may be believed.
    pub fn is_secure(&self, peer: &Peer<'_>) -> bool {
        self.forwarded.scheme(peer).eq_ignore_ascii_case(b"https")
    }

    /// The request's id.
    pub fn id(&self, chance: impl FnOnce() -> u128) -> RequestId {
        self.forwarded.id(chance)
    }

    /// Append the head as a worker gets it: HTTP/1.1, kept alive, hop-by-hop headers replaced.
    pub fn write(&self, peer: &Peer<'_>, id: &RequestId, out: &mut Vec<u8>) {
        self.write_with(peer, id, &Replaced::default(), out);
    }

    /// The same, with more headers replaced.
    pub fn write_with(
        &self,
        peer: &Peer<'_>,
        id: &RequestId,
        replaced: &Replaced<'_>,
        out: &mut Vec<u8>,
    ) {
        out.extend_from_slice(self.method_text.as_bytes());
        out.push(b' ');
        out.extend_from_slice(self.target.origin);
        out.extend_from_slice(b" HTTP/1.1\r\n");
        let mut skip = self.skip;
        self.forwarded.mark(peer, &mut skip);
        replaced.names.iter().for_each(|name| self.lines.mark(name, &mut skip));
        self.lines.copy(&skip, false, out);
        out.extend_from_slice(&self.added);
        if self.host.is_none() {
            // RFC 9112 section 3.2: an unknown authority is sent as an empty Host.
            out.extend_from_slice(b"Host: \r\n");
        }
        self.forwarded.write(peer, self.host.unwrap_or_default(), id, out);
        out.extend_from_slice(replaced.lines);
        // What frames the body is said anew: Node takes less white space around it than the RFC.
        if let Some(length) = self.length {
            out.extend_from_slice(b"Content-Length: ");
            out.extend_from_slice(length);
            out.extend_from_slice(b"\r\n");
        }
        if self.framing == Framing::Chunked {
            out.extend_from_slice(b"Transfer-Encoding: chunked\r\n");
        }
        match (self.upgrade, self.trailers) {
            // The Upgrade line itself was copied.
            (Some(_), _) => out.extend_from_slice(b"Connection: Upgrade\r\n"),
            (None, true) => out.extend_from_slice(b"TE: trailers\r\nConnection: TE\r\n"),
            (None, false) => {}
        }
        out.extend_from_slice(b"\r\n");
    }

    fn understand(&mut self, headers: &[Header<'b>]) -> Result<(), Refusal> {
        let mut seen = Seen::default();
        for (at, header) in headers.iter().enumerate() {
            self.take(at, header, &mut seen)?;
        }
        seen.connection.mark_named(headers, &mut self.skip);
        self.framing = seen.framing(self.version)?;
        self.keep_alive = match self.version {
            Version::New => !seen.connection.close,
            Version::Old => seen.connection.keep_alive && !seen.connection.close,
        };
        self.upgrade = seen.upgrade(self.version, self.framing);
        if let (Some(at), None) = (seen.upgrade_at, self.upgrade) {
            self.skip.set(at);
        }
        match (self.host, self.version, self.target.authority) {
            (None, Version::New, _) => Err(Refusal::HostMissing),
            (Some(host), _, Some(authority)) if !host.eq_ignore_ascii_case(authority) => {
                Err(Refusal::TargetMismatch)
            }
            _ => Ok(()),
        }
    }

    fn take(&mut self, at: usize, header: &Header<'b>, seen: &mut Seen<'b>) -> Result<(), Refusal> {
        let (spelling, value) = (header.name.as_bytes(), header.value);
        let name = known(spelling);
        match name {
            Name::Other => {}
            Name::Host | Name::ContentLength | Name::TransferEncoding | Name::Connection
                if spelling.contains(&b'_') =>
            {
                return Err(Refusal::Alias);
            }
            Name::Host if self.host.is_some() => return Err(Refusal::HostDuplicate),
            Name::Host if !host::is_valid(value) => return Err(Refusal::Host),
            Name::Host => self.host = Some(value),
            Name::ContentLength => {
                seen.length(value)?;
                self.length = Some(value);
                self.skip.set(at);
            }
            Name::TransferEncoding => {
                seen.coding(value)?;
                self.skip.set(at);
            }
            Name::Connection => {
                seen.connection.read(value).map_err(|_| Refusal::Connection)?;
                self.skip.set(at);
            }
            Name::KeepAlive | Name::ProxyConnection => self.skip.set(at),
            Name::Te => {
                self.trailers |=
                    field::list(value).any(|one| one.eq_ignore_ascii_case(b"trailers"));
                self.skip.set(at);
            }
            Name::Upgrade => {
                // A second Upgrade line makes a list of protocols that nobody here can follow.
                let twice = seen.upgrade_at.replace(at);
                twice.into_iter().for_each(|first| self.skip.set(first));
                seen.protocol = if twice.is_some() { b"" } else { value };
            }
            Name::Expect if self.version == Version::Old => self.skip.set(at),
            Name::Expect if !value.eq_ignore_ascii_case(b"100-continue") => {
                return Err(Refusal::Expect);
            }
            Name::Expect => self.expects_continue = true,
            Name::Accept => self.accept = accepted(value),
            Name::Forwarded
            | Name::ForwardedFor
            | Name::ForwardedHost
            | Name::ForwardedOther
            | Name::ForwardedProto
            | Name::RequestId => self.forwarded.read(name, at, spelling, value),
        }
        Ok(())
    }
}

/// What must be known of all headers before one of them can be judged.
#[derive(Default)]
struct Seen<'b> {
    length: Option<u64>,
    coding: bool,
    connection: Connection<'b>,
    upgrade_at: Option<usize>,
    protocol: &'b [u8],
}

impl Seen<'_> {
    fn length(&mut self, value: &[u8]) -> Result<(), Refusal> {
        let length = super::length::read(value).ok_or(Refusal::Length)?;
        match self.length.replace(length) {
            None => Ok(()),
            Some(_) => Err(Refusal::LengthDuplicate),
        }
    }

    fn coding(&mut self, value: &[u8]) -> Result<(), Refusal> {
        let twice = std::mem::replace(&mut self.coding, true);
        let good = !twice && value.eq_ignore_ascii_case(b"chunked");
        if good { Ok(()) } else { Err(Refusal::Coding) }
    }

    fn framing(&self, version: Version) -> Result<Framing, Refusal> {
        match (self.length, self.coding) {
            (Some(_), true) => Err(Refusal::LengthAndCoding),
            (None, true) if version == Version::Old => Err(Refusal::CodingInOld),
            (None, true) => Ok(Framing::Chunked),
            (None | Some(0), false) => Ok(Framing::None),
            (Some(length), false) => Ok(Framing::Length(length)),
        }
    }

    /// An upgrade is passed on for HTTP/1.1 without a body, and never to another HTTP: behind a
    /// tunnel of h2c the edge's rules would not hold. RFC 9110 section 7.8 lets it be ignored.
    fn upgrade(&self, version: Version, framing: Framing) -> Option<Upgrade> {
        let wanted = self.upgrade_at.is_some() && self.connection.upgrade;
        if !wanted || version == Version::Old || framing != Framing::None {
            return None;
        }
        let mut protocols = field::list(self.protocol).map(<[u8]>::to_ascii_lowercase);
        match (protocols.next().as_deref(), protocols.next()) {
            (Some(b"websocket"), None) => Some(Upgrade::WebSocket),
            (Some(one), None) if !one.starts_with(b"h2") && !one.starts_with(b"http") => {
                Some(Upgrade::Other)
            }
            _ => None,
        }
    }
}

fn accepted(value: &[u8]) -> Accept {
    let names = |kind: &[u8]| memchr::memmem::find(value, kind).is_some();
    match () {
        () if names(b"text/html") => Accept::Html,
        () if names(b"application/json") => Accept::Json,
        () => Accept::Text,
    }
}
