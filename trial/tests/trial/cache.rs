//! Replies that are kept, through the real binary.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use trial::project::finish;
use trial::{Project, get, post};

/// How many tests of the public suite must pass, of those that it calls required and optimal.
const REQUIRED_MIN: usize = 150;
const OPTIMAL_MIN: usize = 85;

fn folder() -> std::path::PathBuf {
    trial::apps::folder("cache", "http-cache-tests")
}

/// The tests that the decision record lists as not passing.
fn listed() -> BTreeSet<String> {
    let record = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/decisions/0010-cache.md");
    let text = std::fs::read_to_string(record).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let names = rows.flat_map(|row| row.split('|').nth(1).unwrap().split('`').skip(1).step_by(2));
    names.map(str::to_owned).collect()
}

/// The suite's own server is the app: it answers as each test says, and looks at what reaches it.
#[test]
fn the_public_suite() {
    let folder = folder();
    let project = Project::new();
    let server = folder.join("node_modules/http-cache-tests/server/server.mjs");
    let pid_file = project.folder().join("pid");
    project.write(
        "ostler.toml",
        &format!(
            "[app.web]\nrun = '{}'\nworkers = 1\n[app.web.env]\nnpm_config_protocol = 'http'\n\
             npm_config_port = '8000'\nnpm_config_pidfile = '{}'\n\
             [route.\"/*\"]\napp = 'web'\ncache = {{ respect = 'headers' }}\n",
            server.display(),
            pid_file.display()
        ),
    );
    let running = project.run(&[]);
    let base = format!("http://{}", running.online());
    let mut suite = Command::new("node");
    suite.arg(folder.join("suite.mjs")).arg(base).env_remove("NODE_OPTIONS");
    let finished = finish(&mut suite);
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    let results: Value = serde_json::from_str(&finished.stdout).unwrap();
    let results = results.as_object().unwrap();
    let of = |kind: &str| results.values().filter(|one| one["kind"] == kind).count();
    let passed = |kind: &str| {
        let good = |one: &&Value| one["kind"] == kind && one["verdict"] == "pass";
        results.values().filter(good).count()
    };
    println!("required: {} of {}", passed("required"), of("required"));
    println!("optimal: {} of {}", passed("optimal"), of("optimal"));
    assert!(passed("required") >= REQUIRED_MIN && passed("optimal") >= OPTIMAL_MIN);
    let judged = |one: &Value| one["kind"] != "check" && one["verdict"] != "pass";
    let failed: BTreeSet<String> =
        results.iter().filter(|(_, one)| judged(one)).map(|(id, _)| id.clone()).collect();
    let told: Vec<String> = failed.iter().map(|id| format!("{id}: {}", results[id])).collect();
    assert_eq!(failed, listed(), "not as the decision record says:\n{}", told.join("\n"));
}

const COUNTER: &str = "\
const http = require('http');
let made = 0;
http.createServer((request, response) => {
  made += 1;
  const number = made;
  if (request.method !== 'GET') return response.end('changed');
  if (request.url === '/session') response.setHeader('Set-Cookie', 'id=' + number);
  setTimeout(() => response.end('made ' + number), request.url === '/slow' ? 300 : 0);
}).listen(3000);
";

/// The micro-cache of the guide, in front of an app that says nothing about caching.
#[test]
fn an_app_that_says_nothing_makes_a_reply_once_a_while() {
    let project = Project::with_server(COUNTER);
    let app = "[app.web]\nrun = 'server.js'\nworkers = 1\n[route.\"/*\"]\napp = 'web'\n";
    project.write("ostler.toml", &format!("{app}cache = {{ for = '30s', stale = '10s' }}\n"));
    let running = project.run(&[]);
    let address = running.online();
    let slow = || std::thread::spawn(move || get(address, "/slow").unwrap());
    let all: Vec<_> = (0..10).map(|_| slow()).collect();
    let bodies: BTreeSet<String> = all.into_iter().map(|one| one.join().unwrap().body).collect();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert_eq!(get(address, "/slow").unwrap().body, *bodies.first().unwrap());
    assert_ne!(get(address, "/session").unwrap().body, get(address, "/session").unwrap().body);
    post(address, "/slow", "x").unwrap();
    assert_ne!(get(address, "/slow").unwrap().body, *bodies.first().unwrap());
    // A reload of the workers does not empty the cache.
    let kept = get(address, "/").unwrap().body;
    assert_eq!(project.ostler(&["reload"]).code, Some(0));
    assert_eq!(get(address, "/").unwrap().body, kept);
}
