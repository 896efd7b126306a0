//! Which worker gets a request, and requests that wait for one.

use crate::site::{Site, until};
use crate::worker::pause;
use base::clock::now;
use model::FleetState;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

#[test]
fn requests_go_to_the_least_busy_worker() {
    let site = Site::new();
    let workers = [(); 3].map(|()| {
        site.worker(|conn| {
            while conn.request().is_some() {
                pause(300);
                conn.reply("ok");
            }
        })
    });
    let mut clients: Vec<_> = (0..6).map(|_| site.client()).collect();
    clients.iter_mut().for_each(|client| client.send(GET));
    until("all are on their way", || workers.iter().all(|worker| worker.in_flight() == 2));
    clients.iter_mut().for_each(|client| assert_eq!(client.reply().status, 200));
    workers.iter().for_each(|worker| worker.until_idle());
}

#[test]
fn a_stalled_worker_gets_nothing_while_there_are_others() {
    let site = Site::new();
    let stalled = site.worker_saying("stalled");
    let good = site.worker_saying("good");
    stalled.load.stalled.store(true, SeqCst);
    for _ in 0..6 {
        assert_eq!(site.get("/").1, "good");
    }
    site.remove(&good);
    assert_eq!(site.get("/").1, "stalled");
}

#[test]
fn requests_above_the_cap_wait_and_the_queue_is_bounded() {
    let site = Site::with_limits(|limits| {
        limits.in_flight_max = 1;
        limits.waiting_max = 2;
    });
    let worker = site.worker(|conn| {
        while conn.request().is_some() {
            pause(200);
            conn.reply("ok");
        }
    });
    let mut clients: Vec<_> = (0..3).map(|_| site.client()).collect();
    clients.iter_mut().for_each(|client| client.send(GET));
    until("two wait", || site.metric("ostler_edge_waiting") == 2);
    let begin = now();
    let mut late = site.client();
    late.send(GET);
    let reply = late.reply();
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")));
    assert!(begin.elapsed() < Duration::from_millis(150), "{:?}", begin.elapsed());
    for client in &mut clients {
        assert_eq!(client.reply().status, 200);
        assert!(worker.in_flight() <= 1);
    }
    worker.until_idle();
    assert_eq!(site.metric("ostler_edge_waiting"), 0);
    assert_eq!(site.metric("ostler_edge_refused_total{reason=\"queue_full\"}"), 1);
    // The connection that was refused is good for another try.
    late.send(GET);
    assert_eq!(late.reply().status, 200);
}

#[test]
fn a_reply_that_goes_on_takes_no_place() {
    let site = Site::with_limits(|limits| {
        limits.in_flight_max = 1;
        limits.waiting_max = 1;
    });
    let worker = site.worker(|conn| {
        let head = conn.request().unwrap();
        if head.starts_with("GET /events") {
            conn.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
            conn.closed();
        } else {
            conn.reply("ok");
        }
    });
    let mut streams: Vec<_> = (0..5).map(|_| site.client()).collect();
    for stream in &mut streams {
        stream.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
        stream.until("data: 1\n\n");
    }
    assert_eq!(site.get("/"), (200, "ok".to_owned()));
    until("only the streams are in flight", || worker.in_flight() == 5);
    drop(streams);
    worker.until_idle();
    assert_eq!(worker.load.delivering.load(SeqCst), 0);
}

#[test]
fn a_client_that_goes_away_leaves_the_queue() {
    let site = Site::with_limits(|limits| limits.in_flight_max = 0);
    let _worker = site.worker_saying("never");
    let mut client = site.client();
    client.send(GET);
    until("it waits", || site.metric("ostler_edge_waiting") == 1);
    drop(client);
    until("it has gone", || site.metric("ostler_edge_waiting") == 0);
}

#[test]
fn requests_wait_while_the_app_starts() {
    let site = Site::new();
    site.state(FleetState::Starting);
    let mut clients: Vec<_> = (0..5).map(|_| site.client()).collect();
    clients.iter_mut().for_each(|client| client.send(GET));
    until("all wait", || site.metric("ostler_edge_waiting") == 5);
    let _worker = site.worker_saying("ready");
    clients.iter_mut().for_each(|client| assert_eq!(client.reply().text(), "ready"));
}

#[test]
fn a_request_does_not_wait_for_ever() {
    let site = Site::with_limits(|limits| limits.wait_timeout = Duration::from_millis(300));
    let begin = now();
    let (status, body) = site.get("/");
    assert_eq!(status, 503);
    assert!(body.contains("no worker of the app was ready or free within 300ms"), "{body}");
    assert!((300..1_500).contains(&begin.elapsed().as_millis()), "{:?}", begin.elapsed());
}

#[test]
fn a_failed_or_stopped_app_is_told_at_once() {
    let site = Site::new();
    for (state, text) in [
        (FleetState::Failed, "the app failed to start"),
        (FleetState::Stopped, "the app is stopped"),
    ] {
        site.state(state);
        let begin = now();
        let (status, body) = site.get("/");
        assert!(status == 503 && body.contains(text), "{status} {body}");
        assert!(begin.elapsed() < Duration::from_secs(1));
    }
    // Also to those who wait already.
    site.state(FleetState::Starting);
    let mut client = site.client();
    client.send(GET);
    until("it waits", || site.metric("ostler_edge_waiting") == 1);
    site.state(FleetState::Failed);
    assert_eq!(client.reply().status, 503);
}

#[test]
fn when_the_only_worker_dies_requests_wait_for_its_replacement() {
    let site = Site::new();
    let old = site.worker_saying("old");
    assert_eq!(site.get("/").1, "old");
    old.kill();
    // Nobody has told the edge yet.
    let mut clients: Vec<_> = (0..4).map(|_| site.client()).collect();
    clients.iter_mut().for_each(|client| client.send(GET));
    until("all wait", || site.metric("ostler_edge_waiting") == 4);
    site.remove(&old);
    pause(50);
    let _new = site.worker_saying("new");
    clients.iter_mut().for_each(|client| assert_eq!(client.reply().text(), "new"));
    old.until_idle();
}

#[test]
fn an_address_without_an_app_is_not_found() {
    let site = Site::new();
    let mut client = site.client();
    client.send("GET / HTTP/1.1\r\nHost: nowhere.example\r\nAccept: text/html,*/*\r\n\r\n");
    let reply = client.reply();
    assert_eq!(reply.status, 404);
    assert!(reply.text().contains("no app is configured"), "{}", reply.text());
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
}

#[test]
fn new_settings_apply_without_dropping_a_connection() {
    let site = Site::new();
    let worker = site.worker_saying("ok");
    let mut client = site.client();
    client.send(GET);
    assert_eq!(client.reply().status, 200);
    site.apply(|settings| settings.limits.body_bytes_max = 2);
    until("the new limit holds", || {
        let mut other = site.client();
        other.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
        other.reply().status == 413
    });
    client.send(GET);
    assert_eq!(client.reply().status, 200);
    worker.until_idle();
    // The app goes on, and still hears of its workers.
    site.remove(&worker);
    let _new = site.worker_saying("new");
    assert_eq!(site.get("/").1, "new");
}
