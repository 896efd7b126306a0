//! The keys of an app or an upstream that say how its requests are shared out.

use super::check::Check;
use super::section::Section;
use super::token::{NAME_BYTES_MAX, Part, is_name, kind_and_name, part};
use super::value::Value;
use crate::{Balance, HashKey, Policy, Protocol, Sticky};
use std::time::Duration;

/// The cookie of `sticky = true`.
const COOKIE: &str = "ostler";
/// The wait of `shed = true`.
const SHED: Duration = Duration::from_millis(500);

/// `balance`, `hash_by`, `sticky`, `slow_start`, `eject`.
pub(super) fn balance(section: &Section<'_>, check: &mut Check<'_>) -> Option<Balance> {
    let policy = policy(section, check);
    let sticky = sticky(section, check);
    Some(Balance {
        slow_start: section.time(check, "slow_start")?,
        eject: section.flag(check, "eject")?,
        policy: policy?,
        sticky: sticky?,
        shed: None,
    })
}

/// `shed`, of an app.
pub(super) fn shed(section: &Section<'_>, check: &mut Check<'_>) -> Option<Option<Duration>> {
    Some(match section.read(check, "shed")? {
        Value::Time(wait) => Some(wait),
        Value::Flag(true) => Some(SHED),
        _ => None,
    })
}

/// `protocol`.
pub(super) fn protocol(section: &Section<'_>, check: &mut Check<'_>) -> Option<Protocol> {
    Some(match section.word(check, "protocol")? {
        "h2" => Protocol::Http2,
        _ => Protocol::Http1,
    })
}

fn policy(section: &Section<'_>, check: &mut Check<'_>) -> Option<Policy> {
    let policy = section.word(check, "balance")?;
    let (span, path) = (section.place("hash_by"), section.path_of("hash_by"));
    let hash_by = section.text(check, "hash_by");
    let key = hash_by.as_deref().map(hash_key).transpose();
    let key = key.map_err(|(text, cure)| check.fault(span.clone(), &path, text, cure)).ok()?;
    match (policy, key) {
        ("hash", Some(key)) => return Some(Policy::Hash(key)),
        ("hash", None) if !section.has("hash_by") => {
            let text = "balance = \"hash\" does not say what of a request decides where it goes";
            let cure = "write hash_by = \"client\", \"path\", \"header:NAME\" or \"cookie:NAME\"";
            check.missing(section.place("balance"), &path, text, cure);
            return None;
        }
        (_, Some(_)) if check.clean(&section.path_of("balance")) => {
            let text = format!("`hash_by` has no effect with balance = {policy:?}");
            let cure = "write balance = \"hash\", or remove hash_by";
            check.fault(span, &path, text, cure);
        }
        _ => {}
    }
    Some(match policy {
        "round-robin" => Policy::RoundRobin,
        "two-choices" => Policy::TwoChoices,
        _ => Policy::Least,
    })
}

/// `client`, `path`, `header:NAME`, `cookie:NAME`.
fn hash_key(text: &str) -> Result<HashKey, (String, String)> {
    let wrong = |text: String, cure: String| Err((text, cure));
    let (kind, name) = kind_and_name(text);
    if let Some(part) = part(text, kind, name) {
        return part.map(|part| match part {
            Part::Header(name) => HashKey::Header(name),
            Part::Cookie(name) => HashKey::Cookie(name),
        });
    }
    match (kind, name) {
        ("client", None) => Ok(HashKey::Client),
        ("path", None) => Ok(HashKey::Path),
        _ => {
            let better = match kind.trim_start_matches('$') {
                "ip" | "source" | "src" | "remote_addr" | "client_ip" | "remote_ip" | "address" => {
                    "\"client\"".into()
                }
                "uri" | "url" | "request_uri" | "document_uri" => "\"path\"".into(),
                name if name.contains('-') && is_name(name) => format!("\"header:{name}\""),
                _ => "\"client\", \"path\", \"header:NAME\" or \"cookie:NAME\"".into(),
            };
            wrong(format!("{text:?} is no part of a request to go by"), format!("write {better}"))
        }
    }
}

fn sticky(section: &Section<'_>, check: &mut Check<'_>) -> Option<Option<Sticky>> {
    let cookie = match section.read(check, "sticky")? {
        Value::Flag(true) => COOKIE.into(),
        Value::Text(name) => name,
        _ => return Some(None),
    };
    let (span, path) = (section.place("sticky"), section.path_of("sticky"));
    if matches!(cookie.as_str(), "true" | "false") {
        let text = format!("{cookie:?} is a string");
        check.fault(span, &path, text, format!("write it without quotes: sticky = {cookie}"));
    } else if !is_name(&cookie) {
        let text = format!("{cookie:?} cannot be the name of a cookie");
        let cure = format!("use 1 to {NAME_BYTES_MAX} letters, digits, - and _");
        check.fault(span, &path, text, cure);
    } else if ["__host-", "__secure-"].iter().any(|p| cookie.to_ascii_lowercase().starts_with(p)) {
        let text = format!("browsers take a cookie named {cookie:?} over TLS only");
        check.fault(span, &path, text, "write a name without that beginning");
    }
    Some(Some(Sticky { cookie }))
}
