//! What the lines and values of header fields are made of (RFC 9110 section 5).

/// Append a field's line.
pub fn line(name: &[u8], value: &[u8], out: &mut Vec<u8>) {
    for part in [name, b": ", value, b"\r\n"] {
        out.extend_from_slice(part);
    }
}

/// `tchar` of section 5.6.2: what a token is made of.
pub fn is_token(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte)
}

/// The members of a comma-separated list (section 5.6.1) without white space around them, empty ones
/// left out. Quoted strings are not understood.
pub fn list(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).filter(|member| !member.is_empty())
}

/// True if a `Vary` with this value covers the field `name`.
pub fn varies_on(vary: &[u8], name: &str) -> bool {
    list(vary).any(|one| one == b"*" || one.eq_ignore_ascii_case(name.as_bytes()))
}

/// The value of a `Content-Type` without its parameters.
pub fn media_type(content_type: &[u8]) -> &[u8] {
    let end = content_type.iter().position(|byte| *byte == b';').unwrap_or(content_type.len());
    content_type.get(..end).unwrap_or_default().trim_ascii()
}

/// The cookies of a `Cookie` header: names and values.
pub fn cookies(line: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    line.split(|byte| *byte == b';').filter_map(|pair| {
        let pair = pair.trim_ascii();
        let at = memchr::memchr(b'=', pair)?;
        Some((pair.get(..at)?, pair.get(at + 1..)?))
    })
}

/// The value of the cookie `name` in a `Cookie` header.
pub fn cookie<'a>(line: &'a [u8], name: &str) -> Option<&'a [u8]> {
    cookies(line).find(|(known, _)| *known == name.as_bytes()).map(|(_, value)| value)
}
