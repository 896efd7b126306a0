//! Catalogue: keys that are planned. Using one is a mistake of its own kind, so that nobody
//! searches for a typing error in a key that is only not there yet.

/// A planned key or section.
#[derive(Debug, PartialEq, Eq)]
pub struct Later {
    /// Its path, as in the catalogue.
    pub path: &'static str,
    /// What it will do.
    pub what: &'static str,
}

const LATER: &[Later] = &[
    Later { path: "edge.http3", what: "HTTP/3" },
    Later { path: "app.*.scale_on", what: "scaling by the length of a queue" },
    Later { path: "app.*.schedule", what: "tasks at set times" },
    Later { path: "app.*.serves", what: "background workers that serve no HTTP" },
    Later { path: "route.*.auth", what: "token checks" },
    Later { path: "route.*.validate", what: "request validation" },
    Later { path: "pool", what: "PostgreSQL pooling" },
];

/// The planned key with this path in the catalogue's spelling.
pub fn later(path: &str) -> Option<&'static Later> {
    LATER.iter().find(|later| later.path == path)
}
