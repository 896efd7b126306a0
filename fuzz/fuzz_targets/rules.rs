//! CORS, security headers and guards on whatever a client or an app sends: the first line is an origin, the
//! second a host, the third a target, the rest the header lines of a reply.
#![no_main]

use config::{Config, Machine};
use edge::cors::{Cors, Page};
use edge::guard::{Asked, Guard, Redirect, Secure, Stop};
use edge::headers::{Headers, Kind, names};
use libfuzzer_sys::fuzz_target;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::LazyLock;

const TEXT: &str = "[app.web]\nrun = 'a.js'\n[edge]\nhttps = 'redirect'\ntrusted_proxies = ['10.0.0.0/8']\n\
    hosts = ['example.org', '*.example.com']\nheaders = { set = { X-Own = ['a', 'b'] }, remove = ['Server'] }\n\
    cors = { origins = ['https://a.example', 'https://*.example.org'], credentials = true }\n\
    [route.'/old/*']\nredirect = '/*'\n";

static CONFIG: LazyLock<Config> = LazyLock::new(|| {
    config::parse(TEXT, Path::new("/"), None, &Machine { cores: 1 }).expect("a good config")
});

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(4, |byte| *byte == b'\n');
    let mut part = || parts.next().unwrap_or_default();
    let (origin, host, target, block) = (part(), part(), part(), part());
    let rules = &CONFIG.edge.rules;
    cors(&Cors::new(rules.cors.as_ref().expect("cors")), origin, host);
    headers(&Headers::new(&rules.headers), block);
    guard(&Guard::new(&rules.guard, Secure::new(&CONFIG.edge)), host, target);
    let route =
        CONFIG.routes.iter().find(|route| route.rules.redirect.is_some()).expect("a redirect");
    let redirect = Redirect::new(route.rules.redirect.as_ref().expect("one"), &route.path);
    let address = redirect.address(target);
    assert!(address.first() == Some(&b'/') && !matches!(address.get(1), Some(b'/' | b'\\')));
});

/// Only the one origin, and hosts below the other, written as browsers write them.
fn cors(cors: &Cors, origin: &[u8], asked: &[u8]) {
    let page = cors.page(std::iter::once(origin));
    if let Page::Allowed(text) = &page {
        let text = std::str::from_utf8(text).expect("ASCII");
        assert_eq!(text.as_bytes(), origin);
        let label = |label: &str| {
            !label.is_empty()
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        };
        let host = text.strip_prefix("https://").expect("its scheme");
        let below =
            host.strip_suffix(".example.org").is_some_and(|rest| rest.split('.').all(label));
        assert!(below || host == "a.example", "{text}");
    }
    let values = |name: &'static str| {
        (name == "access-control-request-headers").then_some(asked).into_iter()
    };
    let lines = cors.preflight(&page, values);
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        let known =
            [&b"Vary: "[..], b"Access-Control-"].iter().any(|start| line.starts_with(start));
        let inner = line.strip_suffix(b"\r\n").expect("a whole line");
        assert!(known && !inner.iter().any(|byte| b"\r\n\0".contains(byte)));
    }
}

/// What the app sends is kept in its order, but for what is removed, and comes once.
fn headers(headers: &Headers, block: &[u8]) {
    let (kept, taken) = headers.sift(block);
    assert!(kept.len() <= block.len());
    assert!(!names(&kept).any(|name| name.eq_ignore_ascii_case(b"server")));
    let mut own = Vec::new();
    headers.write(taken, true, Kind::Other, &mut own);
    for name in names(&own) {
        let again = names(&kept).any(|other| other.eq_ignore_ascii_case(name));
        assert!(!again, "{} comes twice", String::from_utf8_lossy(name));
    }
}

fn guard(guard: &Guard, host: &[u8], target: &[u8]) {
    let asked = Asked {
        client: IpAddr::V4(Ipv4Addr::LOCALHOST),
        host,
        authority: host,
        target,
        secure: false,
        proxied: false,
    };
    match guard.enter(&asked) {
        Err(Stop::Secure(address)) => {
            let rest = address.strip_prefix(b"https://").expect("by TLS");
            assert!(rest.starts_with(host));
            let bare = host.strip_suffix(b".").unwrap_or(host).to_ascii_lowercase();
            assert!(bare == b"example.org" || bare.ends_with(b".example.com"));
        }
        Err(Stop::Refused(_)) => {}
        Ok(()) => panic!("it came without TLS"),
    }
}
