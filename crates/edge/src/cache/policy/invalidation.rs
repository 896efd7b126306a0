//! What a request that changes something makes invalid (RFC 9111 section 4.4).

use crate::cache::Key;
use crate::http::Method;

/// True if requests of this method may change something.
pub fn is_unsafe(method: Method) -> bool {
    !matches!(method, Method::Get | Method::Head | Method::Options | Method::Query | Method::Trace)
}

/// The addresses whose replies are invalid, after a request for `key` that may change something was
/// answered with `status`. `locations` are the values of `Location` and `Content-Location`; those of
/// other origins are left alone, since anybody could name them.
pub fn invalidated<'v>(
    key: &Key,
    status: u16,
    locations: impl Iterator<Item = &'v [u8]>,
) -> Vec<Key> {
    if !(200..400).contains(&status) {
        return Vec::new();
    }
    let mut keys = vec![key.clone()];
    for location in locations.take(4) {
        let named = resolve(key, location).filter(|named| named.origin() == key.origin());
        keys.extend(named.filter(|named| named != key));
    }
    keys
}

/// The address that `reference` means, seen from `base` (RFC 3986 section 5.2).
fn resolve(base: &Key, reference: &[u8]) -> Option<Key> {
    let reference = reference.split(|byte| *byte == b'#').next()?;
    let colon = reference.iter().position(|byte| *byte == b':');
    let slash = reference.iter().position(|byte| matches!(byte, b'/' | b'?'));
    if colon.is_some_and(|colon| slash.is_none_or(|slash| colon < slash)) {
        return Key::of_url(reference);
    }
    let (origin, whole) = base.bytes().split_at_checked(base.origin().len())?;
    if let Some(rest) = reference.strip_prefix(b"//") {
        let scheme = origin.split(|byte| *byte == b':').next()?;
        return Key::of_url(&[scheme, b"://", rest].concat());
    }
    let path = whole.split(|byte| *byte == b'?').next()?;
    let target = match reference.first() {
        None => return Some(base.clone()),
        Some(b'/') => without_dots(reference),
        Some(b'?') => [path, reference].concat(),
        Some(_) => {
            let folder = path.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
            without_dots(&[path.get(..folder)?, reference].concat())
        }
    };
    Key::of_url(&[origin, &target].concat())
}

/// A path, perhaps with a query, without `.` and `..` (RFC 3986 section 5.2.4).
fn without_dots(target: &[u8]) -> Vec<u8> {
    let end = target.iter().position(|byte| *byte == b'?').unwrap_or(target.len());
    let (path, query) = target.split_at_checked(end).unwrap_or((target, b""));
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut segments = path.split(|byte| *byte == b'/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            b"." | b".." => {
                if segment == b".." {
                    kept.pop();
                }
                if last {
                    kept.push(b"");
                }
            }
            segment => kept.push(segment),
        }
    }
    let mut out = vec![b'/'];
    out.extend_from_slice(&kept.join(&b"/"[..]));
    out.extend_from_slice(query);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, location: &str, want: &[&str]) {
        let key = Key::of_url(b"https://a.example/shop/cart?x=1").unwrap();
        let got = invalidated(&key, status, [location.as_bytes()].into_iter());
        let got: Vec<_> = got.iter().map(|key| String::from_utf8_lossy(key.bytes())).collect();
        assert_eq!(got, want, "{status} {location}");
    }

    #[test]
    fn a_change_makes_its_own_address_and_those_it_names_invalid() {
        const OWN: &str = "https://a.example/shop/cart?x=1";
        check(201, "/items/7", &[OWN, "https://a.example/items/7"]);
        check(303, "https://A.example:443/items/7#top", &[OWN, "https://a.example/items/7"]);
        check(200, "list", &[OWN, "https://a.example/shop/list"]);
        check(200, "../a/./b?c", &[OWN, "https://a.example/a/b?c"]);
        check(200, "..", &[OWN, "https://a.example/"]);
        check(200, "?y", &[OWN, "https://a.example/shop/cart?y"]);
        check(200, "", &[OWN]);
        check(200, "//a.example/z", &[OWN, "https://a.example/z"]);
        // Of other origins nothing is to be said here.
        check(200, "https://b.example/", &[OWN]);
        check(200, "//b.example/", &[OWN]);
        check(200, "http://a.example/", &[OWN]);
        check(200, "javascript:x", &[OWN]);
        // Nothing was changed.
        check(404, "/items/7", &[]);
        check(500, "/items/7", &[]);
    }
}
