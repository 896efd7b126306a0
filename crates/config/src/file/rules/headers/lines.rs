//! `set` and `remove`: headers by name.

use crate::Headers;
use crate::checked::{NONCE_SOURCE, is_policy};
use crate::file::check::Check;
use crate::file::lists::lists;
use crate::file::section::Section;
use crate::file::token::is_token;
use crate::file::value::Value;

/// Lines that may be added to a reply.
const LINES_MAX: usize = 64;
/// Bytes that they may have together. Node's own clients take heads of 16 KiB.
const BYTES_MAX: usize = 12 * 1024;
const NAME_BYTES_MAX: usize = 128;

/// Headers that say where a message ends and what its bytes are: the edge's and the app's business.
const FRAMING: &[&str] = &[
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// `set`: lines of the user's own, in place of helmet's of the same name.
pub(super) fn set(section: &Section<'_>, headers: &mut Headers, check: &mut Check<'_>) {
    let mut own: Vec<String> = Vec::new();
    for entry in lists(section, "set", check) {
        let name_fault = name_fault(entry.name, true).or_else(|| {
            let twice = own.iter().any(|other| other.eq_ignore_ascii_case(entry.name));
            let text = || format!("{:?} is there twice, in another case", entry.name);
            twice.then(|| (text(), "write one of them, with an array for several lines".into()))
        });
        if let Some((text, cure)) = name_fault {
            check.fault(entry.name_span, &entry.path, text, cure);
            continue;
        }
        own.push(entry.name.into());
        let Some(texts) = entry.texts.filter(|texts| !texts.is_empty()) else {
            let cure = format!("write remove = [{:?}] to leave the app's out", entry.name);
            check.fault(entry.span, &entry.path, "there is no value", cure);
            continue;
        };
        for (value, span) in &texts {
            if let Some((text, cure)) = value_fault(entry.name, value) {
                check.fault(span.clone(), &entry.path, text, cure);
            }
        }
        headers.set.retain(|name, _| !name.eq_ignore_ascii_case(entry.name));
        let values = texts.into_iter().map(|(value, _)| value).collect();
        headers.set.insert(entry.name.into(), values);
    }
}

/// `remove`.
pub(super) fn remove(section: &Section<'_>, headers: &mut Headers, check: &mut Check<'_>) {
    let Some(Value::Texts(names)) = section.read(check, "remove") else { return };
    let path = section.path_of("remove");
    for (name, span) in names {
        match name_fault(&name, false) {
            Some((text, cure)) => check.fault(span, &path, text, cure),
            None if headers.remove.iter().any(|other| other.eq_ignore_ascii_case(&name)) => {}
            None => headers.remove.push(name),
        }
    }
}

/// Not more than a client takes.
pub(super) fn limit(section: &Section<'_>, headers: &Headers, check: &mut Check<'_>) {
    let lines =
        || headers.set.iter().flat_map(|(name, values)| values.iter().map(move |v| (name, v)));
    let bytes: usize = lines().map(|(name, value)| name.len() + value.len() + 4).sum();
    let many = lines().count().max(headers.remove.len());
    if many > LINES_MAX || bytes > BYTES_MAX {
        let text = format!("{many} headers of {bytes} bytes are more than a reply should have");
        let cure = format!("write at most {LINES_MAX}, of {BYTES_MAX} bytes together");
        check.fault(section.span.clone(), &section.path, text, cure);
    }
}

fn name_fault(name: &str, set: bool) -> Option<(String, String)> {
    let lower = name.to_ascii_lowercase();
    if !is_token(name) || name.len() > NAME_BYTES_MAX {
        let cure = "write letters, digits and -, such as X-Frame-Options";
        return Some((format!("{name:?} cannot be the name of a header"), cure.into()));
    }
    if FRAMING.contains(&lower.as_str()) {
        let text = format!("{name} says how a message is sent, which is not a setting");
        return Some((text, "remove it".into()));
    }
    if set && lower == "set-cookie" {
        let text = "a cookie for every client is none: all would share it";
        return Some((text.into(), "let the app send it".into()));
    }
    None
}

fn value_fault(name: &str, value: &str) -> Option<(String, String)> {
    let wrong = |what: &str, cure: &str| Some((format!("{value:?} {what}"), cure.to_owned()));
    if value.trim() != value || value.is_empty() {
        return wrong("is empty or has spaces around it", "remove the spaces, or the header");
    }
    if !value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return wrong("has characters that no header carries", "write visible ASCII only");
    }
    let rest = value.replace(NONCE_SOURCE, "");
    if is_policy(name) && rest.contains("{nonce}") {
        return wrong("has a nonce that is no source", "write 'nonce-{nonce}'");
    }
    None
}
