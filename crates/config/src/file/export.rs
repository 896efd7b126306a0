//! `[observe.export.NAME]`.

use super::app::new_name;
use super::check::Check;
use super::section::{Chosen, Section};
use super::upstream::server_url;
use super::value::Value;
use super::{pairs, pem};
use crate::checked::{Export, ExportFile, ExportFluent, ExportForm, ExportHttp, ExportTo, Server};
use std::path::PathBuf;

/// The port that Fluentd listens on unless told otherwise.
const FLUENT_PORT: u16 = 24_224;

/// What only some targets know, and which those are.
const SPECIAL: &[(&str, &[&str])] = &[
    ("url", &["elasticsearch", "loki", "otlp", "prometheus", "fluent"]),
    ("ca", &["elasticsearch", "loki", "otlp", "prometheus", "fluent"]),
    ("file", &["file"]),
    ("rotate_size", &["file"]),
    ("keep", &["file"]),
    ("level", &["elasticsearch", "loki", "otlp", "fluent", "file"]),
    ("delay", &["elasticsearch", "loki", "otlp", "fluent", "file"]),
    ("index", &["elasticsearch"]),
    ("tag", &["fluent"]),
    ("user", &["elasticsearch", "loki", "otlp", "prometheus", "fluent"]),
    ("password", &["elasticsearch", "loki", "otlp", "prometheus", "fluent"]),
    ("token", &["elasticsearch", "loki", "otlp", "prometheus"]),
    ("api_key", &["elasticsearch", "loki", "otlp", "prometheus"]),
    ("headers", &["elasticsearch", "loki", "otlp", "prometheus"]),
    ("compress", &["elasticsearch", "loki", "otlp"]),
    ("shared_key", &["fluent"]),
    ("every", &["otlp", "prometheus"]),
];

/// Every export, in the order of the names.
pub(super) fn exports(
    section: &Section<'_>,
    enabled: bool,
    check: &mut Check<'_>,
) -> Option<Vec<Export>> {
    if section.has_any() && !enabled {
        let text = "nothing is sent anywhere while observe.enabled is false";
        check.fault(section.span.clone(), &section.path, text, "remove one of the two");
    }
    let chosen = section.chosen(check);
    // Each is looked at, also behind one that is wrong.
    let all: Vec<Option<Export>> = chosen.iter().map(|chosen| export(chosen, check)).collect();
    let all: Vec<Export> = all.into_iter().collect::<Option<_>>()?;
    distinct_files(&all, section, check);
    Some(all)
}

/// Two that write to one file would put it aside under each other's feet.
fn distinct_files(all: &[Export], section: &Section<'_>, check: &mut Check<'_>) {
    let files: Vec<(&str, &PathBuf)> = all
        .iter()
        .filter_map(|export| match &export.to {
            ExportTo::File(file) => Some((export.name.as_str(), &file.path)),
            ExportTo::Http(_) | ExportTo::Fluent(_) => None,
        })
        .collect();
    for (at, (name, path)) in files.iter().enumerate() {
        if let Some((first, _)) = files.iter().take(at).find(|(_, other)| other == path) {
            let text = format!("{first} and {name} write to the same file {}", path.display());
            let key = format!("{}.{name}.file", section.path);
            check.fault(section.span.clone(), &key, text, "give one of the two another file");
        }
    }
}

fn export(chosen: &Chosen<'_>, check: &mut Check<'_>) -> Option<Export> {
    let section = &chosen.section;
    let name = new_name(chosen, "observe.export", check);
    let word = word(section, check)?;
    for (key, known) in SPECIAL.iter().filter(|(key, _)| section.has(key)) {
        if !known.contains(&word) {
            let text = format!("`{key}` has no effect on to = {word:?}");
            check.fault(section.place(key), &section.path_of(key), text, "remove it");
        }
    }
    let to = match word {
        "file" => file(section, check).map(ExportTo::File),
        "fluent" => fluent(section, check).map(ExportTo::Fluent),
        _ => http(section, word, check).map(ExportTo::Http),
    };
    let labels = labels(section, word, check);
    let signals = signals(section, word, check);
    let (logs, metrics) = signals?;
    Some(Export {
        name: name?.as_str().into(),
        logs,
        metrics,
        level: section.word(check, "level")?,
        labels,
        queue_bytes_max: section.size(check, "queue_max")?,
        delay: section.time(check, "delay")?,
        every: section.time(check, "every")?,
        timeout: section.time(check, "timeout")?,
        to: to?,
    })
}

/// `to`. It has no default: nothing is sent anywhere by chance.
fn word(section: &Section<'_>, check: &mut Check<'_>) -> Option<&'static str> {
    if !section.has("to") {
        let text = format!("[{}] does not say what is spoken there", section.path);
        let cure = "write to = \"elasticsearch\", \"loki\", \"otlp\", \"prometheus\", \"fluent\" or \"file\"";
        check.missing(section.span.clone(), &section.path_of("to"), text, cure);
        return None;
    }
    section.word(check, "to")
}

/// `signals`: whether logs are sent, and metrics.
fn signals(section: &Section<'_>, word: &str, check: &mut Check<'_>) -> Option<(bool, bool)> {
    let (logs, metrics) = (word != "prometheus", matches!(word, "prometheus" | "otlp"));
    let Some(field) = section.field("signals") else { return Some((logs, metrics)) };
    let Value::Texts(texts) = section.read(check, "signals")? else { return None };
    let mut wanted = (false, false);
    for (text, span) in &texts {
        let (known, takes) = match text.as_str() {
            "logs" => (&mut wanted.0, logs),
            "metrics" => (&mut wanted.1, metrics),
            _ => {
                let text = format!("{text:?} is no signal");
                check.fault(span.clone(), &field.path, text, "write \"logs\" or \"metrics\"");
                continue;
            }
        };
        *known = true;
        if !takes {
            let text = format!("to = {word:?} takes no {text}");
            check.fault(span.clone(), &field.path, text, "remove it, or use to = \"otlp\"");
        }
    }
    if texts.is_empty() {
        check.fault(
            field.span,
            &field.path,
            "nothing would be sent",
            "write \"logs\" or \"metrics\"",
        );
    }
    Some(wanted)
}

/// `labels`, as the target can have them.
fn labels(section: &Section<'_>, word: &str, check: &mut Check<'_>) -> Vec<(String, String)> {
    let strict = matches!(word, "loki" | "prometheus");
    let first = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let good = |name: &str| {
        let bytes = name.as_bytes();
        bytes.first().is_some_and(|byte| first(*byte))
            && bytes.iter().all(|byte| first(*byte) || byte.is_ascii_digit())
            && !name.starts_with("__")
    };
    pairs::pairs(section, "labels", check, |name| match strict && !good(name) {
        true => {
            Some((format!("{name:?} cannot be the name of a label"), "use a-z, 0-9 and _".into()))
        }
        false => None,
    })
}

fn http(section: &Section<'_>, word: &str, check: &mut Check<'_>) -> Option<ExportHttp> {
    let url = url(section, &["http", "https"], "http://HOST:PORT", check);
    let form = match word {
        "elasticsearch" => ExportForm::Elasticsearch { index: section.text(check, "index")? },
        "loki" => ExportForm::Loki,
        "prometheus" => ExportForm::Prometheus,
        _ => ExportForm::Otlp,
    };
    let mut headers = headers(section, check);
    let authorization = authorization(section, check);
    if authorization.is_some() && headers.iter().any(|(name, _)| name == "authorization") {
        let text = "`headers` has an Authorization beside the one of another key";
        check.fault(
            section.place("headers"),
            &section.path_of("headers"),
            text,
            "remove one of the two",
        );
    }
    headers.extend(authorization.map(|value| ("authorization".into(), value)));
    let gzip = section.flag(check, "compress")?;
    let (server, path) = url?;
    let ca = ca(section, &server, check);
    Some(ExportHttp { form, server, path, headers, gzip, ca })
}

/// `headers`; those that the request needs for itself are Ostler's.
fn headers(section: &Section<'_>, check: &mut Check<'_>) -> Vec<(String, String)> {
    const OWN: &[&str] = &[
        "host",
        "content-length",
        "content-type",
        "content-encoding",
        "transfer-encoding",
        "connection",
    ];
    let mut headers = pairs::pairs(section, "headers", check, |name| {
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if !name.bytes().all(token) {
            let text = format!("{name:?} is no name of a header");
            return Some((text, "use A-Z, 0-9 and -".into()));
        }
        let own = OWN.contains(&name.to_ascii_lowercase().as_str());
        own.then(|| (format!("{name} is set by Ostler itself"), "remove it".into()))
    });
    for (name, value) in &mut headers {
        name.make_ascii_lowercase();
        if value.bytes().any(|byte| byte < 0x20 && byte != b'\t' || byte == 0x7f) {
            let text = format!("the value of {name} has characters that a header cannot carry");
            check.fault(section.place("headers"), &section.path_of("headers"), text, "remove them");
        }
    }
    headers
}

/// The value of `authorization`, of which there is one.
fn authorization(section: &Section<'_>, check: &mut Check<'_>) -> Option<String> {
    let login = login(section, check);
    let token = section.text(check, "token").map(|token| format!("Bearer {token}"));
    let key = section.text(check, "api_key").map(|key| format!("ApiKey {key}"));
    let written: Vec<&str> =
        ["user", "token", "api_key"].into_iter().filter(|name| section.has(name)).collect();
    if let [first, second, ..] = written.as_slice() {
        let text = format!("`{first}` and `{second}` exclude each other");
        check.fault(section.place(second), &section.path_of(second), text, "remove one of the two");
    }
    let visible = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    let value = token.or(key);
    if value.as_deref().is_some_and(|value| !visible(value)) {
        let name = written.first().copied().unwrap_or("token");
        let text = format!("`{name}` has characters that a header cannot carry");
        check.fault(section.place(name), &section.path_of(name), text, "write it as it was given");
    }
    value.or_else(|| login.map(|(user, password)| basic(&user, &password)))
}

/// `user` and `password`, which need each other.
fn login(section: &Section<'_>, check: &mut Check<'_>) -> Option<(String, String)> {
    let (user, password) = (section.text(check, "user"), section.text(check, "password"));
    let (there, missing) = match (section.has("user"), section.has("password")) {
        (true, false) => ("user", "password"),
        (false, true) => ("password", "user"),
        _ => return user.zip(password),
    };
    let text = format!("`{there}` is there and no `{missing}`");
    check.fault(
        section.place(there),
        &section.path_of(there),
        text,
        format!("write `{missing}` as well"),
    );
    None
}

/// RFC 7617.
fn basic(user: &str, password: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::from("Basic ");
    for chunk in format!("{user}:{password}").as_bytes().chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = DIGITS.get((bits >> (18 - 6 * at)) as usize & 63).copied().unwrap_or(b'A');
            text.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

fn fluent(section: &Section<'_>, check: &mut Check<'_>) -> Option<ExportFluent> {
    let url = url(section, &["tcp", "tls"], "tcp://HOST:24224", check);
    let login = login(section, check);
    let tag = section.text(check, "tag")?;
    let shared_key = section.text(check, "shared_key");
    let (server, path) = url?;
    if !path.is_empty() {
        let text = "the forward protocol knows no paths";
        check.fault(
            section.place("url"),
            &section.path_of("url"),
            text,
            "write tcp://HOST:PORT alone",
        );
    }
    if login.is_some() && shared_key.is_none() {
        let text = "the forward protocol knows users only together with a shared key";
        check.fault(
            section.place("user"),
            &section.path_of("user"),
            text,
            "write `shared_key` as well",
        );
    }
    let ca = ca(section, &server, check);
    Some(ExportFluent { server, tag, shared_key, login, ca })
}

fn file(section: &Section<'_>, check: &mut Check<'_>) -> Option<ExportFile> {
    if !section.has("file") {
        let text = format!("[{}] does not say which file", section.path);
        let cure = "write file = \"/var/log/shop/all.ndjson\"";
        check.missing(section.span.clone(), &section.path_of("file"), text, cure);
    }
    let (rotate_bytes, keep) = (section.size(check, "rotate_size")?, section.count(check, "keep")?);
    let path = check.place.path(check.place.root, &section.text(check, "file")?);
    Some(ExportFile { path, rotate_bytes, keep })
}

/// `url`: the server and the path, without a slash at its end.
fn url(
    section: &Section<'_>,
    [plain, tls]: &[&str; 2],
    example: &str,
    check: &mut Check<'_>,
) -> Option<(Server, String)> {
    let (place, path) = (section.place("url"), section.path_of("url"));
    if !section.has("url") {
        let text = format!("[{}] does not say where it is", section.path);
        check.missing(section.span.clone(), &path, text, format!("write url = {example:?}"));
        return None;
    }
    let text = section.text(check, "url")?;
    let mut wrong = |text: String, cure: String| check.fault(place.clone(), &path, text, cure);
    let text = text.trim();
    let Some((scheme, rest)) =
        text.split_once("://").filter(|(scheme, _)| [plain, tls].contains(&scheme))
    else {
        wrong(
            format!("{text:?} does not begin with {plain}:// or {tls}://"),
            match text.contains("://") {
                true => format!("write {example:?}"),
                false => format!("write \"{plain}://{text}\""),
            },
        );
        return None;
    };
    let (authority, after) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if authority.contains('@') {
        let cure = "write `user` and `password` as keys of their own";
        wrong("the URL holds a user or a password".into(), cure.into());
        return None;
    }
    let visible = |byte: u8| byte.is_ascii_graphic();
    if after.contains(['?', '#']) || !after.bytes().all(visible) {
        wrong(
            format!("{text:?} has a query, or characters that no path has"),
            "write the path alone".into(),
        );
        return None;
    }
    let has_port = authority.rsplit(']').next().is_some_and(|rest| rest.contains(':'));
    let port = if *plain == "tcp" && !has_port { format!(":{FLUENT_PORT}") } else { String::new() };
    let http = if scheme == *tls { "https" } else { "http" };
    match server_url(&format!("{http}://{authority}{port}")) {
        Ok(server) => Some((server, after.trim_end_matches('/').into())),
        Err((text, cure)) => {
            wrong(
                text.replacen(http, scheme, 1),
                cure.replacen(&format!("{http}:"), &format!("{scheme}:"), 1),
            );
            None
        }
    }
}

/// `ca`, which only a server with TLS needs.
fn ca(section: &Section<'_>, server: &Server, check: &mut Check<'_>) -> Option<PathBuf> {
    let text = section.text(check, "ca")?;
    let (span, path) = (section.place("ca"), section.path_of("ca"));
    let file = check.place.path(check.place.root, &text);
    if !server.tls {
        let text = "`ca` has no effect: the server shows no certificate";
        check.fault(span, &path, text, "remove it, or write a URL with TLS");
    } else if check.place.look
        && let Err((text, cure)) = pem::look(&file, pem::Wanted::Authorities)
    {
        check.fault(span, &path, text, cure);
    }
    Some(file)
}
