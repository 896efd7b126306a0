//! One project whose worker runs suites.

use trial::{Project, apps, get};

/// A suite: its name, the version of the client, and the protocol's.
pub type Suite = (&'static str, &'static str, u8);

/// Every suite, with each version of its client and each version of the protocol that it offers.
pub const ALL: &[Suite] = &[
    ("ioredis", "5", 2),
    ("ioredis", "6", 2),
    ("ioredis", "6", 3),
    ("node-redis", "4", 2),
    ("node-redis", "5", 2),
    ("node-redis", "5", 3),
    ("node-redis", "6", 2),
    ("node-redis", "6", 3),
    ("session", "6", 2),
    ("session", "6", 3),
    ("limits", "6", 2),
    ("limits", "6", 3),
    ("keyv", "5", 3),
    ("socket-io", "6", 2),
    ("socket-io", "6", 3),
    ("bull", "4", 2),
    ("bullmq", "5", 2),
    ("bullmq", "6", 2),
    ("bullmq", "6", 3),
    ("bee-queue", "2", 2),
    ("redlock", "5", 2),
    ("graphql", "5", 2),
    ("graphql", "6", 3),
];

/// A project with the app, and `more` in its config.
pub fn project(more: &str) -> Project {
    let app = apps::folder("store", "ioredis").join("app.mjs");
    let project = Project::new();
    let text = format!("[app.web]\nrun = '{}'\nworkers = 1\n{more}\n", app.display());
    project.write("ostler.toml", &text);
    project
}

/// Run a suite in the worker; it must say what it did.
pub fn check(project: &Project, suite: Suite) {
    let (name, version, resp) = suite;
    let path = format!("/{name}?version={version}&resp={resp}");
    let reply = get(project.address(), &path).unwrap();
    assert_eq!(reply.status, 200, "{name} {version} RESP{resp}:\n{}", reply.body);
    let done: Vec<String> = serde_json::from_str(&reply.body).unwrap();
    assert!(done.len() >= 3, "{name} {version} RESP{resp} did only {done:?}");
}
