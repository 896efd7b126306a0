use super::{
    Form, Key, access_log, admin, app, cache, edge, export, ingest, limit_store, log, logs,
    observe, observe_metrics, route, rules, shed, store, tls, upstream,
};

const ROOT: &[Key] = &[Key::new(
    "version",
    &[Form::Count { min: 1, max: 1 }],
    "1",
    "Version of this file's format. There is one, 1, and it may be left out.",
)
.default("1")];

/// Every key and section, in the order of the reference page.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    let edge = [edge::KEYS, tls::KEYS, access_log::KEYS, cache::KEYS, limit_store::KEYS];
    let app = [app::KEYS, app::BALANCE_KEYS, shed::KEYS];
    let upstream = [upstream::KEYS, upstream::BALANCE_KEYS];
    let edge = edge.into_iter().chain(rules::EDGE.iter().copied());
    let before = [ROOT].into_iter().chain(edge).chain([
        admin::KEYS,
        log::KEYS,
        store::KEYS,
        observe::KEYS,
        logs::KEYS,
        export::KEYS,
        observe_metrics::KEYS,
        ingest::KEYS,
    ]);
    let routes = [route::KEYS].into_iter().chain(rules::ROUTE.iter().copied());
    before.chain(app).chain(upstream).chain(routes).flatten()
}

/// The key with this path in the catalogue's spelling: `app.*.workers`.
pub fn find(path: &str) -> Option<&'static Key> {
    keys().find(|key| key.path == path)
}

/// The keys that stand directly in a section; `""` is the top of the file.
pub fn children(section: &str) -> impl Iterator<Item = &'static Key> {
    keys().filter(move |key| key.section() == section)
}

/// The catalogue's spelling of a path as people write it: `app.web.workers`, `app.NAME.workers`
/// and `route."/api/*".app` become `app.*.workers` and `route.*.app`.
pub fn pattern(path: &str) -> String {
    let path = path.trim().trim_matches(['[', ']']);
    let below =
        |section: &&str| path.strip_prefix(section).is_some_and(|rest| rest.starts_with('.'));
    let Some(section) = keys().filter_map(|key| key.path.strip_suffix(".*")).find(below) else {
        return path.into();
    };
    let rest = &path[section.len() + 1..];
    if rest.is_empty() {
        return path.into();
    }
    let name_end = match rest.strip_prefix('"') {
        Some(quoted) => quoted.find('"').map_or(rest.len(), |end| end + 2),
        None => rest.find('.').unwrap_or(rest.len()),
    };
    format!("{section}.*{}", rest.get(name_end..).unwrap_or_default())
}
