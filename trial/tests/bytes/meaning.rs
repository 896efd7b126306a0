//! When two readings of a request are the same request: one of the client's bytes, one of what the edge passed on.

use crate::oracle::Request;

/// Headers that belong to a connection, or that the edge makes anew. Names with `_` for `-` count as well.
const REPLACED: [&str; 10] = [
    "content-length",
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
    "forwarded",
    "x-real-ip",
    "x-request-id",
];

/// Headers that `Connection` cannot remove (RFC 9110 section 7.6.1 forbids to name them).
const KEPT: [&str; 11] = [
    "authorization",
    "cache-control",
    "content-encoding",
    "content-type",
    "cookie",
    "date",
    "etag",
    "expect",
    "host",
    "origin",
    "set-cookie",
];

/// None if `passed` means what `sent` means, else what differs. Both are Node's readings.
pub fn difference(sent: &Request, passed: &Request) -> Option<String> {
    let parts = [
        ("method", sent.method.clone(), passed.method.clone()),
        ("target", origin_form(sent), passed.target.clone()),
        ("body", sent.body.escape_ascii().to_string(), passed.body.escape_ascii().to_string()),
        ("length", length(sent), length(passed)),
        ("headers", format!("{:?}", end_to_end(sent)), format!("{:?}", end_to_end(passed))),
        ("trailers", format!("{:?}", sent.trailers), format!("{:?}", passed.trailers)),
        ("completeness", sent.complete.to_string(), passed.complete.to_string()),
    ];
    let differs = |(name, sent, passed): (&str, String, String)| {
        (sent != passed).then(|| format!("{name}: {sent} was sent, {passed} arrived"))
    };
    parts.into_iter().find_map(differs)
}

/// The target without scheme and authority, as a proxy passes it on (RFC 9112 section 3.2.2).
pub fn origin_form(request: &Request) -> String {
    let lower = request.target.to_ascii_lowercase();
    let scheme = ["http://", "https://"].into_iter().find(|scheme| lower.starts_with(scheme));
    let Some(scheme) = scheme else { return request.target.clone() };
    let rest = &request.target[scheme.len()..];
    match (rest.find('/'), request.method.as_str()) {
        (Some(at), _) => rest[at..].to_owned(),
        (None, "OPTIONS") => "*".to_owned(),
        (None, _) => "/".to_owned(),
    }
}

/// `Content-Length`, which the edge says anew.
fn length(request: &Request) -> String {
    request.header("content-length").unwrap_or_default().trim().to_owned()
}

/// The headers that must arrive as they were sent, in their order.
fn end_to_end(request: &Request) -> Vec<(String, &str)> {
    let mut named = Vec::new();
    for (name, value) in &request.headers {
        if name.eq_ignore_ascii_case("connection") {
            named.extend(
                value.split(',').map(|token| token.trim_matches([' ', '\t']).to_ascii_lowercase()),
            );
        }
    }
    let old = request.version == "1.0";
    let mut headers = Vec::new();
    for (name, value) in &request.headers {
        let folded = name.to_ascii_lowercase().replace('_', "-");
        let replaced = REPLACED.contains(&folded.as_str()) || folded.starts_with("x-forwarded-");
        let removed =
            named.contains(&name.to_ascii_lowercase()) && !KEPT.contains(&folded.as_str());
        // HTTP/1.0 may come without Host and knows no Expect.
        let dated = (folded == "host" && value.is_empty()) || (old && folded == "expect");
        if !replaced && !removed && !dated {
            headers.push((name.clone(), value.as_str()));
        }
    }
    headers
}
