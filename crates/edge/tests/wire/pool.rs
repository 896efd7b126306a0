//! Connections to workers that wait for their next request.

use crate::site::{Site, until};
use crate::worker::pause;
use model::Intake;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

/// A worker that counts how many of its connections have ended.
fn counting(site: &Site, headers: &'static str) -> (crate::worker::Worker, Arc<AtomicUsize>) {
    let ended = Arc::new(AtomicUsize::new(0));
    let count = ended.clone();
    let worker = site.worker(move |conn| {
        while conn.request().is_some() {
            conn.send(&format!("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{headers}\r\n"));
        }
        count.fetch_add(1, SeqCst);
    });
    (worker, ended)
}

#[test]
fn idle_connections_to_a_draining_worker_are_closed_at_once() {
    let site = Site::new();
    let (worker, ended) = counting(&site, "");
    assert_eq!(site.get("/").0, 200);
    assert_eq!(ended.load(SeqCst), 0);
    site.intake(&worker, Intake::Draining);
    until("the connection is closed", || ended.load(SeqCst) == 1);
    let other = site.worker_saying("other");
    for _ in 0..3 {
        assert_eq!(site.get("/").1, "other");
    }
    assert_eq!((worker.requests().len(), other.requests().len()), (1, 3));
}

#[test]
fn requests_in_flight_at_a_draining_worker_finish() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        conn.request();
        pause(200);
        conn.reply("late");
        assert!(conn.closed(), "it is not kept for another request");
    });
    let mut client = site.client();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    until("the worker has it", || worker.in_flight() == 1);
    site.intake(&worker, Intake::Draining);
    assert_eq!(client.reply().text(), "late");
    worker.until_idle();
}

#[test]
fn requests_at_a_cut_worker_go_to_another_or_are_told() {
    let site = Site::new();
    let killed = Arc::new(AtomicBool::new(false));
    let dies = killed.clone();
    let worker = site.worker(move |conn| {
        conn.request();
        until("it is killed", || dies.load(SeqCst));
    });
    let (mut get, mut post) = (site.client(), site.client());
    get.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    post.send("POST / HTTP/1.1\r\nHost: a\r\n\r\n");
    until("the worker has both", || worker.requests().len() == 2);
    let _other = site.worker_saying("other");
    site.intake(&worker, Intake::Cut);
    killed.store(true, SeqCst);
    assert_eq!(get.reply().text(), "other");
    assert_eq!(post.reply().status, 502);
    worker.until_idle();
}

#[test]
fn idle_connections_are_closed_a_second_before_the_worker_would() {
    let site = Site::new();
    let (_worker, ended) = counting(&site, "Keep-Alive: timeout=2\r\n");
    assert_eq!(site.get("/").0, 200);
    pause(500);
    assert_eq!(ended.load(SeqCst), 0);
    pause(900);
    assert_eq!(ended.load(SeqCst), 1, "1.4 s: past the two seconds less one");
}

#[test]
fn a_connection_is_not_kept_when_the_worker_closes_it_soon_or_says_so() {
    for headers in ["Keep-Alive: timeout=1\r\n", "Connection: close\r\n"] {
        let site = Site::new();
        let (worker, ended) = counting(&site, headers);
        for round in 1..=3 {
            assert_eq!(site.get("/").0, 200);
            until("the connection is closed", || ended.load(SeqCst) == round);
        }
        assert_eq!(worker.connections(), 3, "{headers}");
    }
}

#[test]
fn a_connection_that_the_worker_closed_is_not_used_again() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        conn.request();
        conn.reply("bye");
    });
    for _ in 0..20 {
        assert_eq!(site.get("/").1, "bye");
    }
    assert_eq!(worker.connections(), 20);
}

/// Bytes that come while nobody asked are never taken for the next reply.
#[test]
fn a_connection_with_stray_bytes_is_not_used_again() {
    let site = Site::new();
    let strays = Arc::new(AtomicUsize::new(0));
    let count = strays.clone();
    let worker = site.worker(move |conn| {
        conn.request();
        conn.reply("reply");
        pause(2);
        conn.reply("stray");
        count.fetch_add(1, SeqCst);
        conn.closed();
    });
    let mut client = site.client();
    for round in 1..=50 {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(client.reply().text(), "reply");
        until("the stray reply was sent", || strays.load(SeqCst) == round);
    }
    assert_eq!(worker.connections(), 50);
}

#[test]
fn a_client_that_goes_away_frees_its_place() {
    let site = Site::new();
    let (ended, count) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = ended.clone();
    let worker = site.worker(move |conn| {
        let head = conn.request().unwrap();
        if head.contains("/streams") {
            conn.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        }
        assert!(conn.closed());
        seen.fetch_add(1, SeqCst);
    });
    for path in ["/waits", "/streams"] {
        let mut client = site.client();
        client.send(&format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n"));
        until("the worker has it", || worker.in_flight() == 1);
        drop(client);
        let before = count.fetch_add(1, SeqCst);
        until("the worker's connection is closed", || ended.load(SeqCst) == before + 1);
        worker.until_idle();
    }
    // Not the worker's fault.
    assert_eq!(worker.load.failures.load(SeqCst), 0);
    until("the connection is counted off", || site.metric("ostler_edge_connections") == 0);
}
