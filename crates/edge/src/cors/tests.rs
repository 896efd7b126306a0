use super::*;
use crate::http::Method;
use config::{Machine, parse};
use std::path::Path;

fn cors(text: &str) -> Cors {
    let text = format!("app.web.run = 'a.js'\n[edge]\ncors = {text}");
    let config = parse(&text, Path::new("/srv"), None, &Machine { cores: 1 }).unwrap();
    Cors::new(config.edge.rules.cors.as_ref().unwrap())
}

fn page(cors: &Cors, origin: &str) -> Page {
    cors.page(std::iter::once(origin.as_bytes()))
}

fn reply(cors: &Cors, origin: &str) -> String {
    let mut out = Vec::new();
    cors.write(&page(cors, origin), false, &mut out);
    String::from_utf8(out).unwrap()
}

fn preflight(
    cors: &Cors,
    origin: &str,
    headers: &'static [(&'static str, &'static str)],
) -> String {
    let values = |name: &'static str| {
        headers.iter().filter(move |(known, _)| *known == name).map(|(_, value)| value.as_bytes())
    };
    String::from_utf8(cors.preflight(&page(cors, origin), values)).unwrap()
}

#[test]
fn everybody() {
    let cors = cors("true");
    assert_eq!(reply(&cors, "https://x"), "Access-Control-Allow-Origin: *\r\n");
    let asked = &[("access-control-request-headers", "X-A, x-b")];
    assert_eq!(
        preflight(&cors, "https://x", asked),
        "Vary: Access-Control-Request-Headers\r\nAccess-Control-Allow-Origin: *\r\n\
         Access-Control-Allow-Methods: GET,HEAD,PUT,PATCH,POST,DELETE\r\n\
         Access-Control-Allow-Headers: X-A, x-b\r\n"
    );
    // What is no list of names is not repeated.
    let asked = &[("access-control-request-headers", "X-A: \"1\"")];
    assert!(!preflight(&cors, "https://x", asked).contains("Allow-Headers: "));
}

#[test]
fn only_those_in_the_list() {
    let cors = cors(
        "{ origins = ['https://a.example', 'https://*.example.org', 'http://*.local.test:3000'], \
         credentials = true, expose = ['X-Total'], headers = ['X-A'], methods = ['GET'], max_age = 600 }",
    );
    let good = |origin: &str| {
        let text = reply(&cors, origin);
        let want = format!(
            "Vary: Origin\r\nAccess-Control-Allow-Origin: {origin}\r\n\
             Access-Control-Allow-Credentials: true\r\nAccess-Control-Expose-Headers: X-Total\r\n"
        );
        assert_eq!(text, want);
    };
    good("https://a.example");
    good("https://b.example.org");
    good("https://b.c.example.org");
    good("http://x.local.test:3000");
    for bad in [
        "https://example.org",
        "http://a.example",
        "https://a.example:443",
        "https://a.example.evil",
        "https://evil-a.example",
        "https://evilexample.org",
        "https://.example.org",
        "https://a..example.org",
        "https://evil.test/.example.org",
        "https://evil.test#.example.org",
        "https://evil.test?x=.example.org",
        "https://user@x.example.org",
        "https://evil.test:1.example.org",
        "http://x.local.test",
        "https://A.EXAMPLE",
        "null",
        "",
    ] {
        assert_eq!(reply(&cors, bad), "Vary: Origin\r\n", "{bad}");
    }
    assert_eq!(
        preflight(&cors, "https://a.example", &[]),
        "Vary: Origin\r\nAccess-Control-Allow-Origin: https://a.example\r\n\
         Access-Control-Allow-Credentials: true\r\nAccess-Control-Allow-Methods: GET\r\n\
         Access-Control-Allow-Headers: X-A\r\nAccess-Control-Max-Age: 600\r\n"
    );
    assert_eq!(preflight(&cors, "https://evil.test", &[]), "Vary: Origin\r\n");
    let two = [&b"https://a.example"[..], b"https://a.example"];
    assert_eq!(cors.page(two.into_iter()), Page::Refused);
    assert_eq!(cors.page(std::iter::empty()), Page::Refused);
}

#[test]
fn private_networks_are_opened_when_asked_for() {
    let asked = &[("access-control-request-private-network", "true")];
    let line = "Access-Control-Allow-Private-Network: true\r\n";
    assert!(preflight(&cors("{ private_network = true }"), "https://x", asked).contains(line));
    assert!(!preflight(&cors("{ private_network = true }"), "https://x", &[]).contains(line));
    assert!(!preflight(&cors("true"), "https://x", asked).contains(line));
}

#[test]
fn what_is_a_preflight() {
    let check = |method, headers: &'static [&'static str], want| {
        let values = |name: &'static str| {
            headers.iter().filter(move |known| **known == name).map(|_| &b"x"[..])
        };
        assert_eq!(Cors::is_preflight(method, values), want, "{method:?} {headers:?}");
    };
    check(Method::Options, &["origin", "access-control-request-method"], true);
    check(Method::Options, &["origin"], false);
    check(Method::Options, &["access-control-request-method"], false);
    check(Method::Get, &["origin", "access-control-request-method"], false);
}

#[test]
fn names_that_are_left_to_the_edge() {
    assert!(Cors::owns(b"ACCESS-control-allow-origin") && !Cors::owns(b"access-control"));
    assert!(Cors::covers(b"Accept, ORIGIN") && Cors::covers(b" * ") && !Cors::covers(b"X-Origin"));
}
