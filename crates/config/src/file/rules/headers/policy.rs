//! `content_security_policy`: directives, in helmet's order and words.

use crate::checked::NONCE_SOURCE;
use crate::file::check::Check;
use crate::file::lists::{Entry, lists};
use crate::file::nearest::nearest;
use crate::file::section::Section;
use crate::file::value::Value;

type Directive = (String, Vec<String>);

/// Helmet's policy.
const USUAL: &[(&str, &[&str])] = &[
    ("default-src", &["'self'"]),
    ("base-uri", &["'self'"]),
    ("font-src", &["'self'", "https:", "data:"]),
    ("form-action", &["'self'"]),
    ("frame-ancestors", &["'self'"]),
    ("img-src", &["'self'", "data:"]),
    ("object-src", &["'none'"]),
    ("script-src", &["'self'"]),
    ("script-src-attr", &["'none'"]),
    ("style-src", &["'self'", "https:", "'unsafe-inline'"]),
    ("upgrade-insecure-requests", &[]),
];

/// The directives that there are.
const KNOWN: &[&str] = &[
    "base-uri",
    "block-all-mixed-content",
    "child-src",
    "connect-src",
    "default-src",
    "fenced-frame-src",
    "font-src",
    "form-action",
    "frame-ancestors",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "navigate-to",
    "object-src",
    "plugin-types",
    "prefetch-src",
    "report-to",
    "report-uri",
    "require-sri-for",
    "require-trusted-types-for",
    "sandbox",
    "script-src",
    "script-src-attr",
    "script-src-elem",
    "style-src",
    "style-src-attr",
    "style-src-elem",
    "trusted-types",
    "upgrade-insecure-requests",
    "webrtc",
    "worker-src",
];

/// Sources that mean something else, a host's name, without their quotes.
const QUOTED: &[&str] = &[
    "none",
    "self",
    "strict-dynamic",
    "report-sample",
    "inline-speculation-rules",
    "unsafe-inline",
    "unsafe-eval",
    "unsafe-hashes",
    "wasm-unsafe-eval",
];

/// Directives that take a nonce, each with those that stand in for it where it is absent.
const NONCED: &[(&str, &[&str])] = &[
    ("script-src", &["default-src"]),
    ("script-src-elem", &["script-src", "default-src"]),
    ("style-src", &["default-src"]),
    ("style-src-elem", &["style-src", "default-src"]),
];

/// The policy's line, if there is one.
pub(super) fn line(
    section: &Section<'_>,
    helmet: bool,
    check: &mut Check<'_>,
) -> Option<(&'static str, String)> {
    let key = "content_security_policy";
    let written = section.has(key).then(|| section.read(check, key)).flatten();
    let table = match written {
        Some(Value::Section) => section.child(check, key),
        Some(Value::Flag(true)) => Section::absent(&format!("{}.{key}", section.pattern())),
        None if helmet => Section::absent(&format!("{}.{key}", section.pattern())),
        _ => return None,
    };
    let name = match table.flag(check, "report_only")? {
        true => "Content-Security-Policy-Report-Only",
        false => "Content-Security-Policy",
    };
    let mut policy = directives(&table, check)?;
    nonce(&table, &mut policy, check);
    let words: Vec<String> = policy.iter().map(shown).collect();
    Some((name, words.join(";")))
}

fn shown((name, sources): &Directive) -> String {
    if sources.is_empty() { name.clone() } else { format!("{name} {}", sources.join(" ")) }
}

/// Those of helmet as they are changed, then the others.
fn directives(table: &Section<'_>, check: &mut Check<'_>) -> Option<Vec<Directive>> {
    let mut policy: Vec<Directive> = Vec::new();
    if table.flag(check, "use_defaults")? {
        let owned = |(name, sources): &(&str, &[&str])| {
            ((*name).to_owned(), sources.iter().map(|source| (*source).to_owned()).collect())
        };
        policy.extend(USUAL.iter().map(owned));
    }
    let mut without_default = false;
    for entry in lists(table, "directives", check) {
        if !is_known(&entry, check) {
            continue;
        }
        let Some(texts) = &entry.texts else {
            without_default |= entry.name == "default-src";
            policy.retain(|(name, _)| name != entry.name);
            continue;
        };
        for (source, span) in texts {
            if let Err((text, cure)) = source_fault(source) {
                check.fault(span.clone(), &entry.path, text, cure);
            }
        }
        let sources = texts.iter().map(|(source, _)| source.trim().to_owned()).collect();
        match policy.iter_mut().find(|(name, _)| name == entry.name) {
            Some((_, old)) => *old = sources,
            None => policy.push((entry.name.to_owned(), sources)),
        }
    }
    let has_default = without_default || policy.iter().any(|(name, _)| name == "default-src");
    if check.clean(&table.path) && (policy.is_empty() || !has_default) {
        let text = match policy.is_empty() {
            true => "the policy has no directive",
            false => {
                "the policy has no default-src: what no other directive names may come from anywhere"
            }
        };
        let cure = "write default-src = [\"'self'\"], or default-src = false if that is meant";
        let place = if table.has("directives") { "directives" } else { "use_defaults" };
        check.fault(table.place(place), &table.path_of("directives"), text, cure);
    }
    Some(policy)
}

fn is_known(entry: &Entry<'_>, check: &mut Check<'_>) -> bool {
    if KNOWN.contains(&entry.name) {
        return true;
    }
    let kebab: String = entry.name.chars().fold(String::new(), |mut name, c| {
        match c {
            '_' => name.push('-'),
            'A'..='Z' => name.extend(['-', c.to_ascii_lowercase()]),
            _ => name.push(c),
        }
        name
    });
    let near = KNOWN.iter().find(|known| **known == kebab).copied();
    let cure = match near.or_else(|| nearest(entry.name, KNOWN.iter().copied())) {
        Some(near) => format!("write {near}"),
        None => "write a whole policy that Ostler does not know in `set`, under \
                 Content-Security-Policy"
            .into(),
    };
    let text = format!("there is no directive {:?}", entry.name);
    check.fault(entry.name_span.clone(), &entry.path, text, cure);
    false
}

fn source_fault(source: &str) -> Result<(), (String, String)> {
    let wrong = |what: String, cure: String| Err((what, cure));
    if source.trim().is_empty() {
        return wrong("the source is empty".into(), "write a source, or remove it".into());
    }
    if let Some(sign) = source.chars().find(|c| matches!(c, ';' | ',')) {
        let what = format!("{source:?} has a {sign:?}, which ends it");
        return wrong(
            what,
            "write each source as a string of its own; %3B and %2C in paths".into(),
        );
    }
    if !source.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        let what = format!("{source:?} has characters that no policy has");
        return wrong(what, "write them as %XX, and hosts in Punycode".into());
    }
    for word in source.split(' ') {
        let hash = ["nonce-", "sha256-", "sha384-", "sha512-"].iter().any(|p| word.starts_with(p));
        if QUOTED.contains(&word) || hash {
            let what = format!("{word:?} without quotes is the name of a host");
            return wrong(what, format!("write \"'{word}'\""));
        }
        if word.contains("{nonce}") {
            let what = "the nonce is added where `nonce` says".into();
            return wrong(what, "write nonce = true, or nonce = [\"script-src\"]".into());
        }
    }
    Ok(())
}

/// `nonce`: put it into the directives that are to have it.
fn nonce(table: &Section<'_>, policy: &mut Vec<Directive>, check: &mut Check<'_>) {
    let (path, place) = (table.path_of("nonce"), table.place("nonce"));
    let wanted = match table.read(check, "nonce") {
        Some(Value::Flag(true)) => vec![("script-src".to_owned(), place)],
        Some(Value::Texts(texts)) => texts,
        _ => return,
    };
    for (name, span) in wanted {
        let Some((_, stand_ins)) = NONCED.iter().find(|(known, _)| *known == name) else {
            let text = format!("{name:?} takes no nonce");
            let all: Vec<&str> = NONCED.iter().map(|(name, _)| *name).collect();
            check.fault(span, &path, text, format!("those that do are {}", all.join(", ")));
            continue;
        };
        let of = |policy: &[Directive], wanted: &str| {
            policy.iter().find(|(name, _)| name == wanted).map(|(_, sources)| sources.clone())
        };
        let sources =
            of(policy, &name).or_else(|| stand_ins.iter().find_map(|one| of(policy, one)));
        let mut sources = sources.unwrap_or_default();
        // `'none'` means something alone only.
        sources.retain(|source| source != "'none'");
        sources.push(NONCE_SOURCE.into());
        match policy.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = sources,
            None => policy.push((name, sources)),
        }
    }
}
