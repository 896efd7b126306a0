use super::super::*;
use config::{Balance, HashKey, Policy, Sticky};
use std::num::NonZeroU64;

const ASKER: Asker<'_> = Asker { client: b"1.2.3.4", path: b"/a", secure: false };

fn wish(balance: &Balance, headers: &[(&str, &'static str)]) -> Wish {
    Wish::new(balance, &ASKER, |name| {
        let same = headers.iter().filter(move |(known, _)| *known == name);
        same.map(|(_, value)| value.as_bytes())
    })
}

fn hashed(key: HashKey) -> Balance {
    Balance { policy: Policy::Hash(key), ..Balance::default() }
}

fn sticky() -> Balance {
    Balance { sticky: Some(Sticky { cookie: "at".to_owned() }), ..Balance::default() }
}

#[test]
fn keys_are_found_where_the_policy_looks() {
    let key = |balance: &Balance, headers| wish(balance, headers).key;
    let of = |text: &str| Some(hash::key(text.as_bytes()));
    assert_eq!(key(&Balance::default(), &[("x-user", "u")]), None);
    assert_eq!(key(&hashed(HashKey::Client), &[]), of("1.2.3.4"));
    assert_eq!(key(&hashed(HashKey::Path), &[]), of("/a"));
    let header = hashed(HashKey::Header("x-user".to_owned()));
    assert_eq!(key(&header, &[("x-user", "u"), ("x-user", "v")]), of("u"));
    assert_eq!(key(&header, &[]), None);
    let cookie = hashed(HashKey::Cookie("sid".to_owned()));
    assert_eq!(key(&cookie, &[("cookie", "a=b; sid=7"), ("cookie", "sid=8")]), of("7"));
    assert_eq!(key(&cookie, &[("cookie", "xsid=7; sid"), ("cookie", "sid=8")]), of("8"));
    assert_eq!(key(&cookie, &[("cookie", "xsid=7")]), None);
}

#[test]
fn a_cookie_that_was_set_is_understood_again() {
    let check = |secure, want: &str| {
        let value = SetCookie { name: "at", token: NonZeroU64::new(0xab).unwrap(), secure }.value();
        assert_eq!(String::from_utf8(value).unwrap(), want);
    };
    check(false, "at=00000000000000ab; Path=/; HttpOnly; SameSite=Lax");
    check(true, "at=00000000000000ab; Path=/; HttpOnly; SameSite=Lax; Secure");
    let token = |line: &'static str| wish(&sticky(), &[("cookie", line)]).token;
    assert_eq!(token("a=b; at=00000000000000ab"), NonZeroU64::new(0xab));
    for bad in ["", "at", "at=", "at=ab", "at=+0000000000000ab", "at=00000000000000AB", "at=é"] {
        assert_eq!(token(bad), None, "{bad}");
    }
    assert_eq!(token("at=00000000000000ab00"), None);
}
