//! URLs of servers: a scheme, a host, perhaps a port, and nothing else.

use crate::Server;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A host name is at most as long, in bytes, and each of its parts.
const NAME_BYTES_MAX: usize = 253;
const LABEL_BYTES_MAX: usize = 63;

/// What is wrong, and what to write instead.
type Wrong = (String, String);

/// `http://HOST[:PORT]`, `https://HOST[:PORT]`. The host comes out in lower case.
pub(in crate::file) fn server(text: &str) -> Result<Server, Wrong> {
    let text = text.trim();
    let wrong = |what: &str, cure: String| Err((format!("{text:?} {what}"), cure));
    let Some((scheme, rest)) = text.split_once("://") else {
        let (what, cure) = without_scheme(text);
        return wrong(what, cure);
    };
    let scheme = scheme.to_ascii_lowercase();
    let (tls, port) = match scheme.as_str() {
        "http" => (false, 80),
        "https" => (true, 443),
        _ => {
            let (what, cure) = other_scheme(&scheme, rest);
            return wrong(what, cure);
        }
    };
    let (authority, after) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let without_user = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let bare = format!("write \"{scheme}://{without_user}\"");
    if authority.len() != without_user.len() {
        let what = "holds a user or a password, which Ostler does not send";
        return wrong(what, bare);
    }
    if !after.is_empty() {
        let what = if after.starts_with('/') { "has a path" } else { "has a query" };
        return wrong(what, format!("{bare}: requests keep their own path"));
    }
    let (host, port) = match split_port(authority) {
        Ok((host, given)) => (host, given.unwrap_or(port)),
        Err(cure) => return wrong("has no valid port", cure.replace("{scheme}", &scheme)),
    };
    match host_of(host) {
        Ok(host) => Ok(Server { tls, host, port }),
        Err((what, cure)) => wrong(what, cure),
    }
}

/// The host, in its brackets if it has any, and the port.
fn split_port(authority: &str) -> Result<(&str, Option<u16>), String> {
    // The last colon, unless it is inside an IPv6 address.
    let colon = authority.rfind(':').filter(|at| {
        let inside = authority.rfind(']').is_some_and(|end| end > *at);
        let bare_ipv6 = authority.parse::<Ipv6Addr>().is_ok();
        !inside && !bare_ipv6
    });
    let Some(colon) = colon else { return Ok((authority, None)) };
    let (host, port) = (&authority[..colon], &authority[colon + 1..]);
    let digits = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(port) if digits && port != 0 => Ok((host, Some(port))),
        _ if port.is_empty() => {
            Err(format!("write \"{{scheme}}://{host}\", or a port after the :"))
        }
        _ => Err("write a port from 1 to 65535".into()),
    }
}

/// The host without brackets, in lower case.
fn host_of(host: &str) -> Result<String, (&'static str, String)> {
    let inside = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if let Some(inside) = inside {
        return match inside.parse::<Ipv6Addr>() {
            Ok(ip) => Ok(ip.to_string()),
            Err(_) if inside.contains('%') => {
                Err(("names a network interface", "write an address without %".into()))
            }
            Err(_) => {
                Err(("has no IPv6 address in its brackets", "write for example [fd00::5]".into()))
            }
        };
    }
    if host.parse::<Ipv6Addr>().is_ok() {
        let cure = format!("write the IPv6 address in brackets: [{host}]");
        return Err(("has an IPv6 address without brackets", cure));
    }
    if !host.is_ascii() {
        let cure = "write the host in Punycode: xn--…";
        return Err(("has letters that DNS does not carry", cure.into()));
    }
    let labels = || host.strip_suffix('.').unwrap_or(host).split('.');
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let good =
        |label: &str| (1..=LABEL_BYTES_MAX).contains(&label.len()) && label.bytes().all(allowed);
    if host.len() > NAME_BYTES_MAX || !labels().all(good) {
        let cure = "write a name or an address after ://, such as \"http://10.0.0.5:3000\"";
        return Err(("has no valid host", cure.into()));
    }
    let is_number = labels().next_back().is_some_and(|l| l.bytes().all(|b| b.is_ascii_digit()));
    if is_number && host.parse::<Ipv4Addr>().is_err() {
        let cure = "write four numbers from 0 to 255, such as 10.0.0.5";
        return Err(("has no valid IPv4 address", cure.into()));
    }
    Ok(host.to_ascii_lowercase())
}

fn without_scheme(text: &str) -> (&'static str, String) {
    if text.starts_with('/') || text.starts_with("unix:") {
        return (
            "is a path, not a URL",
            "write \"http://HOST:PORT\": servers are reached by TCP".into(),
        );
    }
    if let Some(rest) = ["http:", "https:"].iter().find_map(|s| text.strip_prefix(s)) {
        let scheme = &text[..text.len() - rest.len()];
        return ("is no URL", format!("write \"{scheme}//{}\"", rest.trim_start_matches('/')));
    }
    let host = if text.bytes().all(|b| b.is_ascii_digit()) { "127.0.0.1:" } else { "" };
    let host = if text.starts_with(':') { "127.0.0.1" } else { host };
    ("does not begin with http:// or https://", format!("write \"http://{host}{text}\""))
}

fn other_scheme(scheme: &str, rest: &str) -> (&'static str, String) {
    let what = "is of a kind that Ostler does not speak";
    let cure = match scheme {
        "ws" => format!("write \"http://{rest}\": WebSockets pass by themselves"),
        "wss" => format!("write \"https://{rest}\": WebSockets pass by themselves"),
        "h2c" | "grpc" | "h2" => format!("write \"http://{rest}\" and protocol = \"h2\""),
        "grpcs" => format!("write \"https://{rest}\" and protocol = \"h2\""),
        "tcp" => format!("write \"http://{rest}\", if that is what it speaks"),
        _ => "write a URL that begins with http:// or https://".into(),
    };
    (what, cure)
}

#[cfg(test)]
mod tests {
    use super::server;

    fn check(text: &str, expected: &str) {
        let told = match server(text) {
            Ok(server) => format!("{} {} {}", server.tls, server.host, server.port),
            Err((text, cure)) => format!("{text}; {cure}"),
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn urls_that_are_taken() {
        check("http://10.0.0.5:3000", "false 10.0.0.5 3000");
        check("http://localhost", "false localhost 80");
        check(" HTTPS://Api.Example.org ", "true api.example.org 443");
        check("https://[FD00::5]:8443", "true fd00::5 8443");
        check("http://[::1]", "false ::1 80");
        check("http://billing_1.internal.:65535", "false billing_1.internal. 65535");
        check("http://123.example", "false 123.example 80");
    }

    #[test]
    fn urls_that_are_refused() {
        let host = "write a name or an address after ://, such as \"http://10.0.0.5:3000\"";
        let path = |bare: &str| format!("write {bare:?}: requests keep their own path");
        let port = "has no valid port; write a port from 1 to 65535";
        for (text, expected) in [
            (
                "10.0.0.5:3000",
                "does not begin with http:// or https://; write \"http://10.0.0.5:3000\"",
            ),
            ("3000", "does not begin with http:// or https://; write \"http://127.0.0.1:3000\""),
            (":3000", "does not begin with http:// or https://; write \"http://127.0.0.1:3000\""),
            ("http:/x:1", "is no URL; write \"http://x:1\""),
            (
                "unix:/run/x.sock",
                "is a path, not a URL; write \"http://HOST:PORT\": servers are reached by TCP",
            ),
            (
                "ws://x:1",
                "is of a kind that Ostler does not speak; write \"http://x:1\": WebSockets pass by themselves",
            ),
            (
                "grpc://x:1",
                "is of a kind that Ostler does not speak; write \"http://x:1\" and protocol = \"h2\"",
            ),
            (
                "ftp://x",
                "is of a kind that Ostler does not speak; write a URL that begins with http:// or https://",
            ),
            ("http://x:1/", &format!("has a path; {}", path("http://x:1"))),
            ("http://x/api?y", &format!("has a path; {}", path("http://x"))),
            ("http://x?y", &format!("has a query; {}", path("http://x"))),
            (
                "http://me:secret@x/y",
                "holds a user or a password, which Ostler does not send; write \"http://x\"",
            ),
            ("http://x:", "has no valid port; write \"http://x\", or a port after the :"),
            ("http://x:0", port),
            ("http://x:65536", port),
            ("http://x:+80", port),
            ("http://x:80a", port),
            ("http://", &format!("has no valid host; {host}")),
            ("http://:80", &format!("has no valid host; {host}")),
            ("http://a b", &format!("has no valid host; {host}")),
            ("http://a..b", &format!("has no valid host; {host}")),
            ("http://[::1", &format!("has no valid host; {host}")),
            (
                "http://fd00::5",
                "has an IPv6 address without brackets; write the IPv6 address in brackets: [fd00::5]",
            ),
            ("http://[fe80::1%eth0]:80", "names a network interface; write an address without %"),
            ("http://[x]", "has no IPv6 address in its brackets; write for example [fd00::5]"),
            (
                "http://10.0.0.256",
                "has no valid IPv4 address; write four numbers from 0 to 255, such as 10.0.0.5",
            ),
            (
                "http://10.1",
                "has no valid IPv4 address; write four numbers from 0 to 255, such as 10.0.0.5",
            ),
            (
                "http://bücher.example",
                "has letters that DNS does not carry; write the host in Punycode: xn--…",
            ),
        ] {
            check(text, &format!("{text:?} {expected}"));
        }
        let long = format!("http://{}", "a".repeat(64));
        check(&long, &format!("{long:?} has no valid host; {host}"));
    }
}
