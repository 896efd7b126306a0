//! What is to blame for a request head that was not taken.

use super::refusal::Refusal;

/// A head above the limit: if the request line alone is, the target is to blame.
pub(super) fn too_large(bytes: &[u8], max: usize) -> Refusal {
    match memchr::memchr(b'\n', bytes) {
        Some(at) if at < max => Refusal::HeadTooLarge,
        _ => Refusal::TargetTooLong,
    }
}

/// What httparse did not take, in our words.
pub(super) fn refusal(error: httparse::Error, bytes: &[u8]) -> Refusal {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    match error {
        httparse::Error::HeaderName => Refusal::HeaderName,
        httparse::Error::HeaderValue => Refusal::HeaderValue,
        httparse::Error::NewLine => Refusal::LineEnd,
        httparse::Error::TooManyHeaders => Refusal::TooManyHeaders,
        httparse::Error::Version
            if names_other_version(line.strip_suffix(b"\r").unwrap_or(line)) =>
        {
            Refusal::Version
        }
        _ => Refusal::RequestLine,
    }
}

/// True if a request line is well-formed but for its version, such as `PRI * HTTP/2.0`.
fn names_other_version(line: &[u8]) -> bool {
    let mut parts = line.split(|byte| *byte == b' ');
    let (method, target, version) = (parts.next(), parts.next(), parts.next());
    let good = |part: Option<&[u8]>| part.is_some_and(|part| !part.is_empty());
    let other = match version {
        Some([b'H', b'T', b'T', b'P', b'/', major, b'.', minor]) => {
            major.is_ascii_digit() && minor.is_ascii_digit()
        }
        _ => false,
    };
    other && good(method) && good(target) && parts.next().is_none()
}
