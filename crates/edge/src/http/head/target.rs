//! Request targets (RFC 9112 section 3.2).

use super::host;
use super::refusal::Refusal;
use crate::http::Method;

/// A target in the form in which it is sent on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Target<'b> {
    /// Origin form (`/path?query`) or `*`.
    pub origin: &'b [u8],
    /// From absolute form: must agree with Host.
    pub authority: Option<&'b [u8]>,
}

/// Check a target and rewrite absolute form to origin form. How long it may be is for the head's limit to say.
pub(super) fn read(target: &[u8], method: Method) -> Result<Target<'_>, Refusal> {
    // A fragment is never sent (RFC 9110 section 7.1); servers differ in what they make of one.
    if target.iter().any(|byte| !byte.is_ascii_graphic() || *byte == b'#') {
        return Err(Refusal::Target);
    }
    match target {
        [b'/', ..] => Ok(Target { origin: target, authority: None }),
        b"*" if method == Method::Options => Ok(Target { origin: target, authority: None }),
        _ => absolute(target, method),
    }
}

fn absolute(target: &[u8], method: Method) -> Result<Target<'_>, Refusal> {
    let scheme = [&b"http://"[..], b"https://"];
    let scheme = scheme.into_iter().find(|scheme| {
        target.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    let rest = scheme.and_then(|scheme| target.get(scheme.len()..)).ok_or(Refusal::Target)?;
    let end = rest.iter().position(|byte| b"/?".contains(byte)).unwrap_or(rest.len());
    let (authority, origin) = rest.split_at_checked(end).ok_or(Refusal::Target)?;
    if !host::is_valid(authority) {
        return Err(Refusal::Target);
    }
    let origin = match origin {
        [b'/', ..] => origin,
        [] if method == Method::Options => b"*",
        [] => b"/",
        // `http://host?query` has no path; what it should become is a guess.
        _ => return Err(Refusal::Target),
    };
    Ok(Target { origin, authority: Some(authority) })
}
