use super::attempts::{ADDRESSES_MAX, FREE, WAIT_MAX};
use super::table::{AGE_MAX, IDLE_MAX, SESSIONS_MAX};
use super::*;
use hyper::header::HeaderMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

fn user(name: &str, role: Role) -> User {
    User { name: name.into(), password: format!("hash of {name}"), role }
}

const fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn open(sessions: &mut Sessions, now: u64, id: &str, user: Option<&User>) -> Session {
    sessions.open(at(now), id.into(), format!("csrf {id}"), user)
}

#[test]
fn a_session_is_its_users() {
    let mut sessions = Sessions::default();
    let mut users = vec![user("ann", Role::Viewer)];
    let opened = open(&mut sessions, 0, "a", users.first());
    assert_eq!((opened.user.as_str(), opened.role), ("ann", Role::Viewer));
    assert_eq!(sessions.find(at(1), "b", &users), None);
    assert_eq!(sessions.find(at(1), "a", &users).unwrap().csrf, "csrf a");
    users[0].role = Role::Admin;
    assert_eq!(sessions.find(at(2), "a", &users).unwrap().role, Role::Admin, "as of now");
    users[0].password = "another".into();
    assert_eq!(sessions.find(at(3), "a", &users), None, "a new password ends it");
    assert_eq!(sessions.count(), 0);
}

#[test]
fn the_tokens_session_needs_no_user() {
    let mut sessions = Sessions::default();
    let opened = open(&mut sessions, 0, "t", None);
    assert_eq!((opened.user.as_str(), opened.role), (TOKEN_USER, Role::Admin));
    assert!(sessions.find(at(1), "t", &[]).is_some());
    assert!(sessions.close("t").is_some());
    assert!(sessions.find(at(2), "t", &[]).is_none());
}

#[test]
fn sessions_end() {
    let mut sessions = Sessions::default();
    open(&mut sessions, 0, "idle", None);
    assert!(sessions.find(IDLE_MAX, "idle", &[]).is_none());
    open(&mut sessions, 0, "busy", None);
    let step = IDLE_MAX / 2;
    let steps = (1..).map(|n| step * n).take_while(|now| *now < AGE_MAX);
    assert!(steps.into_iter().all(|now| sessions.find(now, "busy", &[]).is_some()));
    assert!(sessions.find(AGE_MAX, "busy", &[]).is_none());
}

#[test]
fn sessions_are_bounded() {
    let mut sessions = Sessions::default();
    for n in 0..SESSIONS_MAX as u64 {
        open(&mut sessions, n, &n.to_string(), None);
    }
    sessions.find(at(5_000), "0", &[]).unwrap();
    open(&mut sessions, 5_001, "new", None);
    assert_eq!(sessions.count(), SESSIONS_MAX);
    assert!(sessions.find(at(5_002), "1", &[]).is_none(), "used least lately");
    assert!(sessions.find(at(5_002), "0", &[]).is_some());
}

#[test]
fn who_is_wrong_too_often_waits() {
    let mut attempts = Attempts::default();
    let (one, other) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
    for _ in 0..FREE {
        assert_eq!(attempts.wait(at(0), one), None);
        attempts.failed(at(0), one);
    }
    assert_eq!(attempts.wait(at(0), one), None);
    attempts.failed(at(0), one);
    assert_eq!(attempts.wait(at(0), one), Some(at(2)));
    assert_eq!(attempts.wait(at(0), other), None);
    assert_eq!(attempts.wait(at(2), one), None);
    attempts.failed(at(2), one);
    assert_eq!(attempts.wait(at(2), one), Some(at(4)), "twice as long");
    for _ in 0..60 {
        attempts.failed(at(2), one);
    }
    assert_eq!(attempts.wait(at(2), one), Some(WAIT_MAX));
    attempts.succeeded(one);
    assert_eq!(attempts.wait(at(2), one), None);
}

#[test]
fn a_network_of_ipv6_counts_as_one() {
    let mut attempts = Attempts::default();
    for n in 0..=FREE {
        attempts.failed(at(0), format!("2001:db8:0:1::{n:x}").parse().unwrap());
    }
    assert!(attempts.wait(at(0), "2001:db8:0:1:ffff::1".parse().unwrap()).is_some());
    assert!(attempts.wait(at(0), "2001:db8:0:2::1".parse().unwrap()).is_none());
}

#[test]
fn addresses_are_bounded() {
    let mut attempts = Attempts::default();
    for n in 0..3 * ADDRESSES_MAX as u32 {
        attempts.failed(at(u64::from(n)), IpAddr::V4(Ipv4Addr::from(n)));
    }
    assert!(attempts.count() <= ADDRESSES_MAX);
}

#[test]
fn cookies_are_found_among_others() {
    let mut headers = HeaderMap::new();
    headers.append("cookie", "a=1; ostler_session_7700=abc; b=2".parse().unwrap());
    headers.append("cookie", "ostler_session_7701=def".parse().unwrap());
    assert_eq!(given(&headers, &name(7700)), Some("abc"));
    assert_eq!(given(&headers, &name(7701)), Some("def"));
    assert_eq!(given(&headers, &name(7702)), None);
    assert_eq!(given(&headers, "session_7700"), None);
    let cookie = put(&name(7700), "abc");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
}

#[test]
fn passwords() {
    let hashed = hash("correct horse", b"0123456789abcdef").unwrap();
    assert!(hashed.starts_with("$argon2id$v=19$m=7168,t=5,p=1$"), "{hashed}");
    assert!(matches("correct horse", Some(&hashed)));
    assert!(!matches("wrong horse", Some(&hashed)));
    assert!(!matches("correct horse", Some("correct horse")), "only hashes");
    assert!(!matches("anything", None) && !matches("", None));
}
