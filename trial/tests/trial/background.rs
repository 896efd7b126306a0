//! `ostler start` and what goes with it.

use trial::{Project, apps, get, until};

const CONFIG: &str = "[edge]\nlisten = '127.0.0.1:0'\n[admin]\nlisten = '127.0.0.1:0'\n\
                      [app.web]\nrun = 'server.js'\nworkers = 2\n";

fn project() -> Project {
    let project = Project::with_server(apps::SERVER);
    project.write("version", "1");
    project.write("ostler.toml", CONFIG);
    project
}

#[test]
fn start_status_logs_scale_stop() {
    let project = project();
    let started = project.ostler(&["start"]);
    assert_eq!(started.code, Some(0), "{}", started.stderr);
    assert!(started.stdout.contains("http://127.0.0.1:"), "{}", started.stdout);
    assert!(get(project.address(), "/").unwrap().body.starts_with("worker "));

    let again = project.ostler(&["start"]);
    assert_eq!(again.code, Some(8), "{}", again.stderr);

    let shown = project.ostler(&["status"]);
    for word in ["web", "online", "ready"] {
        assert!(shown.stdout.contains(word), "{}", shown.stdout);
    }
    assert!(!shown.stdout.contains('\u{1b}'), "no colour when not a terminal");

    let scaled = project.ostler(&["scale", "web", "+1"]);
    assert_eq!(scaled.code, Some(0), "{}", scaled.stderr);
    until("three workers are ready", || {
        let app = project.status()?.apps.remove(0);
        let ready = app.workers.iter().filter(|w| w.state == model::api::WorkerState::Ready);
        (ready.count() == 3).then_some(())
    });

    let restarted = project.ostler(&["restart", "web", "2"]);
    assert_eq!(restarted.code, Some(0), "{}", restarted.stderr);

    let top = project.ostler(&["top", "--once"]);
    assert_eq!(top.code, Some(0), "{}", top.stderr);
    let logs = project.ostler(&["logs"]);
    assert_eq!(logs.code, Some(0), "{}", logs.stderr);

    let stopped = project.ostler(&["stop"]);
    assert_eq!(stopped.code, Some(0), "{}", stopped.stderr);
    assert!(project.worker_processes().is_empty());
    assert_eq!(project.ostler(&["stop"]).code, Some(7));
}

#[test]
fn a_start_that_fails_says_why() {
    let project = Project::with_server("throw new Error('not today');");
    project.write("ostler.toml", CONFIG);
    let started = project.ostler(&["start"]);
    assert_eq!(started.code, Some(6), "{}", started.stdout);
    assert!(started.stderr.contains("not today"), "{}", started.stderr);
    assert_eq!(project.ostler(&["status"]).code, Some(7), "nothing is left running");
}

#[test]
fn the_admin_address_over_tcp() {
    let project = project();
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    let admin = project.status().unwrap().admin.unwrap();
    let admin = admin.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
    assert_eq!(get(project.address(), "/").unwrap().status, 200);
    let metrics = get(admin, "/metrics").unwrap();
    assert_eq!(metrics.status, 200);
    for name in [
        "ostler_edge_requests_total{app=\"web\",class=\"2xx\"}",
        "ostler_worker_up{app=\"web\",worker=\"0\"} 1",
    ] {
        assert!(metrics.body.contains(name), "{}", metrics.body);
    }
    assert_eq!(get(admin, "/healthz").unwrap().status, 200);
    assert_eq!(get(admin, "/readyz").unwrap().status, 200);
    assert_eq!(get(admin, "/api/v1/status").unwrap().status, 200);
    let stop = trial::post(admin, "/api/v1/stop", "{}").unwrap();
    assert!(stop.status == 401 || stop.status == 403 || stop.status == 415, "{}", stop.status);
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}

#[test]
fn a_start_of_which_one_app_fails_says_which_and_runs_the_rest() {
    let project = project();
    project.write("broken.js", "throw new Error('not this one');");
    let two = "[app.two]\nrun = 'broken.js'\nworkers = 1\n[route.'/*']\napp = 'web'\n[route.'/two']\napp = 'two'\n";
    project.write("ostler.toml", &format!("{CONFIG}{two}"));
    let started = project.ostler(&["start"]);
    assert_eq!(started.code, Some(6), "{}", started.stdout);
    assert!(started.stderr.contains("two failed"), "{}", started.stderr);
    assert!(get(project.address(), "/").unwrap().body.starts_with("worker "));
    assert_eq!(get(project.address(), "/two").unwrap().status, 503);
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}

#[test]
fn a_start_can_be_stopped_before_anything_is_ready() {
    let project = Project::with_server(apps::DEAF);
    let running = project.begin(&["server.js"]);
    until("it answers", || project.status().map(|_| ()));
    std::thread::scope(|scope| {
        let stops: Vec<_> = (0..2).map(|_| scope.spawn(|| project.ostler(&["stop"]))).collect();
        for stop in stops {
            let stopped = stop.join().unwrap();
            assert!([Some(0), Some(7)].contains(&stopped.code), "{}", stopped.stderr);
        }
    });
    assert_eq!(running.wait().code, Some(0));
}
