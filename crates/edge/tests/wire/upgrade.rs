//! WebSockets and other protocols.

use crate::client::Client;
use crate::site::{Site, until};
use crate::worker::{Conn, Worker, pause};
use model::Intake;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

const ASK: &str =
    "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
const AGREE: &str =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
const CLOSE: [u8; 4] = [0x88, 2, 0x03, 0xE9];

fn upgraded(worker: &Worker) -> u32 {
    worker.load.upgraded.load(SeqCst)
}

fn open(site: &Site, worker: &Worker) -> Client {
    let mut client = site.client();
    client.send(ASK);
    let head = client.head();
    assert_eq!((head.status, head.header("upgrade")), (101, Some("websocket")));
    assert_eq!(head.header("connection"), Some("Upgrade"));
    until("it counts as upgraded", || upgraded(worker) == 1 && worker.in_flight() == 0);
    client
}

/// Agrees, then echoes bytes until the client ends.
fn echo(conn: &mut Conn) {
    let head = conn.request().unwrap();
    assert!(head.contains("\r\nConnection: Upgrade\r\n"), "{head}");
    conn.send(AGREE);
    while let Some(byte) = conn.exactly(1) {
        if !conn.send(&String::from_utf8_lossy(&byte)) {
            break;
        }
    }
}

#[test]
fn bytes_pass_both_ways_until_one_side_ends() {
    let site = Site::new();
    let worker = site.worker(echo);
    let mut client = open(&site, &worker);
    for word in ["hello", "again"] {
        client.send(word);
        assert_eq!(client.exactly(5), word.as_bytes());
    }
    assert_eq!(site.metric("ostler_edge_upgraded_connections{app=\"web\"}"), 1);
    client.end();
    assert!(client.closed());
    until("it is counted off", || upgraded(&worker) == 0);
}

/// What a client sends before the worker agrees might be a second request, hidden from the edge.
#[test]
fn the_clients_bytes_are_held_until_the_worker_agrees() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        conn.request().unwrap();
        conn.stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        assert!(conn.exactly(1).is_none(), "nothing comes before the 101");
        conn.send(AGREE);
        conn.stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        assert_eq!(conn.exactly(5).unwrap(), b"early");
        conn.send("got it");
    });
    let mut client = site.client();
    client.send(&format!("{ASK}early"));
    assert_eq!(client.head().status, 101);
    assert_eq!(client.rest(), b"got it");
    until("it is counted off", || upgraded(&worker) == 0);
}

#[test]
fn a_refused_upgrade_is_an_ordinary_reply() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        while conn.request().is_some() {
            conn.send("HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\nno");
        }
    });
    let mut client = site.client();
    client.send(&format!("{ASK}GET /next HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_eq!(client.reply().status, 400);
    assert_eq!(client.reply().status, 400);
    assert_eq!(worker.requests().len(), 2);
    assert_eq!(worker.connections(), 1);
}

#[test]
fn http2_is_never_tunnelled() {
    let site = Site::new();
    let worker = site.worker_saying("plain");
    let mut client = site.client();
    client.send(
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\
         Connection: Upgrade, HTTP2-Settings\r\n\r\n",
    );
    assert_eq!(client.reply().text(), "plain");
    let head = worker.requests()[0].to_lowercase();
    assert!(!head.contains("upgrade") && !head.contains("http2-settings"), "{head}");
}

#[test]
fn an_unasked_101_is_an_error() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        conn.request();
        conn.send(AGREE);
        conn.closed();
    });
    assert_eq!(site.get("/").0, 502);
    worker.until_idle();
}

#[test]
fn a_draining_worker_keeps_its_websockets() {
    let site = Site::new();
    let worker = site.worker(echo);
    let mut client = open(&site, &worker);
    site.intake(&worker, Intake::Draining);
    pause(50);
    client.send("still");
    assert_eq!(client.exactly(5), b"still");
}

/// The close frame comes between two frames, never within one.
#[test]
fn a_closing_worker_has_its_websockets_closed_at_a_frame_boundary() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        conn.request();
        conn.send(AGREE);
        // A text frame of six bytes, in two pieces with the order to close in between.
        conn.send("\u{1}");
        conn.send("\u{6}abc");
        assert_eq!(conn.exactly(1).unwrap(), b"!");
        pause(50);
        conn.send("def");
        conn.send("\u{1}\u{2}no");
        // The client's answer still arrives.
        let answer = conn.exactly(6).unwrap();
        assert_eq!(answer[0], 0x88);
    });
    let mut client = open(&site, &worker);
    assert_eq!(client.exactly(5), [1, 6, b'a', b'b', b'c']);
    site.intake(&worker, Intake::Closing);
    pause(50);
    client.send("!");
    assert_eq!(client.exactly(3), b"def");
    assert_eq!(client.exactly(4), CLOSE);
    client.try_send(&[0x88, 0x82, 0, 0, 0, 0]);
    client.try_send(&[0x03, 0xE9]);
    assert!(client.closed());
    until("it is counted off", || upgraded(&worker) == 0);
}

#[test]
fn an_idle_websocket_of_a_closing_worker_is_closed_at_once() {
    let site = Site::new();
    let worker = site.worker(echo);
    let mut client = open(&site, &worker);
    site.intake(&worker, Intake::Closing);
    assert_eq!(client.exactly(4), CLOSE);
    // A client that never answers is not waited for.
    assert!(client.closed());
    until("it is counted off", || upgraded(&worker) == 0);
}

#[test]
fn another_protocol_of_a_closing_worker_is_reset() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        conn.request();
        conn.send("HTTP/1.1 101 S\r\nUpgrade: raw\r\nConnection: Upgrade\r\n\r\n");
        conn.closed();
    });
    let mut client = site.client();
    client.send("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: raw\r\nConnection: Upgrade\r\n\r\n");
    assert_eq!(client.head().status, 101);
    until("it counts as upgraded", || upgraded(&worker) == 1);
    site.intake(&worker, Intake::Closing);
    let error = std::io::Read::read(&mut client.stream, &mut [0]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    until("it is counted off", || upgraded(&worker) == 0);
}

#[test]
fn the_end_of_the_edge_closes_websockets() {
    let site = Site::with_limits(|limits| limits.drain_timeout = Duration::from_millis(200));
    let worker = site.worker(echo);
    let mut client = open(&site, &worker);
    std::thread::scope(|scope| {
        scope.spawn(|| site.drain());
        assert_eq!(client.exactly(4), CLOSE);
        drop(client);
    });
    until("it is counted off", || upgraded(&worker) == 0);
}
