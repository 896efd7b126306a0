//! Heads as raw bytes: what is refused and why, and what is sent on.

mod passed;
mod refused;
mod replies;

use super::*;
use crate::http::Method;

const LIMITS: Limits = Limits { head_bytes_max: 1_024, headers_max: 8 };
const CLIENT: Peer<'_> =
    Peer { address: "192.0.2.7", trusted: false, scheme: "http", forwarded: false };
const PROXY: Peer<'_> =
    Peer { address: "10.0.0.1", trusted: true, scheme: "http", forwarded: false };

/// What `raw` becomes: the head a worker gets, with the id `ID` where one had to be made.
fn request(raw: &[u8], peer: &Peer<'_>) -> Result<Option<String>, Refusal> {
    let mut scratch = scratch();
    let Some(head) = request::read(raw, &LIMITS, &mut scratch)? else { return Ok(None) };
    let made = RequestId::random(0x1d);
    let id = head.id(|| 0x1d);
    let mut out = Vec::new();
    head.write(peer, &id, &mut out);
    let text = String::from_utf8(out).unwrap();
    Ok(Some(text.replace(made.as_str(), "ID")))
}

/// What a worker's `raw` reply to `method` becomes for a client of `version`.
fn reply_to(
    method: Method,
    upgrade: Option<Upgrade>,
    raw: &[u8],
    version: Version,
) -> Result<Option<(String, Framing, bool)>, Malformed> {
    let mut scratch = scratch();
    let Some(head) = reply::read(raw, method, upgrade, &mut scratch)? else { return Ok(None) };
    let mut out = Vec::new();
    let keep_alive = head.framing != Framing::UntilClose;
    head.write(
        &ReplyWriting { version, keep_alive, server_timing: None, set_cookie: None, lines: b"" },
        &mut out,
    );
    Ok(Some((String::from_utf8(out).unwrap(), head.framing, head.keep_alive)))
}
