use super::*;
use crate::session::{Session, Sessions, User};
use hyper::Method;
use hyper::header::{HeaderMap, HeaderValue};
use std::time::Duration;

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

/// Whether `from` may use what asks for `access`.
fn may(from: &str, access: Access, header: &str, session: Option<&Session>) -> bool {
    let (peer, headers) = (tcp(from, "127.0.0.1:7700"), headers(header));
    let caller = identify(peer, &headers, &Token::new("s3cret"), session);
    check_access(peer, &caller, access).is_ok()
}

const HERE: &str = "127.0.0.1:4";
const AWAY: &str = "10.0.0.9:4";

#[test]
fn the_token_opens_what_the_place_does_not() {
    let check =
        |from, access, header: &str| may(from, access, &format!("authorization: {header}"), None);
    assert!(check(HERE, Access::Local, "none") && check(AWAY, Access::Open, "none"));
    assert!(
        check("[::1]:4", Access::Local, "none") && check("[::ffff:127.0.0.1]:4", Access::Local, "")
    );
    for access in [Access::Read, Access::Change] {
        assert!(!check(HERE, access, "none") && !check(AWAY, access, "none"));
    }
    assert!(!check(AWAY, Access::Local, "none"));
    for good in ["Bearer s3cret", "bearer  s3cret "] {
        assert!(check(HERE, Access::Change, good) && check(AWAY, Access::Local, good), "{good}");
    }
    for bad in
        ["s3cret", "Basic s3cret", "Bearer", "Bearer s3cre", "Bearer s3cret!", "Bearer S3cret"]
    {
        assert!(!check(HERE, Access::Read, bad), "{bad}");
    }
    let owner = identify(Peer::Owner, &HeaderMap::new(), &Token::new("s3cret"), None);
    assert!(check_access(Peer::Owner, &owner, Access::Change).is_ok());
}

fn session(role: Role) -> Session {
    let user = User { name: "ann".into(), password: "hash".into(), role };
    Sessions::default().open(Duration::ZERO, "id".into(), "c5rf".into(), Some(&user))
}

#[test]
fn a_viewer_looks_and_changes_nothing() {
    let (viewer, admin) = (session(Role::Viewer), session(Role::Admin));
    for (access, viewers, admins) in [
        (Access::Open, true, true),
        (Access::Local, true, true),
        (Access::Read, true, true),
        (Access::Change, false, true),
    ] {
        assert_eq!(may(AWAY, access, "a: b", Some(&viewer)), viewers, "{access:?}");
        assert_eq!(may(AWAY, access, "a: b", Some(&admin)), admins, "{access:?}");
    }
    assert!(!may(AWAY, Access::Read, "authorization: Bearer wrong", Some(&admin)), "a wrong token");
}

#[test]
fn a_cookie_alone_changes_nothing() {
    let session = session(Role::Admin);
    let check = |method, header: &str| {
        let (peer, headers) = (tcp(HERE, "127.0.0.1:7700"), headers(header));
        let caller = identify(peer, &headers, &Token::new("s3cret"), Some(&session));
        check_forged(&caller, Some(&session), &method, &headers).is_ok()
    };
    let origin = "origin: http://localhost:7700";
    assert!(check(Method::GET, "a: b"));
    assert!(!check(Method::POST, "a: b") && !check(Method::POST, origin));
    assert!(!check(Method::POST, "x-ostler-csrf: c5rf"), "browsers send the origin");
    assert!(!check(Method::POST, &format!("{origin}\nx-ostler-csrf: c5r")));
    assert!(check(Method::POST, &format!("{origin}\nx-ostler-csrf: c5rf")));
    assert!(check(Method::POST, "authorization: Bearer s3cret"), "programs have the token");
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
