//! A cookie keeps a client at its worker: what socket.io needs while it polls.

use std::path::PathBuf;
use std::process::Command;
use trial::apps::folder;
use trial::{Project, get, project::finish};

const CLIENTS: usize = 12;

fn apps() -> PathBuf {
    folder("apps", "socket.io")
}

/// The socket.io app on three workers, with `keys` besides.
fn project(keys: &str) -> Project {
    let project = Project::new();
    let server = apps().join("socketio/app.js");
    let settings = format!("[app.web]\nrun = '{}'\nworkers = 3\n{keys}", server.display());
    project.write("ostler.toml", &settings);
    project
}

/// How many clients that only poll came through whole, and over how many workers.
fn polling(project: &Project) -> (usize, usize) {
    let mut client = Command::new("node");
    client.arg(apps().join("socketio/polling.mjs")).arg(project.address().to_string());
    let finished = finish(client.arg(CLIENTS.to_string()).env_remove("NODE_OPTIONS"));
    assert_eq!(finished.code, Some(0), "{}\n{}", finished.stdout, finished.stderr);
    let told: serde_json::Value = serde_json::from_str(&finished.stdout).unwrap();
    let number = |key: &str| told[key].as_u64().unwrap() as usize;
    eprintln!("{}", finished.stderr);
    (number("whole"), number("workers"))
}

fn check(project: &Project) {
    let (whole, workers) = polling(project);
    assert!(whole == CLIENTS && workers > 1, "{whole} of {CLIENTS} on {workers} workers");
}

#[test]
fn socket_io_polls_through_three_workers() {
    let project = project("sticky = true\n");
    let running = project.run(&[]);
    check(&project);
    let reply = get(project.address(), "/").unwrap();
    let cookie = reply.header("set-cookie").unwrap();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    // Also after a reload: the old cookies name nobody any more.
    assert_eq!(project.ostler(&["reload"]).code, Some(0));
    check(&project);
    assert_eq!(running.stop().code, Some(0));
}

/// The control: without the cookie a session's requests reach workers that do not know it.
#[test]
fn without_the_cookie_polling_fails() {
    let project = project("");
    let running = project.run(&[]);
    let (whole, _) = polling(&project);
    assert!(whole < CLIENTS, "{whole}");
    assert!(get(project.address(), "/").unwrap().header("set-cookie").is_none());
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_changed_policy_applies_at_a_reload() {
    let project = project("");
    let running = project.run(&[]);
    let cookie = |of: &Project| {
        let reply = get(of.address(), "/").unwrap();
        reply.header("set-cookie").map(str::to_owned)
    };
    assert_eq!(cookie(&project), None);
    let settings = std::fs::read_to_string(project.folder().join("ostler.toml")).unwrap();
    project.write("ostler.toml", &format!("{settings}sticky = 'where'\n"));
    assert_eq!(project.ostler(&["reload"]).code, Some(0));
    assert!(cookie(&project).is_some_and(|value| value.starts_with("where=")));
    assert_eq!(running.stop().code, Some(0));
}
