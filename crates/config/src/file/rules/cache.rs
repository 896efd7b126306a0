use crate::file::check::Check;
use crate::file::section::Section;
use crate::file::token::is_token;
use crate::file::value::Value;
use crate::{Cache, CacheBypass, CacheKey, CacheReport};

/// `cache`: true, false or a table.
pub(super) fn cache(section: &Section<'_>, check: &mut Check<'_>) -> Option<Cache> {
    let table = match section.read(check, "cache")? {
        Value::Flag(true) => Section::absent("route.*.cache"),
        Value::Section => section.child(check, "cache"),
        _ => return None,
    };
    let (key, bypass) = (table.child(check, "key"), table.child(check, "bypass"));
    table.word(check, "respect");
    let cache = Cache {
        keep_for: table.time(check, "for"),
        stale: table.time(check, "stale")?,
        stale_if_error: table.time(check, "stale_if_error"),
        obeys_clients: table.word(check, "client")? == "obey",
        ignores_cookies: table.word(check, "cookies")? == "ignore",
        keeps_set_cookie: table.word(check, "set_cookie")? == "public",
        key: CacheKey {
            ignore_query: patterns(&key, "ignore_query", check),
            headers: headers(&key, "headers", check),
            cookies: cookies(&key, "cookies", check),
        },
        bypass: CacheBypass {
            headers: headers(&bypass, "headers", check),
            cookies: patterns(&bypass, "cookies", check),
        },
        statuses: statuses(&table, check),
        object_bytes_max: table.size(check, "object_max")?,
        wait: table.time(check, "wait")?,
        report: match table.word(check, "report")? {
            "off" => CacheReport::Off,
            "key" => CacheReport::WithKey,
            _ => CacheReport::On,
        },
    };
    without_for(&table, &cache, check);
    without_app(section, check);
    Some(cache)
}

/// What the edge makes itself is not kept: it costs less than looking for it.
fn without_app(section: &Section<'_>, check: &mut Check<'_>) {
    let answered = section.has("app") || section.has("upstream");
    let by = ["redirect", "files"].into_iter().find(|key| section.has(key));
    if let Some(by) = by.filter(|by| *by == "redirect" || !answered) {
        let text = format!("`cache` keeps replies of an app, and `{by}` answers this route");
        let (span, path) = (section.place("cache"), section.path_of("cache"));
        check.fault(span, &path, text, "remove `cache`: what the edge makes itself needs none");
    }
}

/// What is about `for` means nothing without it.
fn without_for(table: &Section<'_>, cache: &Cache, check: &mut Check<'_>) {
    if cache.keep_for.is_none() && table.has("statuses") && check.clean(&table.path) {
        let text = "`statuses` says which replies are kept under `for`, and there is no `for`";
        let cure = "add for = \"1s\", or remove it: replies that say how long they are good need no `statuses`";
        check.fault(table.place("statuses"), &table.path_of("statuses"), text, cure);
    }
}

fn statuses(table: &Section<'_>, check: &mut Check<'_>) -> Vec<u16> {
    let mut statuses = Vec::new();
    for text in table.texts(check, "statuses").unwrap_or_default() {
        match text.parse::<u16>() {
            // A part, and the answer to who has a copy, are no replies that others could use.
            Ok(status @ 200..=599) if !matches!(status, 206 | 304) => statuses.push(status),
            _ => {
                let fault = format!("{text:?} is no status that can be kept");
                let cure = "write statuses from 200 to 599, but for 206 and 304, such as \"200\"";
                check.fault(table.place("statuses"), &table.path_of("statuses"), fault, cure);
            }
        }
    }
    statuses
}

/// Names of headers, in lower case.
fn headers(table: &Section<'_>, key: &str, check: &mut Check<'_>) -> Vec<String> {
    let names = table.texts(check, key).unwrap_or_default();
    for name in &names {
        if !is_token(name) {
            let text = format!("{name:?} is no name of a header");
            check.fault(
                table.place(key),
                &table.path_of(key),
                text,
                "write for example \"x-country\"",
            );
        }
    }
    names.iter().map(|name| name.to_ascii_lowercase()).collect()
}

/// Names, of which the last character may be a `*`.
fn patterns(table: &Section<'_>, key: &str, check: &mut Check<'_>) -> Vec<String> {
    let names = table.texts(check, key).unwrap_or_default();
    for name in &names {
        let stem = name.strip_suffix('*').unwrap_or(name);
        if name.is_empty() || stem.contains(['*', '=', '&', ';', ' ']) {
            let text = format!("{name:?} is no name");
            let cure = "write a name, or its beginning and a *: \"utm_*\"";
            check.fault(table.place(key), &table.path_of(key), text, cure);
        }
    }
    names
}

fn cookies(table: &Section<'_>, key: &str, check: &mut Check<'_>) -> Vec<String> {
    let names = patterns(table, key, check);
    if let Some(name) = names.iter().find(|name| name.ends_with('*')) {
        let text = format!(
            "{name:?} stands for several cookies, which cannot tell requests apart by one value"
        );
        check.fault(table.place(key), &table.path_of(key), text, "write each of them");
    }
    names
}
