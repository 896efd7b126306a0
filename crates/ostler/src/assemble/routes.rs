//! What people are told of routes.

use config::{Config, Route};
use edge::Meters;
use model::api::RouteStatus;
use std::path::Path;

/// Each route of the config, with what came through it.
pub fn status(config: &Config, meters: &Meters) -> Vec<RouteStatus> {
    let patterns = config.routes.iter().map(|route| route.pattern.as_str());
    let counted = meters.route_status(patterns);
    let told = config.routes.iter().zip(counted).map(|(route, counted)| RouteStatus {
        to: answerer(route, config),
        caches: route.rules.cache.is_some(),
        ..counted
    });
    told.collect()
}

fn answerer(route: &Route, config: &Config) -> String {
    let app = route.app.as_ref().map_or("", |app| app.as_str());
    match (&route.rules.redirect, &route.rules.files) {
        (Some(redirect), _) => format!("redirect {}", redirect.to),
        (None, Some(files)) => {
            format!("files {} {app}", shown(&files.folder, &config.root)).trim_end().into()
        }
        (None, None) => app.into(),
    }
}

/// A folder as the config may have it.
pub fn shown(folder: &Path, root: &Path) -> String {
    folder.strip_prefix(root).unwrap_or(folder).display().to_string()
}
