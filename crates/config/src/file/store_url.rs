//! URLs of servers that speak the Redis protocol.

use crate::{StoreAddress, StoreUrl};
use std::path::PathBuf;

/// What a URL says. It may hold a password, so that neither text nor cure quotes it.
pub(super) fn url(text: &str) -> Result<StoreUrl, (String, String)> {
    let wrong = |what: &str, cure: &str| Err((format!("the url {what}"), cure.to_owned()));
    let example = "write for example \"redis://10.0.0.7:6379\"";
    if let Some(path) = text.strip_prefix("unix:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        if !path.starts_with('/') {
            return wrong("names no absolute path", "write \"unix:/run/redis.sock\"");
        }
        let at = StoreAddress::Unix(PathBuf::from(path));
        return Ok(StoreUrl { text: text.into(), at, user: None, password: None, database: 0 });
    }
    let (tls, rest) = match text.split_once("://") {
        Some(("redis" | "valkey", rest)) => (false, rest),
        Some(("rediss" | "valkeys", rest)) => (true, rest),
        Some(_) => return wrong("is not one of a Redis server", example),
        None => return wrong("has no scheme", "write redis:// before the host"),
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains(['?', '#']) || path.contains(['?', '#', '/']) {
        return wrong("has more than a number of a database", "remove what follows it");
    }
    let Ok(database) = (if path.is_empty() { Ok(0) } else { path.parse::<u32>() }) else {
        return wrong("names no database", "write the database's number at its end: /0");
    };
    let (login, host) = match authority.rsplit_once('@') {
        Some((login, host)) => (Some(login), host),
        None => (None, authority),
    };
    let (user, password) = match login.map(|login| login.split_once(':').unwrap_or((login, ""))) {
        None => (None, None),
        Some((user, password)) => (decoded(user), decoded(password)),
    };
    if login.is_some_and(|login| login.contains('%')) && user.is_none() && password.is_none() {
        return wrong("has a % that no two digits follow", "write a % as %25");
    }
    if user.is_some() && password.is_none() {
        return wrong("has a user without a password", "write user:password@, or :password@");
    }
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            match port.parse::<u16>() {
                Ok(port) if port > 0 => (host, port),
                _ => return wrong("has no valid port", "write a port from 1 to 65535"),
            }
        }
        _ => (host, 6_379),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
    if host.is_empty() || host.len() > 253 || !host.bytes().all(allowed) {
        return wrong("names no host", example);
    }
    let at = StoreAddress::Host { host: host.to_ascii_lowercase(), port, tls };
    Ok(StoreUrl { text: text.into(), at, user, password, database })
}

/// Without %XX; None: empty, or malformed.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first != b'%' {
            bytes.push(*first);
            rest = after;
            continue;
        }
        let digits = std::str::from_utf8(after.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = after.get(2..)?;
    }
    String::from_utf8(bytes).ok().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, Option<String>, Option<String>, u32) {
        let StoreUrl { at, user, password, database, .. } = url(text).unwrap();
        (at.to_string(), user, password, database)
    }

    #[test]
    fn urls_of_stores() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read("redis://a"), ("redis://a:6379".into(), None, None, 0));
        assert_eq!(read("redis://:p@a:1/3"), ("redis://a:1".into(), None, some("p"), 3));
        assert_eq!(
            read("rediss://u:p%40%2F:x@Redis.internal/"),
            ("rediss://redis.internal:6379".into(), some("u"), some("p@/:x"), 0)
        );
        assert_eq!(read("redis://[fd00::5]:7").0, "redis://[fd00::5]:7");
        assert_eq!(read("redis://[fd00::5]").0, "redis://[fd00::5]:6379");
        assert_eq!(read("unix:/run/redis.sock").0, "unix:/run/redis.sock");
        assert_eq!(read("unix:///run/redis.sock").0, "unix:/run/redis.sock");
    }

    #[test]
    fn what_is_no_url_of_a_store() {
        for text in [
            "a:6379",
            "http://a",
            "redis://",
            "redis://a:0",
            "redis://a:x",
            "redis://a/x",
            "redis://a/1/2",
            "redis://u@a",
            "redis://:%zz@a",
            "redis://a b",
            "unix:redis.sock",
        ] {
            let (what, cure) = url(text).map(|_| ()).unwrap_err();
            assert!(!what.is_empty() && !cure.is_empty(), "{text}");
            assert!(!what.contains("zz"), "{what}");
        }
    }
}
