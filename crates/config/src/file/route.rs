use super::app::Named;
use super::check::Check;
use super::nearest::nearest;
use super::rules;
use super::section::{Chosen, Section};
use super::upstream::NamedUpstream;
use crate::{Route, Rules};
use model::AppName;
use std::cmp::Reverse;
use std::ops::Range;

/// Every route, most specific first. One app or upstream needs none: it answers everything.
pub(super) fn routes(
    section: &Section<'_>,
    apps: &[Named],
    upstreams: &[NamedUpstream],
    edge: &Rules,
    check: &mut Check<'_>,
) -> Vec<Route> {
    let app =
        |named: &Named| Target { key: "app", name: named.name.clone(), span: named.span.clone() };
    let upstream = |named: &NamedUpstream| Target {
        key: "upstream",
        name: named.name.clone(),
        span: named.span.clone(),
    };
    let targets: Vec<Target> = apps.iter().map(app).chain(upstreams.iter().map(upstream)).collect();
    let mut routes: Vec<Route> = Vec::new();
    for chosen in section.chosen(check) {
        let Some(route) = route(&chosen, &targets, edge, check) else { continue };
        if let Some(same) = routes.iter().find(|other| same(other, &route)) {
            let text = format!("this is the same route as {:?}", same.pattern);
            check.fault(chosen.name_span, &chosen.section.path, text, "remove one of them");
            continue;
        }
        routes.push(route);
    }
    if !section.has_any() {
        match targets.as_slice() {
            [only] => {
                let name = AppName::parse(&only.name).ok();
                routes.extend(name.and_then(|name| everything(name, edge)));
            }
            _ => which_answers(&targets, check),
        }
    }
    routes.sort_by_key(specificity);
    routes
}

/// What a route may lead to.
struct Target {
    /// The route's key for it: `app` or `upstream`.
    key: &'static str,
    name: String,
    span: Range<usize>,
}

fn which_answers(targets: &[Target], check: &mut Check<'_>) {
    let first = targets.iter().min_by_key(|target| target.span.start);
    let last = targets.iter().max_by_key(|target| target.span.start);
    if let (Some(first), Some(last)) = (first, last) {
        let what = if targets.iter().all(|target| target.key == "app") {
            "several apps"
        } else if targets.iter().all(|target| target.key == "upstream") {
            "several upstreams"
        } else {
            "apps and upstreams"
        };
        let text = format!("there are {what} and no route that says which one answers");
        let cure = format!("add [route.\"/*\"] with {} = {:?}", first.key, first.name);
        check.missing(last.span.clone(), "route", text, cure);
    }
}

/// The route of an app or an upstream that answers everything.
fn everything(name: AppName, edge: &Rules) -> Option<Route> {
    pattern("/*").ok().map(|pattern| pattern.route(Some(name), edge.clone()))
}

fn route(
    chosen: &Chosen<'_>,
    targets: &[Target],
    edge: &Rules,
    check: &mut Check<'_>,
) -> Option<Route> {
    let pattern = pattern(chosen.name).map_err(|(text, cure)| {
        check.fault(chosen.name_span.clone(), &chosen.section.path, text, cure);
    });
    let rules = rules::of_route(&chosen.section, edge, check);
    let target = if chosen.section.has("redirect") {
        answers_itself(&chosen.section, check);
        None
    } else if chosen.section.has("files") && !says_who(&chosen.section) {
        // Files need no app; with one, it answers for what is not there.
        None
    } else {
        Some(target(&chosen.section, targets, check)?)
    };
    Some(pattern.ok()?.route(target, rules))
}

fn says_who(section: &Section<'_>) -> bool {
    section.has("app") || section.has("upstream")
}

/// Nobody else is named to answer what a redirect does.
fn answers_itself(section: &Section<'_>, check: &mut Check<'_>) {
    for key in ["app", "upstream", "files"].into_iter().filter(|key| section.has(key)) {
        let text = format!("`redirect` answers this route, and `{key}` says that another does");
        check.fault(section.place(key), &section.path_of(key), text, "remove one of them");
    }
}

/// `app` or `upstream`.
fn target(section: &Section<'_>, targets: &[Target], check: &mut Check<'_>) -> Option<AppName> {
    match (section.has("app"), section.has("upstream")) {
        (true, false) => named("app", section, targets, check),
        (false, true) => named("upstream", section, targets, check),
        (true, true) => {
            let text = "`app` and `upstream` both say who answers";
            let (span, path) = (section.place("upstream"), section.path_of("upstream"));
            check.fault(span, &path, text, "remove one of them");
            None
        }
        // One app or upstream alone need not be named, as it needs no route either.
        (false, false) if targets.len() == 1 => AppName::parse(&targets.first()?.name).ok(),
        (false, false) => {
            let text = format!("[{}] does not say which app answers", section.path);
            let cure = match targets.first() {
                Some(Target { key, name, .. }) => format!("write {key} = {name:?}"),
                None => "write app = \"web\"".into(),
            };
            check.missing(section.span.clone(), &section.path_of("app"), text, cure);
            None
        }
    }
}

fn named(
    key: &'static str,
    section: &Section<'_>,
    targets: &[Target],
    check: &mut Check<'_>,
) -> Option<AppName> {
    let name = section.text(check, key)?;
    let known = |key| targets.iter().filter(move |t| t.key == key).map(|t| t.name.as_str());
    if known(key).any(|known| known == name) {
        return AppName::parse(&name).ok();
    }
    let other = if key == "app" { "upstream" } else { "app" };
    let cure = if known(other).any(|known| known == name) {
        format!("that is an {other}: write {other} = {name:?}")
    } else if name.contains("://") {
        format!("write [upstream.NAME] with url = {name:?}, and upstream = \"NAME\" here")
    } else {
        match nearest(&name, known(key)) {
            Some(near) => format!("did you mean {near:?}?"),
            None if known(key).next().is_none() => format!("add [{key}.{name}]"),
            None => format!("the {key}s are {}", known(key).collect::<Vec<_>>().join(", ")),
        }
    };
    let text = format!("there is no {key} {name:?}");
    check.missing(section.place(key), &section.path_of(key), text, cure);
    None
}

struct Pattern {
    text: String,
    host: Option<String>,
    path: String,
    prefix: bool,
}

impl Pattern {
    fn route(self, app: Option<AppName>, rules: Rules) -> Route {
        let Pattern { text, host, path, prefix } = self;
        Route { pattern: text, host, path, prefix, app, rules }
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
