//! Under what a reply is kept: scheme, host, port, path and query of its request.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// A request's address in one canonical form: `https://example.org/path?query`, the host in lower
/// case, the port only where it is not the scheme's own. Two requests of the same key may still get
/// different replies: see [`super::Stored::asks`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(Arc<[u8]>);

impl Key {
    /// The key of a request for `target` (path and query) at `authority` (host, perhaps with a
    /// port). None: it names no host, or no path, so that it is nobody's but the client's.
    pub fn new(secure: bool, authority: &[u8], target: &[u8]) -> Option<Key> {
        let (host, port) = split(authority)?;
        if host.is_empty() || !target.starts_with(b"/") {
            return None;
        }
        let (scheme, own): (&[u8], &[u8]) =
            if secure { (b"https://", b"443") } else { (b"http://", b"80") };
        let mut bytes = Vec::with_capacity(scheme.len() + authority.len() + target.len());
        bytes.extend_from_slice(scheme);
        bytes.extend(host.iter().map(u8::to_ascii_lowercase));
        if !port.is_empty() && port != own {
            bytes.push(b':');
            bytes.extend_from_slice(port);
        }
        bytes.extend_from_slice(target);
        Some(Key(bytes.into()))
    }

    /// The key of an absolute `http` or `https` URL, as people write it; its fragment is ignored.
    pub fn of_url(url: &[u8]) -> Option<Key> {
        let at = url.windows(3).position(|part| part == b"://")?;
        let secure = match url.get(..at)?.to_ascii_lowercase().as_slice() {
            b"https" => true,
            b"http" => false,
            _ => return None,
        };
        let rest = url.get(at + 3..)?;
        let rest = rest.split(|byte| *byte == b'#').next()?;
        if rest.iter().any(|byte| byte.is_ascii_control() || *byte == b' ') {
            return None;
        }
        let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len());
        let (authority, target) = rest.split_at_checked(end)?;
        if target.starts_with(b"/") {
            return Key::new(secure, authority, target);
        }
        Key::new(secure, authority, &[b"/", target].concat())
    }

    /// A key as [`Key::bytes`] gave it, such as one that was kept on disk. None if it is none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Key> {
        Key::of_url(bytes).filter(|key| key.bytes() == bytes)
    }

    /// The canonical form.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// A number that is the same in every process, for names of files. Different keys may share one,
    /// and a peer can make them do so: whoever finds something by it compares the bytes.
    pub fn fingerprint(&self) -> u64 {
        let word =
            |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        self.0.iter().fold(0xcbf2_9ce4_8422_2325, word)
    }

    /// Scheme, host and port: everything before the path.
    pub fn origin(&self) -> &[u8] {
        let host = self.0.iter().position(|byte| *byte == b'/').map_or(0, |at| at + 2);
        let rest = self.0.get(host..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len());
        self.0.get(..host + end).unwrap_or_default()
    }
}

/// For looking up by [`Key::bytes`].
impl Borrow<[u8]> for Key {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.0.escape_ascii())
    }
}

/// Host and port. None if it is not of a form that has one meaning only.
fn split(authority: &[u8]) -> Option<(&[u8], &[u8])> {
    if authority.iter().any(|byte| b"@/?#".contains(byte) || *byte <= b' ') {
        return None;
    }
    let inside = authority.iter().rposition(|byte| *byte == b']').map_or(0, |at| at + 1);
    let (literal, tail) = authority.split_at_checked(inside)?;
    let (name, port) = match tail.iter().position(|byte| *byte == b':') {
        Some(at) => (tail.get(..at)?, tail.get(at + 1..)?),
        None => (tail, &b""[..]),
    };
    if !port.iter().all(u8::is_ascii_digit) || (inside > 0 && !name.is_empty()) {
        return None;
    }
    // A trailing dot names the same host; leading zeros the same port.
    let host = if inside > 0 { literal } else { name.strip_suffix(b".").unwrap_or(name) };
    let zeros = port.iter().take_while(|byte| **byte == b'0').count();
    Some((host, port.get(zeros..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(secure: bool, authority: &str, target: &str) -> Option<String> {
        let key = Key::new(secure, authority.as_bytes(), target.as_bytes())?;
        Some(String::from_utf8(key.bytes().into()).unwrap())
    }

    #[test]
    fn a_key_has_scheme_host_port_path_and_query() {
        let check = |secure, authority, target, want: &str| {
            assert_eq!(text(secure, authority, target).as_deref(), Some(want));
        };
        check(false, "a.example", "/x?y=1", "http://a.example/x?y=1");
        check(true, "a.example", "/x?y=1", "https://a.example/x?y=1");
        check(true, "A.Example:443", "/X", "https://a.example/X");
        check(false, "a.example:443", "/", "http://a.example:443/");
        check(false, "a.example:80", "/", "http://a.example/");
        check(false, "a.example:", "/", "http://a.example/");
        check(false, "a.example.:080", "/", "http://a.example/");
        check(false, "[::1]:8080", "/", "http://[::1]:8080/");
        for (authority, target) in
            [("", "/"), ("a", "*"), ("a@b", "/"), ("a:x", "/"), ("[::1]x", "/"), (".", "/")]
        {
            assert_eq!(text(false, authority, target), None, "{authority} {target}");
        }
    }

    /// CVE-2026-2836: a key without its host let one site's pages be given to another's visitors.
    #[test]
    fn cve_2026_2836_hosts_do_not_share_keys() {
        let key = |secure, authority: &str| Key::new(secure, authority.as_bytes(), b"/index.html");
        let all =
            [key(false, "a"), key(true, "a"), key(false, "b"), key(false, "a:81"), key(true, "b")];
        for (at, one) in all.iter().enumerate() {
            assert!(one.is_some());
            assert!(all.iter().skip(at + 1).all(|other| one != other));
        }
    }

    #[test]
    fn a_path_cannot_pass_for_a_host() {
        assert!(text(false, "a", "/b/c").is_some());
        assert_eq!(text(false, "a/b", "/c"), None);
    }

    #[test]
    fn keys_of_urls() {
        let check = |url: &str, want: Option<&str>| {
            let key = Key::of_url(url.as_bytes());
            let got = key.as_ref().map(|key| String::from_utf8(key.bytes().into()).unwrap());
            assert_eq!(got.as_deref(), want, "{url}");
            if let Some(key) = key {
                assert_eq!(Key::from_bytes(key.bytes()), Some(key.clone()));
                assert!(key.bytes().starts_with(key.origin()));
            }
        };
        check("https://a.example", Some("https://a.example/"));
        check("HTTPS://A.example:443/X?y#z", Some("https://a.example/X?y"));
        check("http://a.example?y", Some("http://a.example/?y"));
        check("ftp://a.example/", None);
        check("/x", None);
        check("http:///x", None);
        check("http://a/x y", None);
        check("http://a/x\r\ny", None);
    }

    #[test]
    fn the_origin_ends_where_the_path_begins() {
        let origin = |url: &str| Key::of_url(url.as_bytes()).unwrap().origin().to_vec();
        assert_eq!(origin("https://a.example:8443/x//y"), b"https://a.example:8443");
        assert_eq!(origin("http://[::1]/"), b"http://[::1]");
    }
}
