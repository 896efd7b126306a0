//! From the path of a request to the name of a file below a folder.

use std::borrow::Cow;

/// As long as any name in a folder may be.
const NAME_BYTES_MAX: usize = 255;
/// As long as any path may be that a system takes.
const PATH_BYTES_MAX: usize = 4_095;

/// What a request asks for, below the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted<'p> {
    /// Names with `/` between them, none of them empty, `.` or `..`; a `/` at the end if the
    /// request has one. Empty: the folder itself.
    pub path: Cow<'p, str>,
    /// It is asked for as a folder: there is a `/` at the end, or nothing at all.
    pub folder: bool,
}

/// Why a path names nothing below the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It has no meaning: a `%` without two digits, a NUL, bytes that are not UTF-8.
    Malformed,
    /// It has one, but no file is served under such a name.
    Hidden,
}

/// What `path`, the rest of a request's path after a `/`, asks for. It is decoded once, and nothing
/// in it is repaired: there is one spelling of each name but for letters written as `%XX`.
///
/// # Errors
/// See [`Unfit`].
pub fn resolve(path: &[u8], dotfiles: bool) -> Result<Wanted<'_>, Unfit> {
    let path = match memchr::memchr(b'%', path) {
        None => Cow::Borrowed(std::str::from_utf8(path).map_err(|_| Unfit::Malformed)?),
        Some(_) => Cow::Owned(decoded(path)?),
    };
    if path.contains('\0') {
        return Err(Unfit::Malformed);
    }
    let folder = path.is_empty() || path.ends_with('/');
    let names = path.strip_suffix('/').unwrap_or(&path);
    let all_good = path.is_empty() || names.split('/').all(|name| is_served(name, dotfiles));
    if !all_good || path.len() > PATH_BYTES_MAX {
        return Err(Unfit::Hidden);
    }
    Ok(Wanted { path, folder })
}

/// A name that a file may be served under.
fn is_served(name: &str, dotfiles: bool) -> bool {
    let dotted = name.starts_with('.');
    let hidden = dotted && !dotfiles && name != ".well-known";
    // A backslash is a separator elsewhere, and what a control character does depends on who prints it.
    let odd = |byte: u8| byte == b'\\' || byte.is_ascii_control();
    !(name.is_empty() || name == "." || name == ".." || hidden)
        && name.len() <= NAME_BYTES_MAX
        && !name.bytes().any(odd)
}

fn decoded(path: &[u8]) -> Result<String, Unfit> {
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'%' {
            out.push(*byte);
            continue;
        }
        let [high, low, after @ ..] = rest else { return Err(Unfit::Malformed) };
        let byte = digit(*high)? << 4 | digit(*low)?;
        // Encoded, it is part of a name; no name of a file has one.
        if byte == b'/' {
            return Err(Unfit::Hidden);
        }
        out.push(byte);
        rest = after;
    }
    String::from_utf8(out).map_err(|_| Unfit::Malformed)
}

fn digit(byte: u8) -> Result<u8, Unfit> {
    match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        b'A'..=b'F' => Ok(byte - b'A' + 10),
        _ => Err(Unfit::Malformed),
    }
}
