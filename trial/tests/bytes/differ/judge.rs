//! When the edge and Node agree on a request.

use super::SENTINEL;
use super::edge_side::Forwarded;
use crate::meaning::{difference, origin_form};
use crate::oracle::{Reading, Request};
use edge::http::head::Framing;

/// How often what was seen, to tell that something was tried.
#[derive(Debug, Default)]
pub struct Counts {
    /// Connections made up.
    pub connections: u64,
    /// Requests that the edge passed on.
    pub passed: u64,
    /// Of these, with a body.
    pub with_body: u64,
    /// Of these, asking for another protocol.
    pub upgrades: u64,
    /// Of these, with a method that Node refuses.
    pub unknown_methods: u64,
    /// Of these, which Node takes only as the edge wrote them.
    pub stricter_node: u64,
}

/// `passed` is Node's reading of what went on, `came` of what came, both with the sentinel behind.
///
/// # Errors
/// What they disagree on.
pub fn judge(
    one: &Forwarded,
    passed: &Reading,
    came: &Reading,
    counts: &mut Counts,
) -> Result<(), String> {
    counts.passed += 1;
    if passed.fault.as_deref() == Some("HPE_INVALID_METHOD") && passed.requests.is_empty() {
        // Refused before anything could be misread.
        counts.unknown_methods += 1;
        let same = came.fault == passed.fault && came.requests.is_empty();
        return ensure(same, || format!("Node takes what came: {came:?}"));
    }
    let request = alone(one, passed)?;
    understood(one, request)?;
    counts.with_body += u64::from(!request.body.is_empty());
    counts.upgrades += u64::from(one.upgrade.is_some());
    if only_node_minds_white_space(one, came) {
        counts.stricter_node += 1;
        return Ok(());
    }
    match came.requests.first() {
        // An upgrade that the edge does not pass on: to Node its body is what follows.
        Some(sent) if sent.upgrade && one.upgrade.is_none() => {
            let same = sent.method == request.method && origin_form(sent) == request.target;
            ensure(same, || format!("became another request: {sent:?}"))
        }
        Some(sent) => difference(sent, request).map_or(Ok(()), Err),
        None => Err(format!("Node refuses what came: {came:?}")),
    }
}

/// True if Node did not understand what came because of white space around a length, a coding or a connection option. The
/// RFC allows it there (9110 section 5.5), and the edge writes these headers anew, without it.
fn only_node_minds_white_space(one: &Forwarded, came: &Reading) -> bool {
    let white = |name: &str| {
        let mut values = lines(&one.original)
            .filter_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value));
        values.find(|value| value.trim_ascii() != value.strip_prefix(b" ").unwrap_or(value))
    };
    let refused = came.requests.first().is_none_or(|request| !request.complete);
    match came.fault.as_deref() {
        Some("HPE_INVALID_CONTENT_LENGTH") => refused && white("content-length").is_some(),
        Some("HPE_INVALID_TRANSFER_ENCODING") => {
            let coding =
                white("transfer-encoding").map(|value| value.trim_ascii().to_ascii_lowercase());
            refused && coding.as_deref() == Some(b"chunked")
        }
        _ => one.upgrade.is_some() && !came.requests[0].upgrade && white("connection").is_some(),
    }
}

/// The header lines of a head, as they are.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (String, &[u8])> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
    bytes[..end].split(|byte| *byte == b'\n').filter_map(|line| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (name, value) = line.split_at_checked(line.iter().position(|byte| *byte == b':')?)?;
        Some((String::from_utf8_lossy(name).into_owned(), &value[1..]))
    })
}

/// The one request before the sentinel.
fn alone<'a>(one: &Forwarded, passed: &'a Reading) -> Result<&'a Request, String> {
    let bad = || format!("Node reads {passed:?}");
    let good = match (&passed.requests[..], one.upgrade.is_some()) {
        ([request], true) => request.upgrade && request.body == SENTINEL,
        ([request, sentinel], false) => {
            request.complete
                && sentinel.complete
                && sentinel.target == "/sentinel"
                && !request.upgrade
                && request.trailers.len() == one.trailers.split(|byte| *byte == b'\n').count() - 1
        }
        _ => false,
    };
    ensure(good && passed.fault.is_none(), bad)?;
    passed.requests.first().ok_or_else(bad)
}

/// The edge and Node understood the same.
fn understood(one: &Forwarded, request: &Request) -> Result<(), String> {
    let path = request.target.split('?').next().unwrap_or_default();
    let path = if path == "*" { "/" } else { path };
    ensure(path == one.path, || format!("the edge read the path {}", one.path))?;
    let host = request.header("host").unwrap_or_default();
    ensure(host.starts_with(&one.host), || format!("the edge read the host {}", one.host))?;
    let body = if request.upgrade { &[][..] } else { &request.body };
    ensure(body == one.content, || {
        format!("the edge read the body {}", one.content.escape_ascii())
    })?;
    let lengths = |name: &str| {
        request.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).count()
    };
    let framing = match (lengths("content-length"), lengths("transfer-encoding")) {
        (0, 1) => one.framing == Framing::Chunked,
        (1, 0) => one.framing == length(request),
        (0, 0) => one.framing == Framing::None,
        _ => false,
    };
    ensure(framing, || format!("the edge read the framing {:?}", one.framing))
}

fn length(request: &Request) -> Framing {
    match request.header("content-length").unwrap_or_default().parse() {
        Ok(0) => Framing::None,
        Ok(length) => Framing::Length(length),
        Err(_) => Framing::UntilClose,
    }
}

fn ensure(good: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if good { Ok(()) } else { Err(why()) }
}
