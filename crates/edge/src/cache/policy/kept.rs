//! Which header lines of a reply are kept (RFC 9111 section 3.1), and which those of a newer 304 take
//! the place of (section 3.2).

use super::fields::Fields;
use crate::http::conditional::HttpDate;
use crate::http::field::line;
use bytes::Bytes;
use config::Cache;

/// Fields that belong to a connection, or frame the body, or are said anew with each use, or tell one
/// client how it stands with a limit.
const NEVER: [&str; 23] = [
    "age",
    "connection",
    "content-length",
    "keep-alive",
    "ostler-cache-control",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-authorization",
    "proxy-connection",
    "ratelimit",
    "ratelimit-limit",
    "ratelimit-policy",
    "ratelimit-remaining",
    "ratelimit-reset",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-ratelimit-limit",
    "x-ratelimit-policy",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
];

/// Fields that say what the kept body is: a 304 has no body that they could be about.
const OF_THE_BODY: [&str; 6] = [
    "content-encoding",
    "content-length",
    "content-md5",
    "content-range",
    "etag",
    "content-digest",
];

/// The lines of a reply that are kept. `unstored` are names in lower case. A reply without a date gets
/// that of `came_ms`.
pub fn kept_lines(
    rules: &Cache,
    unstored: &[String],
    reply: &(impl Fields + ?Sized),
    came_ms: u64,
) -> Bytes {
    let mut lines = Vec::with_capacity(512);
    for (name, value) in reply.all() {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let cookie = is("set-cookie") && !rules.keeps_set_cookie;
        if cookie || NEVER.iter().any(|never| is(never)) || unstored.iter().any(|known| is(known)) {
            continue;
        }
        line(name.as_bytes(), value, &mut lines);
    }
    if !reply.has("date") {
        line(b"Date", HttpDate(came_ms / 1_000).to_string().as_bytes(), &mut lines);
    }
    lines.into()
}

/// The lines of a kept reply with those of a 304 in their place.
pub fn updated(kept: &(impl Fields + ?Sized), newer: &(impl Fields + ?Sized)) -> Vec<u8> {
    let mut lines = Vec::with_capacity(512);
    let of_the_body = |name: &str| OF_THE_BODY.iter().any(|known| name.eq_ignore_ascii_case(known));
    for (name, value) in kept.all().filter(|(name, _)| of_the_body(name) || !newer.has(name)) {
        line(name.as_bytes(), value, &mut lines);
    }
    // A cookie that comes with a 304 is for whom it comes to.
    let for_all = |name: &str| !of_the_body(name) && !name.eq_ignore_ascii_case("set-cookie");
    for (name, value) in newer.all().filter(|(name, _)| for_all(name)) {
        line(name.as_bytes(), value, &mut lines);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::policy::fields::Lines;

    #[test]
    fn what_belongs_to_the_connection_or_to_one_client_is_not_kept() {
        let reply = [
            ("Set-Cookie", "a"),
            ("Content-Length", "5"),
            ("AGE", "5"),
            ("Proxy-Authenticate", "x"),
            ("X-Secret", "1"),
            ("X-Kept", "2"),
            ("Vary", "a"),
        ];
        let kept = kept_lines(&Cache::default(), &["x-secret".into()], &reply[..], 0);
        let want: &[u8] = b"X-Kept: 2\r\nVary: a\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
        assert_eq!(kept, want);
        let rules = Cache { keeps_set_cookie: true, ..Cache::default() };
        assert!(kept_lines(&rules, &[], &reply[..], 0).starts_with(b"Set-Cookie: a\r\n"));
    }

    #[test]
    fn a_newer_304_says_what_is_not_about_the_body() {
        let kept = Lines(b"A: 1\r\nA: 2\r\nETag: \"x\"\r\nContent-Type: a\r\nB: 3\r\n");
        let newer =
            [("a", "9"), ("ETag", "\"y\""), ("Content-Type", "b"), ("C", "4"), ("Set-Cookie", "x")];
        let got = String::from_utf8(updated(&kept, &newer[..])).unwrap();
        assert_eq!(got, "ETag: \"x\"\r\nB: 3\r\na: 9\r\nContent-Type: b\r\nC: 4\r\n");
    }
}
