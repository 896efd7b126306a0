//! A reply's head: read strictly, written on for the client.

use super::connection::Connection;
use super::lines::{Lines, Marks, Scratch};
use super::names::{Name, known};
use super::refusal::Malformed;
use super::{Framing, Upgrade, Version};
use crate::http::{Method, field};
use httparse::{Header, Status};
use std::time::Duration;

/// The largest reply head taken, in bytes. Node's own clients take 16 kB.
pub const HEAD_BYTES_MAX: usize = 128 * 1024;

/// A reply's head as it lies in the buffer, and what it means.
#[derive(Debug)]
pub struct ReplyHead<'h, 'b> {
    /// Bytes of the whole head.
    pub len: usize,
    /// Status code, 100 to 999.
    pub status: u16,
    /// Length of the body.
    pub framing: Framing,
    /// The worker's connection can be used again afterwards.
    pub keep_alive: bool,
    /// How long the worker keeps an idle connection, if it says so (`Keep-Alive: timeout=5`).
    pub idle_timeout: Option<Duration>,
    version: Version,
    lines: Lines<'h, 'b>,
    skip: Marks,
    upgrade_at: Option<usize>,
    /// What `Content-Length` says, and where it stands.
    length: Option<(usize, u64)>,
    /// The framing that the client gets, if it is another.
    reframed: Option<Framing>,
}

/// How a reply's head is to be written.
#[derive(Debug, Clone, Copy)]
pub struct ReplyWriting<'a> {
    /// The client's version.
    pub version: Version,
    /// The client's connection stays open afterwards.
    pub keep_alive: bool,
    /// Time the edge took so far, if the settings ask for a `Server-Timing` header.
    pub server_timing: Option<Duration>,
    /// The value of a `Set-Cookie` header of the edge's own.
    pub set_cookie: Option<&'a [u8]>,
    /// Header lines of the edge's own, each with its CRLF.
    pub lines: &'a [u8],
}

/// Read the head at the start of `bytes`: the reply to a `method` that asked for `upgrade`.
/// None: it is not complete yet.
///
/// # Errors
/// Any deviation from RFC 9110 and 9112.
pub fn read<'h, 'b>(
    bytes: &'b [u8],
    method: Method,
    upgrade: Option<Upgrade>,
    scratch: &'h mut Scratch<'b>,
) -> Result<Option<ReplyHead<'h, 'b>>, Malformed> {
    if bytes.first().is_some_and(|byte| *byte != b'H') {
        return Err(Malformed::Syntax);
    }
    let mut parsed = httparse::Response::new(&mut []);
    let result = httparse::ParserConfig::default().parse_response_with_uninit_headers(
        &mut parsed,
        bytes,
        scratch,
    );
    let len = match result {
        Ok(Status::Complete(len)) => len,
        Ok(Status::Partial) if bytes.len() < HEAD_BYTES_MAX => return Ok(None),
        Ok(Status::Partial) | Err(httparse::Error::TooManyHeaders) => {
            return Err(Malformed::TooLarge);
        }
        Err(_) => return Err(Malformed::Syntax),
    };
    let head = bytes.get(..len).unwrap_or_default();
    let lines = Lines::new(head, parsed.headers).ok_or(Malformed::Syntax)?;
    let (Some(status @ 100..=999), Some(version)) = (parsed.code, parsed.version) else {
        return Err(Malformed::Syntax);
    };
    let version = if version == 0 { Version::Old } else { Version::New };
    let mut reply = ReplyHead {
        len,
        status,
        framing: Framing::None,
        keep_alive: false,
        idle_timeout: None,
        version,
        lines,
        skip: Marks::default(),
        upgrade_at: None,
        length: None,
        reframed: None,
    };
    reply.understand(parsed.headers, method, upgrade)?;
    Ok(Some(reply))
}

impl<'b> ReplyHead<'_, 'b> {
    /// 1xx: another head follows. A 101 is final, since it ends HTTP on this connection.
    pub fn is_interim(&self) -> bool {
        self.status < 200 && self.status != 101
    }

    /// The values of all headers called `name`, in any case, also of those that are removed.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &'b [u8]> {
        self.lines.values(name)
    }

    /// Leave the headers called `name`, in any case, out of what is written on. Who takes the length
    /// away must give the body another framing.
    pub fn remove(&mut self, name: &str) {
        self.lines.mark(name, &mut self.skip);
    }

    /// Look at the name and the value of each header that is written on, and leave those out for which
    /// `goes` is true. Who takes the length away must give the body another framing.
    pub fn sift(&mut self, goes: impl FnMut(&'b str, &'b [u8]) -> bool) {
        self.lines.sift(&mut self.skip, goes);
    }

    /// The length that it tells, in bytes: of its body, or of that which a GET would get.
    pub fn length(&self) -> Option<u64> {
        self.length.map(|(_, length)| length)
    }

    /// The length of the body as the client gets it.
    pub fn outer(&self) -> Framing {
        self.reframed.unwrap_or(self.framing)
    }

    /// The client gets another body than the worker sent, framed like this.
    pub fn reframe(&mut self, framing: Framing) {
        if let Some((at, _)) = self.length {
            self.skip.set(at);
        }
        self.reframed = Some(framing);
    }

    /// Append the head as the client gets it.
    pub fn write(&self, how: &ReplyWriting<'_>, out: &mut Vec<u8>) {
        let same_version = self.version == Version::New;
        if !same_version {
            out.extend_from_slice(b"HTTP/1.1");
            let line = self.lines.start_line();
            out.extend_from_slice(line.get("HTTP/1.0".len()..).unwrap_or_default());
            out.extend_from_slice(b"\r\n");
        }
        self.lines.copy(&self.skip, same_version, out);
        if self.is_interim() {
            return out.extend_from_slice(b"\r\n");
        }
        match self.reframed {
            Some(Framing::Length(length)) => {
                out.extend_from_slice(format!("Content-Length: {length}\r\n").as_bytes());
            }
            _ if self.outer() == Framing::Chunked && how.version == Version::New => {
                out.extend_from_slice(b"Transfer-Encoding: chunked\r\n");
            }
            _ => {}
        }
        if let Some(duration) = how.server_timing {
            out.extend_from_slice(b"Server-Timing: edge;dur=");
            let tenths = duration.as_micros() / 100;
            out.extend_from_slice(format!("{}.{}\r\n", tenths / 10, tenths % 10).as_bytes());
        }
        if let Some(cookie) = how.set_cookie {
            out.extend_from_slice(b"Set-Cookie: ");
            out.extend_from_slice(cookie);
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(how.lines);
        let connection: &[u8] = match (self.upgrade_at, how.keep_alive, how.version) {
            // 101 says to what it switches, 426 what is required (RFC 9110 section 15.5.22).
            (Some(_), true, _) => b"Connection: Upgrade\r\n",
            (Some(_), false, _) => b"Connection: Upgrade, close\r\n",
            (None, false, _) => b"Connection: close\r\n",
            (None, true, Version::Old) => b"Connection: keep-alive\r\n",
            (None, true, Version::New) => b"",
        };
        out.extend_from_slice(connection);
        out.extend_from_slice(b"\r\n");
    }

    /// The headers that go on to a client that speaks another HTTP than 1.
    pub fn headers(&self) -> impl Iterator<Item = (&'b str, &'b [u8])> {
        self.lines.unmarked(&self.skip)
    }

    fn understand(
        &mut self,
        headers: &[Header<'b>],
        method: Method,
        upgrade: Option<Upgrade>,
    ) -> Result<(), Malformed> {
        let mut seen = Seen::default();
        for (at, header) in headers.iter().enumerate() {
            self.take(at, header, &mut seen)?;
        }
        seen.connection.mark_named(headers, &mut self.skip);
        if self.status == 101 && (upgrade.is_none() || seen.upgrade_at.is_none()) {
            return Err(Malformed::Upgrade);
        }
        if matches!(self.status, 101 | 426) {
            self.upgrade_at = seen.upgrade_at;
        } else if let Some(at) = seen.upgrade_at {
            self.skip.set(at);
        }
        self.length = seen.length;
        self.framing = self.framing_of(&mut seen, method)?;
        self.keep_alive = self.framing != Framing::UntilClose
            && self.status != 101
            && match self.version {
                Version::New => !seen.connection.close,
                Version::Old => seen.connection.keep_alive && !seen.connection.close,
            };
        Ok(())
    }

    fn take(
        &mut self,
        at: usize,
        header: &Header<'b>,
        seen: &mut Seen<'b>,
    ) -> Result<(), Malformed> {
        let name = known(header.name.as_bytes());
        if name != Name::Other && header.name.contains('_') {
            return Ok(());
        }
        match name {
            Name::ContentLength => {
                let length = super::length::read(header.value).ok_or(Malformed::Framing)?;
                if seen.length.replace((at, length)).is_some() {
                    return Err(Malformed::Framing);
                }
            }
            Name::TransferEncoding => {
                let twice = std::mem::replace(&mut seen.coding, true);
                if twice || !header.value.eq_ignore_ascii_case(b"chunked") {
                    return Err(Malformed::Framing);
                }
                self.skip.set(at);
            }
            Name::Connection => {
                seen.connection.read(header.value).map_err(|_| Malformed::Syntax)?;
                self.skip.set(at);
            }
            Name::KeepAlive => {
                self.idle_timeout = idle_timeout(header.value);
                self.skip.set(at);
            }
            Name::ProxyConnection | Name::Te => self.skip.set(at),
            Name::Upgrade => seen.upgrade_at = Some(at),
            _ => {}
        }
        Ok(())
    }

    /// RFC 9112 section 6.3, in its order.
    fn framing_of(&mut self, seen: &mut Seen<'_>, method: Method) -> Result<Framing, Malformed> {
        if seen.length.is_some() && seen.coding {
            return Err(Malformed::Framing);
        }
        if self.status < 200 || self.status == 204 {
            // Neither may carry a length (RFC 9110 section 8.6); a client might wait for the bytes.
            if let Some((at, _)) = seen.length {
                self.skip.set(at);
            }
            return Ok(Framing::None);
        }
        if method == Method::Head || self.status == 304 {
            return Ok(Framing::None);
        }
        match (seen.length, seen.coding, self.version) {
            (_, true, Version::Old) => Err(Malformed::Framing),
            (_, true, Version::New) => Ok(Framing::Chunked),
            (Some((_, 0)), ..) => Ok(Framing::None),
            (Some((_, length)), ..) => Ok(Framing::Length(length)),
            (None, ..) => Ok(Framing::UntilClose),
        }
    }
}

#[derive(Default)]
struct Seen<'b> {
    length: Option<(usize, u64)>,
    coding: bool,
    connection: Connection<'b>,
    upgrade_at: Option<usize>,
}

/// `timeout=5` of a `Keep-Alive` header.
fn idle_timeout(value: &[u8]) -> Option<Duration> {
    let seconds = field::list(value).find_map(|token| {
        let (name, value) = token.split_at_checked("timeout=".len())?;
        name.eq_ignore_ascii_case(b"timeout=").then(|| std::str::from_utf8(value).ok())?
    });
    seconds?.parse::<u32>().ok().map(|seconds| Duration::from_secs(seconds.into()))
}
