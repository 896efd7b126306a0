use crate::site::{SERVER, Site, eventually, get, is_alive, kill, workers};
use config::Memory;
use model::EventKind;
use model::api::{AppState, WorkerState};
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

fn is_ready(worker: &model::api::WorkerStatus) -> bool {
    worker.state == WorkerState::Ready
}

#[tokio::test]
async fn a_killed_worker_comes_back_and_the_other_serves_on() {
    let site = Site::start(SERVER, workers(2));
    let before = site.settled().await;
    kill(before.workers[0].pid);
    let (how, again) = site
        .event(|kind| match kind {
            EventKind::WorkerDied { how, again_in_ms, .. } => Some((how.clone(), *again_in_ms)),
            _ => None,
        })
        .await;
    assert_eq!((how.as_str(), again), ("signal SIGKILL", 0));
    assert!(site.ask("/").await.contains(&"1".to_owned()));
    let after = site.until(|app| app.restarts == 1 && app.workers.iter().all(is_ready)).await;
    assert_eq!((after.workers[0].restarts, after.workers[1].restarts), (1, 0));
    assert_eq!(after.workers[1].id, before.workers[1].id);
    site.end().await;
}

#[tokio::test]
async fn a_syntax_error_is_told_with_its_last_words() {
    let site = Site::start("this is no javascript", workers(2));
    let failed = site.until(|app| app.state == AppState::Failed).await;
    assert!(failed.reason.unwrap().contains("no worker became ready in 3 attempts"));
    let stderr = site
        .event(|kind| match kind {
            EventKind::AppFailed { stderr, .. } => Some(stderr.join("\n")),
            _ => None,
        })
        .await;
    assert!(stderr.contains("SyntaxError") && stderr.contains("this is no javascript"), "{stderr}");
    site.event(|kind| matches!(kind, EventKind::CrashLoop { deaths: 3, .. }).then_some(())).await;
    site.end().await;
}

/// Starts `sleep` in its group, and one in a session of its own, and answers with their numbers.
const PARENT: &str = "const { spawn } = require('child_process');
    const near = spawn('sleep', ['600']);
    const far = spawn('setsid', ['-f', 'sh', '-c', 'echo $$ > far; exec sleep 600']);
    require('http').createServer((q, s) => s.end(String(near.pid))).listen(1);";

async fn children(site: &Site) -> [u32; 2] {
    site.settled().await;
    eventually(|| !site.place.read("far").is_empty()).await;
    let near = site.ask("/").await[0].parse().unwrap();
    let children = [near, site.place.read("far").trim().parse().unwrap()];
    assert!(children.iter().all(|pid| is_alive(*pid)));
    children
}

#[tokio::test]
async fn a_dead_worker_leaves_no_orphan() {
    let site = Site::start(PARENT, workers(1));
    let children = children(&site).await;
    kill(site.pids()[0]);
    let count = site
        .event(|kind| match kind {
            EventKind::OrphansKilled { count, .. } => Some(*count),
            _ => None,
        })
        .await;
    assert_eq!(count, 2);
    eventually(|| children.iter().all(|pid| !is_alive(*pid))).await;
    site.end().await;
}

#[tokio::test]
async fn nor_does_one_that_was_stopped() {
    let site = Site::start(PARENT, |app| app.stopping.kill_after = Duration::from_millis(300));
    let children = children(&site).await;
    site.handle.stop().await;
    eventually(|| children.iter().all(|pid| !is_alive(*pid))).await;
    site.end().await;
}

/// Holds as many megabytes more as the path says.
const GROWING: &str = "const held = [];
    require('http').createServer((q, s) => {
        if (q.url !== '/') held.push(Buffer.alloc(Number(q.url.slice(1)) * 1e6, 1));
        s.end('ok');
    }).listen(1);";

async fn is_replaced(site: &Site, old: model::WorkerId) {
    let replaced = |app: &model::api::AppStatus| {
        let worker = &app.workers[0];
        app.workers.len() == 1 && worker.id != old && worker.state == WorkerState::Ready
    };
    site.until(replaced).await;
}

#[tokio::test]
async fn a_large_worker_is_replaced() {
    let site = Site::start(GROWING, |app| {
        app.memory = Memory { max: Some(200_000_000), hard_max: None };
        app.restart.stable_after = Duration::from_millis(1);
    });
    let old = site.settled().await.workers[0].id;
    site.ask("/250").await;
    let is_memory = |kind: &EventKind| {
        matches!(kind, EventKind::Replacing { why, .. } if why == "memory").then_some(())
    };
    site.event(is_memory).await;
    is_replaced(&site, old).await;
    site.end().await;
}

#[tokio::test]
async fn a_worker_beyond_the_hard_limit_is_killed() {
    let site = Site::start(GROWING, |app| {
        app.memory = Memory { max: None, hard_max: Some(200_000_000) };
    });
    let old = site.settled().await.workers[0].id;
    let member = site.fleet().members[0].clone();
    let _ = get(&member, "/250").await; // it may be killed before it answers
    let why = site
        .event(|kind| match kind {
            EventKind::WorkerKilled { why, .. } => Some(why.clone()),
            _ => None,
        })
        .await;
    assert!(why.contains("memory_hard_max"), "{why}");
    is_replaced(&site, old).await;
    site.end().await;
}

const BLOCKING: &str = "require('http').createServer((q, s) => {
        s.end('ok');
        const end = Date.now() + Number(q.url.slice(1));
        setTimeout(() => { while (Date.now() < end) {} }, 20);
    }).listen(1);";

#[tokio::test]
async fn a_stuck_loop_is_told_skipped_and_replaced_when_it_recovers() {
    let site = Site::start(BLOCKING, |app| app.stall_max = Duration::from_millis(400));
    let old = site.settled().await.workers[0].id;
    site.until(|app| app.workers[0].heap_bytes > 0).await;
    let load = site.fleet().members[0].load.clone();
    site.ask("/900").await;
    site.event(|kind| matches!(kind, EventKind::WorkerStalled { .. }).then_some(())).await;
    eventually(|| load.stalled.load(Relaxed)).await;
    let stalled = site
        .event(|kind| match kind {
            EventKind::WorkerRecovered { stalled_ms, .. } => Some(*stalled_ms),
            _ => None,
        })
        .await;
    assert!((400..2_000).contains(&stalled), "{stalled}");
    site.until(|app| app.workers.len() == 1 && app.workers[0].id != old).await;
    site.end().await;
}

#[tokio::test]
async fn a_loop_that_stays_stuck_is_killed() {
    let site = Site::start(BLOCKING, |app| app.stall_max = Duration::from_millis(200));
    site.settled().await;
    site.until(|app| app.workers[0].heap_bytes > 0).await;
    site.ask("/60000").await;
    let why = site
        .event(|kind| match kind {
            EventKind::WorkerDied { how, .. } => Some(how.clone()),
            _ => None,
        })
        .await;
    assert!(why.contains("its event loop was stuck for"), "{why}");
    site.settled().await;
    site.end().await;
}

#[tokio::test]
async fn a_quiet_worker_with_requests_is_passed_over_before_it_is_stalled() {
    let site = Site::start(BLOCKING, workers(1));
    site.settled().await;
    site.until(|app| app.workers[0].heap_bytes > 0).await;
    let load = site.fleet().members[0].load.clone();
    load.in_flight.store(1, Relaxed);
    site.ask("/1000").await;
    eventually(|| load.stalled.load(Relaxed)).await;
    eventually(|| !load.stalled.load(Relaxed)).await;
    load.in_flight.store(0, Relaxed);
    let told = site.handle.recent_events();
    assert!(!told.iter().any(|event| matches!(event.kind, EventKind::WorkerStalled { .. })));
    site.end().await;
}
