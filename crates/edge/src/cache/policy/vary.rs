//! Which of the replies under one key is for a request: `Vary` (RFC 9111 section 4.1), and what the
//! settings let tell requests apart beside it.

use super::fields::{Fields, members};
use crate::cache::Ask;
use crate::http::field::{self, is_token};
use config::Cache;
use std::borrow::Cow;

/// Fields that a reply may vary on; with more it is not kept.
const ASKS_MAX: usize = 16;

/// What the edge says anew in each request, so that a reply that varies on it is for one client alone.
const OF_THE_EDGE: [&str; 6] =
    ["forwarded", "x-forwarded-for", "x-forwarded-port", "x-real-ip", "x-request-id", "via"];
/// What it says anew, but as the key does already.
const OF_THE_KEY: [&str; 3] = ["host", "x-forwarded-host", "x-forwarded-proto"];

/// Before the name of a cookie in an [`Ask`].
const COOKIE: &str = "cookie:";

/// What the request said of all that its reply depends on. None if nobody can tell that: `Vary: *`, or
/// far too much.
pub fn asks(
    rules: &Cache,
    request: &(impl Fields + ?Sized),
    reply: &(impl Fields + ?Sized),
) -> Option<Box<[Ask]>> {
    let mut names: Vec<String> = Vec::new();
    for name in members(reply, "vary") {
        let name = std::str::from_utf8(name).ok()?;
        let good = name.bytes().all(|byte| is_token(&byte));
        let name = name.to_ascii_lowercase();
        if name == "*" || !good || OF_THE_EDGE.contains(&name.as_str()) {
            return None;
        }
        if !OF_THE_KEY.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names.extend(rules.key.headers.iter().cloned());
    names.extend(rules.key.cookies.iter().map(|name| format!("{COOKIE}{name}")));
    names.sort_unstable();
    names.dedup();
    if names.len() > ASKS_MAX {
        return None;
    }
    let ask = |name: String| {
        let value = value(request, &name).map(|value| value.into_owned().into());
        Ask { name: name.into(), value }
    };
    Some(names.into_iter().map(ask).collect())
}

/// True if a reply to a request that said this is one to `request` as well.
pub fn fits(asks: &[Ask], request: &(impl Fields + ?Sized)) -> bool {
    asks.iter().all(|ask| value(request, &ask.name).as_deref() == ask.value.as_deref())
}

/// What a request says, in a form that is the same for what means the same.
fn value<'f>(request: &'f (impl Fields + ?Sized), name: &str) -> Option<Cow<'f, [u8]>> {
    if let Some(cookie) = name.strip_prefix(COOKIE) {
        return cookies(request)
            .find(|(name, _)| *name == cookie.as_bytes())
            .map(|(_, value)| value.into());
    }
    let mut values = values(request, name);
    let first = values.next()?;
    let rest: Vec<&[u8]> = values.collect();
    if name == "accept-language" {
        let all = std::iter::once(first).chain(rest);
        return Some(languages(all).into());
    }
    if rest.is_empty() && !first.contains(&b',') {
        return Some(first.into());
    }
    let mut whole = first.to_vec();
    for value in rest {
        whole.push(b',');
        whole.extend_from_slice(value);
    }
    // White space around commas means nothing, but between quotes there are commas of other kinds.
    if whole.contains(&b'"') {
        return Some(whole.into());
    }
    let members: Vec<&[u8]> = whole.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).collect();
    Some(members.join(&b","[..]).into())
}

/// As [`Fields::values`], with a lifetime of its own for the name.
fn values<'f>(fields: &'f (impl Fields + ?Sized), name: &str) -> impl Iterator<Item = &'f [u8]> {
    fields.all().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Languages by how much they are wanted, then by name, in lower case.
fn languages<'f>(values: impl Iterator<Item = &'f [u8]>) -> Vec<u8> {
    let mut ranges: Vec<(u16, Vec<u8>)> = Vec::new();
    for range in values.flat_map(|value| value.split(|byte| *byte == b',')) {
        let mut parts = range.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.next().map_or(1_000, weight);
        if !name.is_empty() {
            ranges.push((weight, name));
        }
    }
    ranges.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    ranges.dedup();
    let mut out = Vec::new();
    for (weight, name) in ranges {
        out.extend_from_slice(&name);
        out.extend_from_slice(format!(";{weight},").as_bytes());
    }
    out
}

/// `q=0.5` in thousandths; what is none counts as 1001, so that it is like nothing else.
fn weight(parameter: &[u8]) -> u16 {
    let value = parameter.strip_prefix(b"q=").or_else(|| parameter.strip_prefix(b"Q="));
    let number = value.and_then(|value| std::str::from_utf8(value).ok()?.parse::<f32>().ok());
    match number {
        Some(number) if (0.0..=1.0).contains(&number) => (number * 1_000.0).round() as u16,
        _ => 1_001,
    }
}

/// The cookies of a request: names and values.
pub fn cookies(request: &(impl Fields + ?Sized)) -> impl Iterator<Item = (&[u8], &[u8])> {
    values(request, "cookie").flat_map(field::cookies)
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::CacheKey;

    fn check(vary: &str, first: &[(&str, &str)], second: &[(&str, &str)], want: bool) {
        let asks = asks(&Cache::default(), first, &[("Vary", vary)][..]).unwrap();
        assert!(fits(&asks, first), "{vary}: its own request");
        assert_eq!(fits(&asks, second), want, "{vary}: {first:?} {second:?}");
        assert_eq!(asks.is_empty(), vary.is_empty());
    }

    #[test]
    fn a_reply_is_for_requests_that_say_the_same() {
        check("", &[("A", "1")], &[("A", "2")], true);
        check("A", &[("A", "1")], &[("a", "1"), ("B", "2")], true);
        check("A", &[("A", "1")], &[("A", "2")], false);
        check("A", &[("A", "1")], &[], false);
        check("A", &[], &[("A", "1")], false);
        check("A", &[], &[("A", "")], false);
        check("A, B,", &[("A", "1"), ("B", "2")], &[("B", "2"), ("A", "1")], true);
        check("A, B", &[("A", "1"), ("B", "2")], &[("A", "1")], false);
        check("B, A", &[("A", "1")], &[("A", "1")], true);
    }

    #[test]
    fn the_same_is_the_same_however_it_is_written() {
        check("A", &[("A", "1, 2")], &[("A", "1"), ("A", "2")], true);
        check("A", &[("A", "1,2")], &[("A", "1 , 2")], true);
        check("A", &[("A", "1,2")], &[("A", "2,1")], false);
        check("A", &[("A", "\"1, 2\"")], &[("A", "\"1,2\"")], false);
        let language = |first, second, want| {
            check(
                "accept-language",
                &[("Accept-Language", first)],
                &[("Accept-Language", second)],
                want,
            );
        };
        language("en, de", "DE,  En", true);
        language("en;q=0.5, de", "de, en ; q=0.500", true);
        language("en;q=0.5, de", "de;q=0.5, en", false);
        language("en;q=x", "en", false);
        language("en", "", false);
    }

    #[test]
    fn what_nobody_can_tell_is_told() {
        let rules = Cache::default();
        for vary in ["*", "A, *", "*, A", ", *", "a b", "X-Forwarded-For", "a, forwarded"] {
            assert_eq!(asks(&rules, &[("A", "1")][..], &[("Vary", vary)][..]), None, "{vary}");
        }
        let lines = [("Vary", ""), ("Vary", "*")];
        assert_eq!(asks(&rules, &[("A", "1")][..], &lines[..]), None);
        let many = (0..20).map(|at| format!("h{at}")).collect::<Vec<_>>().join(",");
        assert_eq!(asks(&rules, &[("A", "1")][..], &[("Vary", many)][..]), None);
    }

    #[test]
    fn what_the_key_tells_already_is_not_asked_again() {
        let reply = [("Vary", "Host, X-Forwarded-Proto, A")];
        let asks =
            asks(&Cache::default(), &[("A", "1"), ("X-Forwarded-Proto", "x")][..], &reply[..]);
        assert_eq!(asks.map(|asks| asks.len()), Some(1));
    }

    #[test]
    fn settings_tell_requests_apart_too() {
        let key = CacheKey {
            headers: vec!["x-tenant".into()],
            cookies: vec!["lang".into()],
            ..CacheKey::default()
        };
        let rules = Cache { key, ..Cache::default() };
        let first = [("X-Tenant", "a"), ("Cookie", "id=7; lang=de")];
        let asks = asks(&rules, &first[..], &[("A", "")][..]).unwrap();
        assert!(fits(&asks, &[("cookie", "lang=de"), ("X-TENANT", "a")][..]));
        assert!(!fits(&asks, &[("cookie", "lang=en"), ("X-Tenant", "a")][..]));
        assert!(!fits(&asks, &[("cookie", "lang=de"), ("X-Tenant", "b")][..]));
        assert!(!fits(&asks, &[("cookie", "xlang=de"), ("X-Tenant", "a")][..]));
    }
}
