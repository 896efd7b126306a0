use crate::site::{Site, get, is_alive, workers};
use config::Run;
use model::api::{AppState, WorkerState};
use model::{EventKind, Intake};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use supervise::CommandError;

/// The version is a file, read once at start, as code is.
const VERSIONED: &str = "const version = require('fs').readFileSync('version', 'utf8');
    if (version === 'broken') throw new Error('broken on purpose');
    require('http').createServer((request, response) =>
        setTimeout(() => response.end(version), 5)).listen(3000);";

fn versioned(count: u32) -> Site {
    let place = crate::site::Place::new();
    place.write("server.js", VERSIONED);
    place.write("version", "1");
    Site::in_place(place, workers(count))
}

/// As the edge does: counts what is in flight, and picks anew for each request.
async fn load(site: &Site, stop: Arc<AtomicBool>, done: Arc<AtomicU32>) -> Vec<String> {
    let mut failures = Vec::new();
    let fleet = site.handle.fleets()[0].clone();
    while !stop.load(Relaxed) {
        let members = fleet.borrow().clone();
        let open: Vec<_> = members.members.iter().filter(|m| m.intake == Intake::Open).collect();
        let pick = open[done.fetch_add(1, Relaxed) as usize % open.len()];
        pick.load.in_flight.fetch_add(1, Relaxed);
        let answer = get(pick, "/").await;
        pick.load.in_flight.fetch_sub(1, Relaxed);
        failures.extend(answer.err().map(|error| error.to_string()));
    }
    failures
}

#[tokio::test]
async fn reloads_under_load_lose_no_request() {
    let site = versioned(2);
    let first = site.settled().await.workers[0].pid;
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let clients = async {
        let clients =
            (load(&site, stop.clone(), done.clone()), load(&site, stop.clone(), done.clone()));
        let (a, b) = tokio::join!(clients.0, clients.1);
        [a, b].concat()
    };
    let reloads = async {
        for version in 2..6 {
            site.place.write("version", &version.to_string());
            let reports = site.handle.reload(None).await.unwrap();
            assert!(reports[0].ok && reports[0].generation == version, "{reports:?}");
            assert!(site.ask("/").await.iter().all(|answer| *answer == version.to_string()));
        }
        stop.store(true, Relaxed);
    };
    let (failures, ()) = tokio::join!(clients, reloads);
    assert_eq!(failures, [] as [String; 0], "of {}", done.load(Relaxed));
    assert!(done.load(Relaxed) > 20 && !is_alive(first));
    site.end().await;
}

#[tokio::test]
async fn a_broken_version_leaves_the_old_and_tells_why() {
    let site = versioned(2);
    let before = site.settled().await;
    site.place.write("version", "broken");
    let report = site.handle.reload(None).await.unwrap().remove(0);
    assert!(!report.ok && report.generation == 1, "{report:?}");
    assert!(report.reason.unwrap().contains("exit code 1"));
    assert!(report.stderr.join("\n").contains("broken on purpose"), "{:?}", report.stderr);
    let after = site.settled().await;
    let ids =
        |status: &model::api::AppStatus| status.workers.iter().map(|w| w.id).collect::<Vec<_>>();
    assert_eq!(ids(&before), ids(&after));
    assert_eq!(site.ask("/").await, ["1", "1"]);
    site.end().await;
}

#[tokio::test]
async fn what_can_be_seen_beforehand_is_not_even_tried() {
    let site = versioned(1);
    site.settled().await;
    std::fs::remove_file(site.place.0.join("server.js")).unwrap();
    let report = site.handle.reload(None).await.unwrap().remove(0);
    assert!(report.reason.unwrap().contains("there is no script"), "{:?}", report.stderr);
    assert_eq!(site.ask("/").await, ["1"]);
    site.end().await;
}

#[tokio::test]
async fn upgraded_connections_have_their_grace_and_are_then_closed() {
    let site = versioned(1);
    site.settled().await;
    let old = site.fleet().members[0].clone();
    old.load.upgraded.store(1, Relaxed);
    let mut fleet = site.handle.fleets()[0].clone();
    let watch = async {
        let closing = |fleet: &Arc<model::Fleet>| {
            let member = fleet.members.iter().find(|member| member.worker == old.worker);
            member.is_some_and(|member| member.intake == Intake::Closing)
        };
        fleet.wait_for(closing).await.unwrap();
        old.load.upgraded.store(0, Relaxed); // the edge has sent its close frame
    };
    let (report, ()) = tokio::join!(site.handle.restart(site.fleet().app.clone(), 0), watch);
    report.unwrap();
    let gone = site.until(|app| app.workers.iter().all(|worker| worker.id != old.worker)).await;
    assert_eq!(gone.workers[0].state, WorkerState::Ready);
    site.end().await;
}

#[tokio::test]
async fn a_worker_that_ignores_the_signal_is_killed() {
    let site = Site::start(
        "process.on('SIGTERM', () => {}); require('http').createServer().listen(1);",
        |app| app.stopping.kill_after = Duration::from_millis(200),
    );
    let old = site.settled().await.workers[0].pid;
    site.handle.restart(site.fleet().app.clone(), 0).await.unwrap();
    let why = site
        .event(|kind| match kind {
            EventKind::WorkerKilled { why, .. } => Some(why.clone()),
            _ => None,
        })
        .await;
    assert_eq!(why, "did not end within 200ms of SIGTERM");
    site.settled().await;
    assert!(!is_alive(old));
    site.end().await;
}

#[tokio::test]
async fn scaling_and_restarting_by_hand() {
    let site = versioned(1);
    let old = site.settled().await.workers[0].id;
    let name = site.fleet().app.clone();
    let report = site.handle.scale(name.clone(), 3).await.unwrap();
    assert_eq!((report.from, report.to), (1, 3));
    site.until(|app| app.workers.iter().filter(|w| w.state == WorkerState::Ready).count() == 3)
        .await;
    site.handle.scale(name.clone(), 1).await.unwrap();
    site.settled().await;
    site.handle.restart(name.clone(), 0).await.unwrap();
    assert_ne!(site.settled().await.workers[0].id, old);
    let unknown = model::AppName::parse("api").unwrap();
    let error = site.handle.reload(Some(unknown)).await.unwrap_err().to_string();
    assert_eq!(error, "there is no app api; there is: web");
    for bad in [0, 257] {
        let error = site.handle.scale(name.clone(), bad).await.unwrap_err();
        assert_eq!(error, CommandError::Workers { workers: bad });
    }
    let error = site.handle.restart(name, 7).await.unwrap_err().to_string();
    assert_eq!(error, "app web has no worker 7; it has: 0");
    site.end().await;
}

#[tokio::test]
async fn a_restart_that_fails_keeps_the_old() {
    let site = versioned(1);
    site.settled().await;
    site.place.write("version", "broken");
    let error = site.handle.restart(site.fleet().app.clone(), 0).await.unwrap_err();
    assert!(error.to_string().contains("broken on purpose"), "{error}");
    assert_eq!(site.ask("/").await, ["1"]);
    site.end().await;
}

#[tokio::test]
async fn a_second_ctrl_c_ends_what_drains() {
    let site = Site::start(
        "process.on('SIGTERM', () => {}); require('http').createServer().listen(1);",
        |app| app.stopping.kill_after = Duration::from_secs(600),
    );
    let pid = site.settled().await.workers[0].pid;
    let stopping = {
        let handle = site.handle.clone();
        async move { handle.stop().await }
    };
    let killing = async {
        site.until(|app| app.state == AppState::Stopping).await;
        site.handle.kill_now().await;
    };
    tokio::join!(stopping, killing);
    assert!(!is_alive(pid));
    let refused = site.handle.reload(None).await.unwrap_err();
    assert_eq!(refused, CommandError::Stopping);
}

#[tokio::test]
async fn a_failed_app_is_revived_by_a_reload() {
    let place = crate::site::Place::new();
    place.write("server.js", VERSIONED);
    place.write("version", "broken");
    let site = Site::in_place(place, |app| {
        app.run = Run::Script(app.folder.join("server.js"));
        app.workers = config::Workers { min: 2, max: 2 };
    });
    let failed = site.until(|app| app.state == AppState::Failed).await;
    assert!(failed.reason.unwrap().contains("exit code 1"));
    site.place.write("version", "2");
    let report = site.handle.reload(None).await.unwrap().remove(0);
    assert!(report.ok, "{report:?}");
    site.settled().await;
    assert_eq!(site.ask("/").await, ["2", "2"]);
    site.end().await;
}
