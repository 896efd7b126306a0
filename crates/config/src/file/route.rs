use super::app::Named;
use super::check::Check;
use super::nearest::nearest;
use super::section::{Chosen, Section};
use crate::Route;
use model::AppName;
use std::cmp::Reverse;

/// Every route, most specific first. One app needs none: it answers everything.
pub(super) fn routes(section: &Section<'_>, apps: &[Named], check: &mut Check<'_>) -> Vec<Route> {
    let mut routes: Vec<Route> = Vec::new();
    for chosen in section.chosen(check) {
        let Some(route) = route(&chosen, apps, check) else { continue };
        if let Some(same) = routes.iter().find(|other| same(other, &route)) {
            let text = format!("this is the same route as {:?}", same.pattern);
            check.fault(chosen.name_span, &chosen.section.path, text, "remove one of them");
            continue;
        }
        routes.push(route);
    }
    if !section.has_any() {
        match apps {
            [only] => routes.extend(only.app.as_ref().and_then(|app| everything(&app.name))),
            _ => which_answers(apps, check),
        }
    }
    routes.sort_by_key(specificity);
    routes
}

fn which_answers(apps: &[Named], check: &mut Check<'_>) {
    let first = apps.iter().min_by_key(|named| named.span.start);
    let last = apps.iter().max_by_key(|named| named.span.start);
    if let (Some(first), Some(last)) = (first, last) {
        let text = "there are several apps and no route that says which one answers";
        let cure = format!("add [route.\"/*\"] with app = {:?}", first.name);
        check.missing(last.span.clone(), "route", text, cure);
    }
}

/// The route of an app that answers everything.
pub(crate) fn everything(app: &AppName) -> Option<Route> {
    pattern("/*").ok().map(|pattern| pattern.route(app.clone()))
}

fn route(chosen: &Chosen<'_>, apps: &[Named], check: &mut Check<'_>) -> Option<Route> {
    let pattern = pattern(chosen.name).map_err(|(text, cure)| {
        check.fault(chosen.name_span.clone(), &chosen.section.path, text, cure);
    });
    let app = app(&chosen.section, apps, check)?;
    Some(pattern.ok()?.route(app))
}

fn app(section: &Section<'_>, apps: &[Named], check: &mut Check<'_>) -> Option<AppName> {
    let names = || apps.iter().map(|named| named.name.as_str());
    let path = section.path_of("app");
    if !section.has("app") {
        let text = format!("[{}] does not say which app answers", section.path);
        let cure = format!("write app = {:?}", names().next().unwrap_or("web"));
        check.missing(section.span.clone(), &path, text, cure);
        return None;
    }
    let name = section.text(check, "app")?;
    if names().any(|known| known == name) {
        return AppName::parse(&name).ok();
    }
    let cure = match nearest(&name, names()) {
        Some(near) => format!("did you mean {near:?}?"),
        None if apps.is_empty() => format!("add [app.{name}]"),
        None => format!("the apps are {}", names().collect::<Vec<_>>().join(", ")),
    };
    check.missing(section.place("app"), &path, format!("there is no app {name:?}"), cure);
    None
}

struct Pattern {
    text: String,
    host: Option<String>,
    path: String,
    prefix: bool,
}

impl Pattern {
    fn route(self, app: AppName) -> Route {
        let Pattern { text, host, path, prefix } = self;
        Route { pattern: text, host, path, prefix, app }
    }
}

/// `/path`, `/path/*`, `host/path`, `*.host/path/*`.
fn pattern(text: &str) -> Result<Pattern, (String, String)> {
    let wrong = |what: &str, cure: String| Err((format!("{text:?} {what}"), cure));
    if let Some((_, rest)) = text.split_once("://") {
        return wrong("is a URL, not a host and a path", format!("write [route.{rest:?}]"));
    }
    let Some(slash) = text.find('/') else {
        let better = if text.contains('.') { format!("{text}/*") } else { format!("/{text}") };
        return wrong("has no path", format!("write [route.{better:?}]"));
    };
    let (host, whole_path) = text.split_at(slash);
    let (path, prefix) = match whole_path.strip_suffix('*') {
        Some(path) => (path, true),
        None => (whole_path, false),
    };
    if path.contains('*') {
        return wrong("has a * inside its path", "a * may only end the path".into());
    }
    if path.contains(['?', '#']) {
        return wrong("has a query", "write the path alone".into());
    }
    if !path.bytes().all(|b| b.is_ascii_graphic()) {
        return wrong("has characters that no request's path has", "write them as %XX".into());
    }
    let host = match host {
        "" => None,
        host => Some(host_of(text, host)?),
    };
    Ok(Pattern { text: text.into(), host, path: path.into(), prefix })
}

/// Lower-case host; `.example.org` for `*.example.org`.
fn host_of(text: &str, host: &str) -> Result<String, (String, String)> {
    let (dot, name) = match host.strip_prefix("*.") {
        Some(name) => (".", name),
        None => ("", host),
    };
    let wrong = |what: &str, cure: &str| Err((format!("{text:?} {what}"), cure.to_owned()));
    if name.contains('*') {
        return wrong(
            "has a * inside its host",
            "a * may only stand for every subdomain: *.example.org",
        );
    }
    if name.contains(':') {
        return wrong("has a port", "write the host alone: routes are the same on every port");
    }
    if !name.is_ascii() {
        return wrong("has letters that DNS does not carry", "write the host in Punycode: xn--…");
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    if name.is_empty() || name.starts_with('.') || !name.bytes().all(allowed) {
        return wrong("has no valid host", "write a host such as example.org before the path");
    }
    Ok(format!("{dot}{}", name.trim_end_matches('.').to_ascii_lowercase()))
}

fn same(a: &Route, b: &Route) -> bool {
    (&a.host, &a.path, a.prefix) == (&b.host, &b.path, b.prefix)
}

/// Sorts exact hosts first, then subdomains by length, then none; in each, exact paths before
/// prefixes and longer before shorter.
fn specificity(route: &Route) -> impl Ord + use<> {
    let host = match &route.host {
        Some(host) if !host.starts_with('.') => (0, Reverse(host.len())),
        Some(host) => (1, Reverse(host.len())),
        None => (2, Reverse(0)),
    };
    (host, route.prefix, Reverse(route.path.len()), route.host.clone(), route.path.clone())
}
