//! What routes leave open. Pure.

use super::finding::{Finding, Severity};
use config::{Config, Https, Origins, Route};

/// The findings of all routes; what is the same for every route is told once.
pub fn findings(config: &Config) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for route in &config.routes {
        for finding in of_route(config, route) {
            match found.iter_mut().find(|other| other.is_same(&finding)) {
                Some(same) => same.places.extend(finding.places),
                None => found.push(finding),
            }
        }
    }
    for finding in &mut found {
        finding.cure = located(finding, config.routes.len());
        if finding.places.len() == config.routes.len() && finding.places.len() > 1 {
            finding.places = vec!["every route".into()];
        }
    }
    found
}

/// The cure with the section that it is to be written in.
fn located(finding: &Finding, routes: usize) -> String {
    let cure = &finding.cure;
    match (finding.lacks, finding.places.as_slice()) {
        ("path", _) => cure.clone(),
        (lacks, places) if places.len() == routes => match lacks {
            "body_bytes" => format!("[edge.limits] {cure}"),
            _ => format!("[edge] {cure}"),
        },
        (_, [only]) => {
            let pattern = only.strip_prefix("route ").unwrap_or(only);
            format!("[route.{pattern:?}] {cure}")
        }
        _ => format!("in each of these routes: {cure}"),
    }
}

fn of_route(config: &Config, route: &Route) -> Vec<Finding> {
    let place = format!("route {}", route.pattern);
    let mut found = Vec::new();
    let mut add = |severity, lacks, text: &str, why: &str, cure: &str| {
        found.push(Finding::new(severity, place.clone(), lacks, text, why, cure));
    };
    https(config, route, &mut add);
    hosts(route, &mut add);
    if route.rules.redirect.is_none() {
        headers(route, &mut add);
        bodies(route, &mut add);
        files(config, route, &mut add);
        limits(route, &mut add);
        cache(route, &mut add);
        compression(route, &mut add);
        cors(route, &mut add);
        paths(config, route, &mut add);
    }
    found
}

type Add<'a> = dyn FnMut(Severity, &'static str, &str, &str, &str) + 'a;

fn https(config: &Config, route: &Route, add: &mut Add<'_>) {
    let edge = &config.edge;
    let guard = &route.rules.guard;
    // Where nobody speaks TLS, that is told once, of the edge.
    if !guard.speaks_tls {
        return;
    }
    let plain = !edge.listen.is_empty() || !edge.trusted_proxies.is_empty();
    if plain && guard.https == Https::Optional {
        add(
            Severity::Medium,
            "https",
            "requests without TLS are served",
            "a link or a bookmark with http:// sends cookies and passwords in the clear",
            "https = \"redirect\"",
        );
    }
    if !sets(route, "strict-transport-security") {
        add(
            Severity::Medium,
            "hsts",
            "browsers are not told to use TLS only",
            "the first request of every visit may go in the clear, where it can be caught",
            "headers = true, which sends Strict-Transport-Security",
        );
    }
}

fn hosts(route: &Route, add: &mut Add<'_>) {
    if route.rules.guard.hosts.is_none() && route.host.is_none() {
        add(
            Severity::Medium,
            "hosts",
            "any Host is served",
            "an app that builds links from it, for mails that reset passwords say, builds them for an \
             attacker's host",
            "hosts = [\"example.org\"]",
        );
    }
}

/// True if replies of the route get this header, named in small letters.
fn sets(route: &Route, name: &str) -> bool {
    route.rules.headers.set.keys().any(|set| set.eq_ignore_ascii_case(name))
}

fn policy(route: &Route) -> Option<&str> {
    let set = &route.rules.headers.set;
    let found = set.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-security-policy"));
    found.and_then(|(_, values)| values.first()).map(String::as_str)
}

fn headers(route: &Route, add: &mut Add<'_>) {
    if route.rules.headers.set.is_empty() {
        return add(
            Severity::Medium,
            "headers",
            "replies get no security headers, unless the app sends them",
            "other sites frame its pages, browsers guess types, and whatever script gets in is run",
            "headers = true",
        );
    }
    match policy(route) {
        None => add(
            Severity::Medium,
            "csp",
            "there is no Content-Security-Policy, unless the app sends one",
            "a script that gets into a page is run",
            "headers = { content_security_policy = true }",
        ),
        Some(policy) if lets_any_script(policy) => add(
            Severity::Medium,
            "csp",
            "the Content-Security-Policy lets scripts from anywhere, or any inline script, run",
            "a script that gets into a page is run",
            "headers = { content_security_policy = { nonce = true } }",
        ),
        Some(_) => {}
    }
    let framed = policy(route).is_none_or(|policy| !policy.contains("frame-ancestors"));
    if framed && !sets(route, "x-frame-options") {
        add(
            Severity::Medium,
            "frames",
            "any site may frame the pages",
            "a user clicks on what lies invisibly over another page",
            "headers = { x_frame_options = true }",
        );
    }
    if !sets(route, "x-content-type-options") {
        add(
            Severity::Low,
            "nosniff",
            "browsers guess the type of replies",
            "an uploaded picture can turn out to be a script",
            "headers = { x_content_type_options = true }",
        );
    }
    if !sets(route, "referrer-policy") {
        add(
            Severity::Low,
            "referrer",
            "there is no Referrer-Policy",
            "addresses, with what is secret in them, are told to other sites",
            "headers = { referrer_policy = true }",
        );
    }
}

/// `'unsafe-inline'` without a nonce or hash, or a source that is everybody, for scripts.
fn lets_any_script(policy: &str) -> bool {
    let sources = |name: &str| {
        let directive = policy.split(';').find_map(|directive| directive.trim().strip_prefix(name));
        directive.filter(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let Some(sources) = sources("script-src").or_else(|| sources("default-src")) else {
        return true;
    };
    let mut words = sources.split_whitespace();
    let bound = sources.contains("'nonce-") || sources.contains("'sha");
    words.any(|word| match word {
        "'unsafe-inline'" => !bound,
        "*" | "http:" | "https:" | "data:" => !sources.contains("'strict-dynamic'"),
        _ => false,
    })
}

fn bodies(route: &Route, add: &mut Add<'_>) {
    if route.rules.body_bytes_max == 0 {
        add(
            Severity::Low,
            "body_bytes",
            "bodies may be as large as a client likes",
            "an app that keeps a body in memory or on disk can be filled up",
            "body_bytes = \"10MB\"",
        );
    }
}

fn files(config: &Config, route: &Route, add: &mut Add<'_>) {
    let Some(files) = &route.rules.files else { return };
    if files.dotfiles {
        add(
            Severity::High,
            "dotfiles",
            "files whose names begin with a dot are sent",
            ".env and .git hold passwords and the whole history",
            "files = { folder = \"public\", dotfiles = false }",
        );
    }
    let mut own = config.apps.iter().map(|app| app.folder.as_path()).chain([config.root.as_path()]);
    if own.any(|own| own.starts_with(&files.folder)) {
        add(
            Severity::High,
            "files",
            "the folder whose files are sent holds the app itself",
            "its sources, its config and its packages can be fetched by anybody",
            "files = \"public\", with what is meant for everybody moved there",
        );
    }
}

fn cache(route: &Route, add: &mut Add<'_>) {
    let Some(cache) = &route.rules.cache else { return };
    if cache.keeps_set_cookie {
        add(
            Severity::High,
            "cache_set_cookie",
            "replies that set a cookie are kept, if the app calls them public",
            "a session that was begun for one client is handed to all",
            "cache = { set_cookie = \"refuse\" }",
        );
    }
    if cache.ignores_cookies && cache.key.cookies.is_empty() {
        add(
            Severity::Medium,
            "cache_cookies",
            "kept replies are sent whatever cookies a request has",
            "a page that was made for one user is shown to others",
            "cache = { cookies = \"bypass\" }, or the cookie that matters in cache.key.cookies",
        );
    }
}

fn compression(route: &Route, add: &mut Add<'_>) {
    if route.rules.compress.is_none() {
        add(
            Severity::Low,
            "compress",
            "replies are not compressed, unless the app does it",
            "no attack: clients wait for several times the bytes, or event loops compress",
            "compress = true",
        );
    }
}

fn limits(route: &Route, add: &mut Add<'_>) {
    if route.rules.limits.is_empty() {
        add(
            Severity::Low,
            "limit",
            "a client may send as many requests as it likes",
            "passwords are guessed, and one client's flood is felt by all",
            "limit = { rate = \"1000/min\" }",
        );
    }
}

fn cors(route: &Route, add: &mut Add<'_>) {
    if route.rules.cors.as_ref().is_some_and(|cors| cors.origins == Origins::Any) {
        add(
            Severity::Low,
            "cors",
            "pages of every origin may read the replies",
            "a page that somebody in your network opens can read what only that network should reach",
            "cors = { origins = [\"https://app.example.org\"] }",
        );
    }
}

/// Who is let in depends on a path, and the app can be reached by another route as well.
fn paths(config: &Config, route: &Route, add: &mut Add<'_>) {
    let closed = |one: &Route| (one.rules.guard.allow.clone(), one.rules.guard.deny.clone());
    let restricts = route.rules.guard.allow.is_some() || !route.rules.guard.deny.is_empty();
    let around = config.routes.iter().find(|other| {
        let same_host = other.host.is_none() || other.host == route.host;
        other.app == route.app
            && same_host
            && other.path != route.path
            && closed(other) != closed(route)
    });
    let Some(around) = around.filter(|other| restricts && other.path.len() < route.path.len())
    else {
        return;
    };
    let text = format!(
        "allow or deny hold for this path, but {} leads to the same app without them",
        around.pattern
    );
    add(
        Severity::Medium,
        "path",
        &text,
        "an app that decodes paths, or joins slashes, is reached by /%61dmin or //admin",
        "a host or an app of its own for what must be closed",
    );
}
