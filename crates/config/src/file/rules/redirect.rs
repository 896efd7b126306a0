//! `redirect`: where the clients of a route are sent.

use crate::checked::Redirect;
use crate::file::check::Check;
use crate::file::section::Section;
use crate::file::value::Value;

const STATUSES: &[u64] = &[301, 302, 303, 307, 308];

/// `redirect`, a path or a table; None without it.
pub(super) fn redirect(section: &Section<'_>, check: &mut Check<'_>) -> Option<Redirect> {
    let absent = Section::absent("route.*.redirect");
    let (to, span, path, table) = match section.read(check, "redirect")? {
        Value::Text(to) => (to, section.place("redirect"), section.path_of("redirect"), absent),
        Value::Section => {
            let table = section.child(check, "redirect");
            if !table.has("to") {
                let cure = "write to = \"/new/*\", or a URL";
                check.missing(table.span.clone(), &table.path, "it does not say where to", cure);
            }
            (table.text(check, "to")?, table.place("to"), table.path_of("to"), table)
        }
        _ => return None,
    };
    let status: u64 = table.count(check, "status")?;
    if !STATUSES.contains(&status) {
        let text = format!("{status} sends nobody elsewhere");
        let cure = "write 301, 302, 303, 307 or 308";
        check.fault(table.place("status"), &table.path_of("status"), text, cure);
    }
    // What the user calls the route ends the section's path, in quotes.
    let prefix = section.path.trim_end_matches(['"', '\'']).ends_with('*');
    let (to, rest) = match to.strip_suffix('*') {
        Some(to) => (to.to_owned(), true),
        None => (to, false),
    };
    if let Some((text, cure)) = fault(&to, rest, prefix) {
        check.fault(span, &path, text, cure);
    }
    Some(Redirect { to, rest, status: u16::try_from(status).unwrap_or(308) })
}

fn fault(to: &str, rest: bool, prefix: bool) -> Option<(String, String)> {
    let shown = if rest { format!("{to}*") } else { to.to_owned() };
    let wrong = |what: &str, cure: &str| Some((format!("{shown:?} {what}"), cure.to_owned()));
    let after_scheme = ["https://", "http://"].iter().find_map(|scheme| to.strip_prefix(scheme));
    match after_scheme {
        None if !to.starts_with('/') || to.starts_with("//") => {
            return wrong(
                "is neither a path nor a URL",
                "write \"/path\" or \"https://host/path\"",
            );
        }
        Some(host) if host.is_empty() || host.starts_with('/') => {
            return wrong("has no host", "write \"https://www.example.org/*\"");
        }
        _ => {}
    }
    if !to.bytes().all(|byte| byte.is_ascii_graphic()) {
        return wrong("has characters that no URL has", "write them as %XX, hosts in Punycode");
    }
    if to.contains('*') {
        return wrong("has a * inside", "a * may only be its end");
    }
    if rest && !prefix {
        return wrong("ends in a *, but the route does not", "end the route in /* as well");
    }
    // `https://example.org*` would let a client choose the rest of the host's name.
    if rest && !to.ends_with('/') {
        return wrong("has a * that is not after a /", "write the * after a /");
    }
    if rest && to.contains(['?', '#']) {
        return wrong("has a * in its query", "end the path with the *");
    }
    None
}
