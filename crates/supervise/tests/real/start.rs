use crate::site::{Place, SERVER, Site, app, get, is_alive, supervise, workers};
use config::{Health, ReadyOn, Run};
use model::api::{AppState, WorkerState};
use model::{EventKind, FleetState, Intake};
use std::time::Duration;

#[tokio::test]
async fn workers_serve_and_know_who_they_are() {
    let site = Site::start(
        "require('http').createServer((request, response) => {
            const { OSTLER_WORKER, OSTLER_APP, NODE_ENV, PORT } = process.env;
            response.end([OSTLER_WORKER, OSTLER_APP, NODE_ENV, PORT].join(' '));
        }).listen(process.env.PORT);",
        workers(2),
    );
    let status = site.settled().await;
    assert_eq!((status.workers.len(), status.generation), (2, 1));
    let mut answers = site.ask("/").await;
    answers.sort();
    assert_eq!(answers, ["0 web production 8080", "1 web production 8080"]);
    assert_eq!(site.fleet().state, FleetState::Serving);
    let pids = site.pids();
    site.handle.stop().await;
    assert!(pids.iter().all(|pid| !is_alive(*pid)));
    assert_eq!(site.fleet().state, FleetState::Stopped);
    site.end().await;
}

#[tokio::test]
async fn a_server_that_speaks_http2_is_told_as_such() {
    for (module, http2) in [("http", false), ("http2", true)] {
        let script = format!("require('{module}').createServer().listen(3080);");
        let site = Site::start(&script, workers(1));
        site.settled().await;
        assert_eq!(site.fleet().members[0].http2, http2, "{module}");
        site.end().await;
    }
}

#[tokio::test]
async fn heartbeat_and_use_are_reported() {
    let site = Site::start(SERVER, workers(1));
    let status = site.until(|app| {
        app.workers
            .first()
            .is_some_and(|w| w.heap_bytes > 0 && w.rss_bytes > 0 && w.loop_delay_ms.is_some())
    });
    let worker = status.await.workers[0].clone();
    assert!(worker.heap_bytes > 1_000_000 && worker.rss_bytes > 20_000_000, "{worker:?}");
    assert!(worker.loop_utilisation.unwrap() < 0.5, "{worker:?}");
    let mut page = meter::Snapshot::new(0);
    site.handle.write(&mut page);
    let text = meter::text::encode(&page, meter::Format::Prometheus);
    assert!(text.contains("ostler_worker_up{app=\"web\",worker=\"0\"} 1\n"), "{text}");
    assert!(text.contains("ostler_supervise_workers{app=\"web\",state=\"ready\"} 1\n"), "{text}");
    site.end().await;
}

#[tokio::test]
async fn an_es_module_and_node_arguments() {
    let place = Place::new();
    place.write("more.cjs", "globalThis.more = 'loaded';");
    let script = place.write(
        "server.mjs",
        "import http from 'node:http'; await 1;
         http.createServer((q, s) => s.end(globalThis.more + process.argv[2])).listen(0);",
    );
    let site = Site::in_place(place, |app| {
        app.run = Run::Script(script);
        app.args = vec!["!".into()];
        app.node_args = vec!["--require".into(), "./more.cjs".into()];
    });
    site.settled().await;
    assert_eq!(site.ask("/").await, ["loaded!"]);
    site.end().await;
}

#[tokio::test]
async fn an_npm_script_serves_and_ends_in_order() {
    let place = Place::new();
    place.write("package.json", r#"{"name": "x", "scripts": {"serve": "node server.js"}}"#);
    place.write(
        "server.js",
        "process.on('SIGTERM', () => setTimeout(() => {
            require('fs').writeFileSync('bye', 'in order'); process.exit(0);
        }, 200));
        require('http').createServer((q, s) => s.end('npm')).listen(3000);",
    );
    let site = Site::in_place(place, |app| app.run = Run::Npm("serve".into()));
    site.settled().await;
    assert_eq!(site.ask("/").await, ["npm"]);
    site.handle.stop().await;
    assert_eq!(site.place.read("bye"), "in order");
    site.end().await;
}

#[tokio::test]
async fn a_command_is_reached_over_tcp() {
    let place = Place::new();
    place.write("server.js", "require('http').createServer((q, s) => s.end('tcp')).listen(process.env.PORT, '127.0.0.1');");
    let site = Site::in_place(place, |app| {
        app.run = Run::Command(vec!["node".into(), "server.js".into()]);
    });
    site.settled().await;
    assert_eq!(site.ask("/").await, ["tcp"]);
    site.end().await;
}

#[tokio::test]
async fn ready_waits_for_the_message() {
    let site = Site::start(
        "require('http').createServer((q, s) => s.end()).listen(3000);
         const timer = setInterval(() => {
            if (require('fs').existsSync('go')) { process.send('ready'); clearInterval(timer); }
         }, 20);",
        |app| app.ready = ReadyOn::Message,
    );
    site.event(|kind| matches!(kind, EventKind::WorkerStarted { .. }).then_some(())).await;
    assert!(site.fleet().members.is_empty());
    let ready = site.settled();
    site.place.write("go", "");
    ready.await;
    site.end().await;
}

#[tokio::test]
async fn ready_waits_for_the_health_path_and_illness_replaces() {
    let site = Site::start(
        "const fs = require('fs');
         require('http').createServer((q, s) => {
            s.statusCode = fs.existsSync('ill') ? 503 : 200; s.end('well');
         }).listen(3000);",
        |app| {
            let (timeout, interval) = (Duration::from_secs(2), Duration::from_millis(50));
            app.health = Some(Health { path: "/".into(), timeout, interval });
        },
    );
    let old = site.settled().await.workers[0].id;
    site.place.write("ill", "");
    site.event(|kind| {
        matches!(kind, EventKind::Replacing { why, .. } if why == "health").then_some(())
    })
    .await;
    assert_eq!(site.fleet().members[0].intake, Intake::Open, "the old one stays until then");
    std::fs::remove_file(site.place.0.join("ill")).unwrap();
    site.until(|app| {
        app.workers.len() == 1
            && app.workers[0].id != old
            && app.workers[0].state == WorkerState::Ready
    })
    .await;
    site.end().await;
}

#[tokio::test]
async fn an_app_that_never_listens_fails_with_what_to_do() {
    let site = Site::start("setInterval(() => {}, 1000);", |app| {
        app.ready_timeout = Duration::from_millis(400);
        app.restart.crash_loop_after = 2;
    });
    let reason = site.until(|app| app.state == AppState::Failed).await.reason.unwrap();
    assert!(
        reason.contains("did not listen within 400ms: does the app call listen()?"),
        "{reason}"
    );
    assert_eq!(site.fleet().state, FleetState::Failed);
    assert!(site.pids().is_empty());
    site.end().await;
}

#[tokio::test]
async fn two_apps_and_requests_to_the_right_one() {
    let place = Place::new();
    place.write("a.js", "require('http').createServer((q, s) => s.end('a')).listen(1);");
    place.write("b.js", "require('http').createServer((q, s) => s.end('b')).listen(1);");
    let of = |name: &str| {
        let mut app = app(&place.0);
        app.name = model::AppName::parse(name).unwrap();
        app.run = Run::Script(place.0.join(format!("{name}.js")));
        app
    };
    let handle = supervise(&place.0, vec![of("b"), of("a")]).unwrap();
    let mut status = handle.status();
    status.wait_for(|apps| apps.iter().all(|app| app.state == AppState::Online)).await.unwrap();
    for (fleet, name) in handle.fleets().iter().zip(["b", "a"]) {
        let fleet = fleet.borrow().clone();
        assert_eq!(fleet.app.as_str(), name);
        assert_eq!(get(&fleet.members[0], "/").await.unwrap(), name);
    }
    handle.stop().await;
}
