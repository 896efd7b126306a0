use crate::house::{House, eventually, request};
use control::Limits;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::Duration;

#[test]
fn a_large_body_is_refused() {
    let house = House::new();
    let body = "x".repeat(64 * 1024 + 1);
    let got = house.trusted("POST /api/v1/reload", &body);
    assert_eq!(got.status, 413, "{got:?}");
}

#[test]
fn large_heads_are_refused() {
    let house = House::new();
    let got = house.tcp(&format!("GET /healthz\nX-Large: {}", "x".repeat(20_000)), "");
    assert_eq!(got.status, 431, "{got:?}");
    let many: String = (0..70).map(|n| format!("\nX-{n}: 1")).collect();
    assert_eq!(house.tcp(&format!("GET /healthz{many}"), "").status, 431);
}

#[test]
fn slow_heads_and_bodies_are_cut() {
    let short = Duration::from_millis(100);
    let house =
        House::with(Limits { head_timeout: short, body_timeout: short, ..Limits::default() });
    let mut slow = TcpStream::connect(house.tcp).unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nHo").unwrap();
    let mut text = String::new();
    slow.read_to_string(&mut text).unwrap();
    assert!(text.is_empty() || text.starts_with("HTTP/1.1 408"), "{text}");
    let mut slow = UnixStream::connect(house.socket()).unwrap();
    let head = "POST /api/v1/stop HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    slow.write_all(format!("{head}Content-Length: 2\r\n\r\n{{").as_bytes()).unwrap();
    text.clear();
    slow.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 408"), "{text}");
    assert!(house.fake.done().is_empty());
}

#[test]
fn connections_wait_for_a_free_place() {
    let house = House::with(Limits { tcp_connections_max: 2, ..Limits::default() });
    let idle: Vec<_> = (0..2).map(|_| TcpStream::connect(house.tcp).unwrap()).collect();
    // The kernel's queue is in order, so the third one is the one that waits.
    let mut third = TcpStream::connect(house.tcp).unwrap();
    third.write_all(request("GET /healthz\nHost: localhost", "").as_bytes()).unwrap();
    third.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    assert!(third.read(&mut [0; 16]).is_err(), "both places are taken");
    assert_eq!(house.unix("GET /healthz", "").status, 200, "the owner has places of its own");
    drop(idle);
    third.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut text = String::new();
    third.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
}

#[test]
fn streams_leave_room_for_health_checks() {
    let house = House::with(Limits { streams_max: 1, ..Limits::default() });
    let mut stream = UnixStream::connect(house.socket()).unwrap();
    let head = "GET /api/v1/logs?follow\nHost: localhost";
    stream.write_all(request(head, "").as_bytes()).unwrap();
    eventually("the stream listens", || house.fake.lines.receiver_count() == 1);
    let got = house.unix("GET /api/v1/events", "");
    assert!(got.status == 503 && got.body.contains("Too many streams"), "{got:?}");
    drop(stream);
    eventually("the place is free", || house.fake.lines.receiver_count() == 0);
    assert_eq!(house.tcp("GET /healthz", "").status, 200);
}

#[test]
fn noise_is_answered_and_survived() {
    let house = House::new();
    for noise in
        [&b"\x16\x03\x01\x02\x00\x01"[..], b"GET\r\n\r\n", b"\r\n\r\n\r\n", b"GET / HTTP/9\r\n\r\n"]
    {
        let mut stream = TcpStream::connect(house.tcp).unwrap();
        stream.write_all(noise).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        // A reset is as good as an answer.
        let _ = stream.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP/1.1 200"), "{noise:?}");
    }
    assert_eq!(house.tcp("GET /healthz", "").status, 200);
}
