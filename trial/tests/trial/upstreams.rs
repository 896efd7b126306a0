//! A file with upstreams and no app: Ostler as a plain proxy.

use trial::{Project, until};

const CONFIG: &str = "[edge]\nlisten = '127.0.0.1:0'\n[admin]\nlisten = false\n\
                      [upstream.far]\nurl = 'http://127.0.0.1:9'\n";

#[test]
fn a_file_with_only_upstreams_starts_reloads_and_stops() {
    let project = Project::new();
    project.write("ostler.toml", CONFIG);
    // What the folder would run without the file is not run.
    project.write("server.js", "throw new Error('nobody asked for this');");
    let checked = project.ostler(&["check"]);
    assert!(checked.stdout.contains("upstream far: http://127.0.0.1:9\n"), "{}", checked.stdout);

    let started = project.ostler(&["start"]);
    assert_eq!(started.code, Some(0), "{}", started.stderr);
    let status = project.status().unwrap();
    assert!(status.apps.is_empty() && status.listen.len() == 1, "{status:?}");

    project.write("ostler.toml", &CONFIG.replace(":9'", ":9'\nbalance = 'hash'"));
    let refused = project.ostler(&["reload"]);
    assert_eq!(refused.code, Some(9), "{}", refused.stdout);
    assert!(refused.stderr.contains("hash_by"), "{}", refused.stderr);
    project.write("ostler.toml", &CONFIG.replace(":9'", ":9'\nbalance = 'round-robin'"));
    let reloaded = project.ostler(&["reload"]);
    assert_eq!(reloaded.code, Some(0), "{}", reloaded.stderr);
    assert_eq!(reloaded.stdout, "the edge goes by the config as it is now\n");

    let unknown = project.ostler(&["reload", "web"]);
    assert!(unknown.stderr.contains("no app is run here"), "{}", unknown.stderr);
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
    assert!(project.status().is_none());
}

#[test]
fn a_file_with_only_upstreams_runs_in_the_foreground() {
    let project = Project::new();
    project.write("ostler.toml", CONFIG);
    let running = project.begin(&[]);
    until("it serves", || running.stderr().contains("serving after").then_some(()));
    assert!(running.stderr().contains("far: upstream of 1 server\n"), "{}", running.stderr());
    assert_eq!(running.stop().code, Some(0));
}
