use super::*;
use hyper::header::{HeaderMap, HeaderValue};

fn headers(text: &str) -> HeaderMap {
    let pairs = text.lines().map(|line| line.split_once(": ").unwrap());
    pairs.map(|(k, v)| (k.parse().unwrap(), HeaderValue::from_str(v).unwrap())).collect()
}

fn tcp(from: &str, to: &str) -> Peer {
    Peer::Tcp { from: from.parse().unwrap(), to: to.parse().unwrap() }
}

#[test]
fn only_own_names_are_answered_to() {
    let check = |to: &str, host: &str| {
        check_origin(tcp("127.0.0.1:4", to), &headers(&format!("host: {host}"))).is_ok()
    };
    for host in ["localhost", "LocalHost:7700", "127.0.0.1:7700", "[::1]:7700", "127.1.2.3"] {
        assert!(check("127.0.0.1:7700", host), "{host}");
    }
    for host in
        ["evil.example", "evil.example:7700", "localhost.evil.example", "10.0.0.9", "a b", ""]
    {
        assert!(!check("127.0.0.1:7700", host), "{host}");
    }
    assert!(check("10.0.0.9:7700", "10.0.0.9:7700"), "the address that was connected to");
    assert!(check("[::ffff:10.0.0.9]:7700", "10.0.0.9"), "the same on a dual-stack socket");
    assert!(!check("10.0.0.9:7700", "10.0.0.8"));
    assert!(check_origin(tcp("127.0.0.1:4", "127.0.0.1:7700"), &headers("accept: */*")).is_err());
    assert!(check_origin(Peer::Owner, &headers("host: anything")).is_ok());
}

#[test]
fn only_own_pages_may_call() {
    let check = |origin: &str| {
        let headers = headers(&format!("host: localhost:7700\norigin: {origin}"));
        check_origin(tcp("127.0.0.1:4", "127.0.0.1:7700"), &headers).is_ok()
    };
    assert!(check("http://localhost:7700"));
    for origin in ["http://evil.example", "http://localhost:8080", "https://localhost:7700", "null"]
    {
        assert!(!check(origin), "{origin}");
    }
}

#[test]
fn the_token_opens_what_the_place_does_not() {
    let token = Token::new("s3cret");
    let check = |from: &str, access, header: &str| {
        let header = headers(&format!("authorization: {header}"));
        check_access(tcp(from, "127.0.0.1:7700"), &header, access, &token).is_ok()
    };
    let (here, away) = ("127.0.0.1:4", "10.0.0.9:4");
    assert!(check(here, Access::Local, "none"));
    assert!(
        check("[::1]:4", Access::Local, "none") && check("[::ffff:127.0.0.1]:4", Access::Local, "")
    );
    assert!(!check(here, Access::Token, "none") && !check(away, Access::Local, "none"));
    for good in ["Bearer s3cret", "bearer  s3cret "] {
        assert!(check(here, Access::Token, good) && check(away, Access::Local, good), "{good}");
    }
    for bad in
        ["s3cret", "Basic s3cret", "Bearer", "Bearer s3cre", "Bearer s3cret!", "Bearer S3cret"]
    {
        assert!(!check(here, Access::Token, bad), "{bad}");
    }
    assert!(check_access(Peer::Owner, &HeaderMap::new(), Access::Token, &token).is_ok());
}

#[test]
fn an_empty_token_opens_nothing() {
    let token = Token::new("");
    assert!(!token.matches("") && !token.matches("x"));
}

#[test]
fn json_is_called_json() {
    let check = |value: &str| check_json(&headers(&format!("content-type: {value}"))).is_ok();
    assert!(check("application/json") && check("Application/JSON; charset=utf-8"));
    assert!(
        !check("text/plain")
            && !check("application/jsonp")
            && !check("application/x-www-form-urlencoded")
    );
    assert!(check_json(&HeaderMap::new()).is_err());
}
