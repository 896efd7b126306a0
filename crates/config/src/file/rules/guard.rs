//! `allow`, `deny`, `hosts`, `methods`, `https`, `target_bytes`.

use crate::checked::{Guard, Https, Network};
use crate::file::address::{self, AddressError};
use crate::file::check::Check;
use crate::file::distinct::distinct;
use crate::file::section::Section;
use crate::file::token::is_token;
use crate::file::value::Value;
use std::ops::Range;
use toml::de::DeValue;

/// What is said here, and what `inherited` says where it is not.
pub(super) fn guard(section: &Section<'_>, inherited: &Guard, check: &mut Check<'_>) -> Guard {
    Guard {
        allow: list(section, "allow", inherited.allow.as_ref(), check, network),
        deny: list(section, "deny", Some(&inherited.deny), check, network).unwrap_or_default(),
        hosts: list(section, "hosts", inherited.hosts.as_ref(), check, host),
        methods: list(section, "methods", inherited.methods.as_ref(), check, method),
        https: https(section, inherited, check),
        speaks_tls: inherited.speaks_tls,
        target_bytes_max: match section.has("target_bytes") {
            true => section.size(check, "target_bytes").unwrap_or(inherited.target_bytes_max),
            false => inherited.target_bytes_max,
        },
    }
}

/// By what stands in `[edge]`: TLS of its own, or a proxy that may speak it.
pub(super) fn speaks_tls(edge: &Section<'_>) -> bool {
    let proxies = edge.field("trusted_proxies");
    let named = proxies.is_some_and(|field| match field.value {
        DeValue::Array(all) => !all.is_empty(),
        _ => true,
    });
    named || edge.has("tls")
}

type Wrong = (String, String);

/// A list, or `"any"`, which is None.
fn list<T: Clone + PartialEq>(
    section: &Section<'_>,
    key: &str,
    inherited: Option<&Vec<T>>,
    check: &mut Check<'_>,
    read: fn(&str) -> Result<T, Wrong>,
) -> Option<Vec<T>> {
    if !section.has(key) {
        return inherited.cloned();
    }
    let texts: Vec<(String, Range<usize>)> = match section.read(check, key) {
        Some(Value::Texts(texts)) => texts,
        Some(_) => return None,
        None => return inherited.cloned(),
    };
    let path = section.path_of(key);
    if texts.is_empty() && key != "deny" {
        let text = format!("with {key} = [] no request would be let in");
        let cure = format!("write {key} = \"any\", or remove it");
        check.fault(section.place(key), &path, text, cure);
    }
    Some(distinct(texts, &path, check, read))
}

fn network(text: &str) -> Result<Network, Wrong> {
    address::network(text).map_err(|AddressError { text, cure }| (text, cure))
}

/// Lower-case host; `.example.org` for `*.example.org`. An IPv6 address in brackets.
fn host(text: &str) -> Result<String, Wrong> {
    let wrong = |what: &str, cure: String| Err((format!("{text:?} {what}"), cure));
    if let Some((_, rest)) = text.split_once("://") {
        let bare = rest.split(['/', ':']).next().unwrap_or_default();
        return wrong("is a URL, not a host", format!("write {bare:?}"));
    }
    if let Some(address) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return match address.parse::<std::net::Ipv6Addr>() {
            Ok(address) => Ok(format!("[{address}]")),
            Err(_) => wrong("is no address", "write \"[2001:db8::1]\"".into()),
        };
    }
    if text.parse::<std::net::Ipv6Addr>().is_ok() {
        return wrong("is an address without brackets", format!("write \"[{text}]\""));
    }
    if let Some((host, _)) = text.split_once(':') {
        return wrong("has a port", format!("write {host:?}: every port is meant"));
    }
    let (dot, name) = match text.strip_prefix("*.") {
        Some(name) => (".", name),
        None => ("", text),
    };
    if name.contains('*') {
        let cure = "a * may only stand for every subdomain: \"*.example.org\"";
        return wrong("has a * inside its name", cure.into());
    }
    if !name.is_ascii() {
        let cure = "write the host in Punycode: xn--…";
        return wrong("has letters that DNS does not carry", cure.into());
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    if name.is_empty() || name.starts_with('.') || !name.bytes().all(allowed) {
        return wrong("is no host", "write a host such as \"example.org\"".into());
    }
    Ok(format!("{dot}{}", name.trim_end_matches('.').to_ascii_lowercase()))
}

fn method(text: &str) -> Result<String, Wrong> {
    let wrong = |what: &str, cure: String| Err((format!("{text:?} {what}"), cure));
    if !is_token(text) {
        return wrong("is no method", "write for example \"GET\"".into());
    }
    if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return wrong(
            "is no method: their letters are large",
            format!("write {:?}", text.to_uppercase()),
        );
    }
    if matches!(text, "CONNECT" | "TRACE") {
        return wrong("is never passed on", "remove it".into());
    }
    Ok(text.to_owned())
}

fn https(section: &Section<'_>, inherited: &Guard, check: &mut Check<'_>) -> Https {
    if !section.has("https") {
        return inherited.https;
    }
    let https = match section.word(check, "https") {
        Some("redirect") => Https::Redirect,
        Some("required") => Https::Required,
        Some(_) => return Https::Optional,
        None => return inherited.https,
    };
    if !inherited.speaks_tls {
        let text = "nobody speaks TLS here, so no request would ever be served";
        let cure = "add [edge.tls] with a certificate, or name the proxy that speaks TLS in \
                    edge.trusted_proxies";
        check.fault(section.place("https"), &section.path_of("https"), text, cure);
    }
    https
}
