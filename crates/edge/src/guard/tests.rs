use super::network::contains;
use super::*;
use config::{Machine, parse};
use std::path::Path;

fn edge(text: &str) -> config::Edge {
    let text = format!("app.web.run = 'a.js'\n[edge]\n{text}");
    parse(&text, Path::new("/srv"), None, &Machine { cores: 1 }).unwrap().edge
}

fn guard(text: &str) -> Guard {
    let edge = edge(text);
    Guard::new(&edge.rules.guard, Secure::new(&edge))
}

const ASKED: Asked<'static> = Asked {
    client: std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7)),
    host: b"example.org",
    authority: b"example.org",
    target: b"/a?b=c",
    secure: false,
    proxied: false,
};

#[test]
fn networks_contain_their_addresses() {
    let check = |network: &str, prefix, address: &str, want| {
        let got = contains(network.parse().unwrap(), prefix, address.parse().unwrap());
        assert_eq!(got, want, "{network}/{prefix} {address}");
    };
    check("10.0.0.0", 8, "10.200.3.4", true);
    check("10.0.0.0", 8, "11.0.0.1", false);
    check("0.0.0.0", 0, "1.2.3.4", true);
    check("192.168.1.7", 32, "192.168.1.7", true);
    check("192.168.1.7", 32, "192.168.1.6", false);
    check("fd00::", 8, "fd12::1", true);
    check("::", 0, "10.0.0.1", false);
    check("::1", 128, "::1", true);
}

#[test]
fn who_is_let_in() {
    let check = |rules: &str, client: &str, want: bool| {
        let asked = Asked { client: client.parse().unwrap(), ..ASKED };
        let expected = if want { Ok(()) } else { Err(Stop::Refused(Refused::Client)) };
        assert_eq!(guard(rules).enter(&asked), expected, "{rules} {client}");
    };
    check("", "1.2.3.4", true);
    check("allow = ['10.0.0.0/8', 'fd00::/8']", "10.1.2.3", true);
    check("allow = ['10.0.0.0/8', 'fd00::/8']", "fd00::1", true);
    check("allow = ['10.0.0.0/8', 'fd00::/8']", "11.1.2.3", false);
    check("allow = ['10.0.0.0/8']", "::1", false);
    check("deny = ['10.0.0.0/8']", "10.1.2.3", false);
    check("deny = ['10.0.0.0/8']", "11.1.2.3", true);
    check("allow = ['10.0.0.0/8']\ndeny = ['10.1.0.0/16']", "10.1.2.3", false);
    check("allow = ['10.0.0.0/8']\ndeny = ['10.1.0.0/16']", "10.2.2.3", true);
}

#[test]
fn which_hosts_are_served() {
    let guard = guard("hosts = ['example.org', '*.example.com', '[::1]', '127.0.0.1']");
    let check = |host: &str, want: bool| {
        let asked = Asked { host: host.as_bytes(), ..ASKED };
        let expected = if want { Ok(()) } else { Err(Stop::Refused(Refused::Host)) };
        assert_eq!(guard.enter(&asked), expected, "{host}");
    };
    for good in
        ["example.org", "EXAMPLE.org.", "a.example.com", "a.b.example.com", "[::1]", "127.0.0.1"]
    {
        check(good, true);
    }
    for bad in
        ["example.com", ".example.com", "a.example.org", "example.org.evil", "xexample.com", ""]
    {
        check(bad, false);
    }
}

#[test]
fn how_long_a_target_may_be() {
    let guard = guard("target_bytes = '16B'");
    let enter = |target: &str| guard.enter(&Asked { target: target.as_bytes(), ..ASKED });
    assert_eq!(enter("/123456789012345"), Ok(()));
    assert_eq!(enter("/1234567890?2345x"), Err(Stop::Refused(Refused::Target)));
}

#[test]
fn methods_that_are_taken() {
    let guard = guard("methods = ['GET', 'POST']");
    assert_eq!(guard.without(b"GET"), None);
    assert_eq!(guard.without(b"HEAD"), None);
    let line = "Allow: GET, POST, HEAD\r\n";
    assert_eq!(guard.without(b"get").map(String::from_utf8_lossy).as_deref(), Some(line));
    assert_eq!(guard.without(b"DELETE").map(String::from_utf8_lossy).as_deref(), Some(line));
    assert_eq!(super::tests::guard("").without(b"DELETE"), None);
}

const TLS: &str = "https = 'redirect'\ntls = { cert = 'a.pem', listen = ':443' }\n";
const ODD: &str = "https = 'redirect'\ntls = { cert = 'a.pem', listen = ':8443' }\n";

#[test]
fn the_same_address_by_tls() {
    let check = |rules: &str, authority: &'static str, proxied: bool, want: &str| {
        let host = authority.split(':').next().unwrap().as_bytes();
        let asked = Asked { authority: authority.as_bytes(), host, proxied, ..ASKED };
        let expected = Err(Stop::Secure(format!("{want}/a?b=c").into_bytes()));
        assert_eq!(guard(rules).enter(&asked), expected, "{rules} {authority}");
        let secure = Asked { secure: true, ..asked };
        assert_eq!(guard(rules).enter(&secure), Ok(()));
    };
    check(TLS, "x", false, "https://x");
    check(TLS, "x:8080", false, "https://x");
    check(ODD, "x:8080", false, "https://x:8443");
    // Ports are mapped: what the edge listens on is not what its clients see.
    check(ODD, "x", false, "https://x");
    check(&format!("{ODD}listen = ':80'"), "x", false, "https://x:8443");
    check(&format!("{ODD}listen = ':80'"), "x", true, "https://x");
    check("https = 'redirect'\ntrusted_proxies = ['10.0.0.0/8']", "x:80", true, "https://x");
    let star = Asked { target: b"*", ..ASKED };
    assert_eq!(guard(TLS).enter(&star), Err(Stop::Secure(b"https://example.org/".to_vec())));
    let nameless = Asked { host: b"", authority: b"", ..ASKED };
    assert_eq!(guard(TLS).enter(&nameless), Err(Stop::Refused(Refused::Plain)));
}

#[test]
fn without_tls_it_is_refused_where_that_is_required() {
    let rules = "https = 'required'\ntls = { cert = 'a.pem' }";
    assert_eq!(guard(rules).enter(&ASKED), Err(Stop::Refused(Refused::Plain)));
    assert_eq!(guard(rules).enter(&Asked { secure: true, ..ASKED }), Ok(()));
}

#[test]
fn redirects() {
    let check = |pattern: &str, to: &str, target: &str, want: &str| {
        let text = format!("app.web.run = 'a.js'\nroute.'{pattern}'.redirect = '{to}'");
        let config = parse(&text, Path::new("/srv"), None, &Machine { cores: 1 }).unwrap();
        let route = &config.routes[0];
        let redirect = Redirect::new(route.rules.redirect.as_ref().unwrap(), &route.path);
        let got = redirect.address(target.as_bytes());
        assert_eq!(String::from_utf8(got).unwrap(), want, "{pattern} {to} {target}");
    };
    check("/old/*", "/new/*", "/old/a/b?c=d", "/new/a/b?c=d");
    check("/old/*", "/new/*", "/old", "/new/");
    check("/old/*", "/new", "/old/a?c", "/new?c");
    check("/old", "/new?x=1", "/old?y=2", "/new?x=1&y=2");
    check("example.org/*", "https://www.example.org/*", "/a", "https://www.example.org/a");
    check("/*", "https://x/b/*", "/", "https://x/b/");
    // Nobody is sent to a host that a client chose.
    check("/old/*", "/*", "/old//evil.example/", "/evil.example/");
    check("/old/*", "/*", "/old/\\/evil.example", "/evil.example");
    check("/old/*", "/*", "/old/\\\\evil.example", "/evil.example");
}
