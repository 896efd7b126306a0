//! `cors`.

use crate::checked::{Origin, Origins};
use crate::file::check::Check;
use crate::file::distinct::distinct;
use crate::file::section::Section;
use crate::file::token::is_token;
use crate::file::value::Value;
use crate::{Cors, Rules};
use std::ops::Range;

/// Names in one list.
const NAMES_MAX: usize = 256;

/// `cors`; `inherited` where it is not written.
pub(super) fn cors(
    section: &Section<'_>,
    inherited: Option<&Cors>,
    check: &mut Check<'_>,
) -> Option<Cors> {
    if !section.has("cors") {
        return inherited.cloned();
    }
    match section.read(check, "cors")? {
        Value::Flag(true) => table(&Section::absent(&format!("{}.cors", section.pattern())), check),
        Value::Section => table(&section.child(check, "cors"), check),
        _ => None,
    }
}

/// With `cors` its headers are not set by hand as well.
pub(super) fn alone(section: &Section<'_>, rules: &Rules, check: &mut Check<'_>) {
    let by_hand = |name: &&String| name.to_ascii_lowercase().starts_with("access-control-");
    let name = rules.headers.set.keys().find(by_hand).filter(|_| rules.cors.is_some());
    if let Some(name) = name
        && check.clean(&section.path_of("headers"))
        && check.clean(&section.path_of("cors"))
    {
        let key = if section.has("headers") { "headers" } else { "cors" };
        let text = format!("`headers` sets {name}, which `cors` does");
        check.fault(section.place(key), &section.path_of(key), text, "remove one of the two");
    }
}

fn table(section: &Section<'_>, check: &mut Check<'_>) -> Option<Cors> {
    let origins = origins(section, check);
    let credentials = section.flag(check, "credentials")?;
    if credentials && origins == Some(Origins::Any) && check.clean(&section.path) {
        let text = "browsers take no credentials where every origin is allowed";
        let cure = "write origins = [\"https://app.example.org\"], or remove credentials";
        check.fault(section.place("credentials"), &section.path_of("credentials"), text, cure);
    }
    let methods = names(section, "methods", "a method", check)?;
    let headers = match section.has("headers") {
        true => Some(names(section, "headers", "the name of a header", check)?),
        false => None,
    };
    let max_age_seconds = match section.has("max_age") {
        true => Some(section.seconds(check, "max_age")?),
        false => None,
    };
    Some(Cors {
        origins: origins?,
        methods,
        headers,
        expose: names(section, "expose", "the name of a header", check)?,
        credentials,
        max_age_seconds,
        private_network: section.flag(check, "private_network")?,
    })
}

fn names(
    section: &Section<'_>,
    key: &str,
    what: &str,
    check: &mut Check<'_>,
) -> Option<Vec<String>> {
    let Value::Texts(texts) = section.read(check, key)? else { return None };
    let path = section.path_of(key);
    if texts.len() > NAMES_MAX {
        let cure = format!("write at most {NAMES_MAX}, or \"*\"");
        check.fault(section.place(key), &path, "the list is too long", cure);
    }
    for (name, span) in &texts {
        if !is_token(name) {
            let cure = format!("write for example {key} = {}", example(section, key));
            check.fault(span.clone(), &path, format!("{name:?} is not {what}"), cure);
        }
    }
    Some(texts.into_iter().map(|(name, _)| name).collect())
}

fn example(section: &Section<'_>, key: &str) -> &'static str {
    section.field(key).map_or("", |field| field.key.example)
}

fn origins(section: &Section<'_>, check: &mut Check<'_>) -> Option<Origins> {
    let Value::Texts(texts) = section.read(check, "origins")? else { return None };
    let path = section.path_of("origins");
    if texts.is_empty() {
        let cure = "write origins = [\"https://app.example.org\"], or cors = false";
        check.fault(section.place("origins"), &path, "there is no origin", cure);
    }
    if let [(only, _)] = texts.as_slice()
        && only == "*"
    {
        return Some(Origins::Any);
    }
    Some(Origins::Of(distinct(texts, &path, check, origin)))
}

/// `https://app.example.org`, `http://localhost:3000`, `https://*.example.org`.
fn origin(text: &str) -> Result<Origin, (String, String)> {
    let wrong = |what: &str, cure: String| Err((format!("{text:?} {what}"), cure));
    match text {
        "*" => return wrong("is every origin", "write it alone: origins = [\"*\"]".into()),
        "null" => {
            let cure = "remove it: name the origin, or allow every one without credentials";
            return wrong("is the origin of any sandboxed page", cure.into());
        }
        _ => {}
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        let cure = format!("write \"https://{}\"", text.trim_start_matches('/'));
        return wrong("has no scheme", cure);
    };
    let scheme_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    if scheme.is_empty() || !scheme.bytes().all(scheme_sign) {
        return wrong("has no valid scheme", "write \"https://app.example.org\"".into());
    }
    if let Some((host, _)) = rest.split_once(['/', '?', '#']) {
        return wrong("is more than an origin", format!("write \"{scheme}://{host}\""));
    }
    let (scheme, host) = (scheme.to_ascii_lowercase(), rest.to_ascii_lowercase());
    let (under, host) = match host.strip_prefix('*') {
        Some(rest) if rest.starts_with('.') => (true, rest.to_owned()),
        Some(_) => {
            return wrong(
                "has a * in a name",
                "a * stands for whole labels: https://*.example.org".into(),
            );
        }
        None => (false, host),
    };
    let (name, port) = split_port(&host);
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte);
    let labels = name.trim_start_matches('.');
    if labels.is_empty() || name.starts_with("..") || !name.bytes().all(sign) {
        return wrong(
            "has no valid host",
            "write \"https://app.example.org\"; other letters in Punycode".into(),
        );
    }
    if under && !labels.contains('.') {
        let cure = format!("write \"{scheme}://*.example.{labels}\"");
        return wrong("allows a whole top-level domain", cure);
    }
    let usual = match scheme.as_str() {
        "http" => "80",
        "https" => "443",
        _ => "",
    };
    let host = match port {
        Some(port) if port.parse::<u16>().is_err() => {
            return wrong("has no valid port", format!("write \"{scheme}://{name}\""));
        }
        // Browsers leave out the scheme's own port.
        Some(port) if port == usual => name.to_owned(),
        _ => host,
    };
    Ok(Origin { scheme: format!("{scheme}://"), under, host })
}

fn split_port(host: &str) -> (&str, Option<&str>) {
    let inside = host.rfind(']').map_or(0, |at| at + 1);
    match host.get(inside..).and_then(|tail| tail.find(':')) {
        Some(at) => {
            let range: Range<usize> = 0..inside + at;
            (host.get(range).unwrap_or_default(), host.get(inside + at + 1..))
        }
        None => (host, None),
    }
}
