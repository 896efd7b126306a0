//! Whatever a client of the admin API sends in headers and query, it gets in only with the right token, and nothing
//! panics. A value that was percent-encoded is decoded to what it was.
#![no_main]

use control::api::query;
use control::gate::{Access, Peer, Role, Token, Via, check_access, check_origin, identify};
use control::session;
use http::header::{AUTHORIZATION, COOKIE, HOST, HeaderMap, HeaderValue, ORIGIN};
use libfuzzer_sys::fuzz_target;

const TOKEN: &str = "0123456789abcdef";

fuzz_target!(|bytes: &[u8]| {
    let mut headers = HeaderMap::new();
    let lines: Vec<&[u8]> = bytes.splitn(5, |byte| *byte == b'\n').collect();
    for (name, line) in [HOST, ORIGIN, AUTHORIZATION, COOKIE].into_iter().zip(&lines) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(name, value);
        }
    }
    let (from, to) = (([10, 0, 0, 9], 4).into(), ([127, 0, 0, 1], 7700).into());
    let peer = Peer::Tcp { from, to };
    if check_origin(peer, &headers).is_ok() {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).expect("no host passes");
        assert!(!host.is_empty());
    }
    let caller = identify(peer, &headers, &Token::new(TOKEN), None);
    let carries = lines.get(2).is_some_and(|line| {
        line.ends_with(TOKEN.as_bytes()) || line.windows(16).any(|part| part == TOKEN.as_bytes())
    });
    assert!(caller.via == Via::Nothing || carries, "{headers:?}");
    assert_eq!(
        check_access(peer, &caller, Access::Change).is_ok(),
        caller.role == Some(Role::Admin)
    );

    if let Some(id) = session::given(&headers, &session::name(7700)) {
        assert!(!id.is_empty() && !id.contains(';'));
    }

    let Some(text) = lines.get(4).and_then(|line| std::str::from_utf8(line).ok()) else { return };
    let _ = query::decode(text);
    let encoded: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
    match query::decode(&encoded) {
        Ok(decoded) => assert_eq!(decoded, text),
        Err(_) => assert!(text.contains(['\n', '\r', '\0'])),
    }
});
