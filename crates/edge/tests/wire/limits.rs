//! Limits of time, size and number.

use crate::site::{Site, until};
use crate::worker::pause;
use base::clock::now;
use std::time::{Duration, Instant};

const SHORT: Duration = Duration::from_millis(300);

fn check_late(begin: Instant) {
    let took = begin.elapsed();
    assert!(took >= SHORT && took < SHORT * 5, "{took:?}");
}

/// The limit is for the whole head: a byte now and then does not move it.
#[test]
fn a_slow_head_is_told_off() {
    let site = Site::with_limits(|limits| limits.head_timeout = SHORT);
    let mut client = site.client();
    let begin = now();
    let mut sender = client.stream.try_clone().unwrap();
    std::thread::spawn(move || {
        use std::io::Write;
        for byte in "GET / HTTP/1.1\r\nHost: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".bytes() {
            if sender.write_all(&[byte]).is_err() {
                break;
            }
            pause(50);
        }
    });
    let reply = client.reply();
    assert_eq!((reply.status, reply.header("connection")), (408, Some("close")));
    check_late(begin);
}

#[test]
fn silence_is_answered_with_silence() {
    let site = Site::with_limits(|limits| limits.head_timeout = SHORT);
    let begin = now();
    assert!(site.client().closed());
    check_late(begin);
}

#[test]
fn an_idle_connection_is_closed() {
    let site = Site::with_limits(|limits| limits.idle_timeout = SHORT);
    let _worker = site.worker_saying("ok");
    let mut client = site.client();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.reply().status, 200);
    let begin = now();
    assert!(client.closed());
    check_late(begin);
}

#[test]
fn a_slow_body_is_told_off() {
    let site = Site::with_limits(|limits| limits.stall_timeout = SHORT);
    let worker = site.worker(|conn| {
        conn.request();
        conn.exactly(10);
    });
    let mut client = site.client();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    let begin = now();
    assert_eq!(client.reply().status, 408);
    check_late(begin);
    worker.until_idle();
}

#[test]
fn a_body_that_goes_on_is_not_told_off() {
    let site = Site::with_limits(|limits| limits.stall_timeout = SHORT);
    let _worker = site.worker(|conn| {
        conn.request();
        assert_eq!(conn.exactly(10).unwrap().len(), 10);
        conn.reply("ok");
    });
    let mut client = site.client();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
    for _ in 0..10 {
        pause(80);
        client.send("x");
    }
    assert_eq!(client.reply().status, 200);
}

#[test]
fn a_silent_worker_is_a_504() {
    let site = Site::with_limits(|limits| limits.reply_timeout = SHORT);
    let worker = site.worker(|conn| {
        conn.request();
        conn.closed();
    });
    let begin = now();
    let (status, body) = site.get("/");
    assert!(status == 504 && body.contains("did not answer within 300ms"), "{status} {body}");
    check_late(begin);
    assert_eq!(worker.requests().len(), 1, "a slow request is not sent again");
    worker.until_idle();
}

#[test]
fn a_worker_may_be_silent_within_its_reply() {
    let site = Site::with_limits(|limits| {
        limits.reply_timeout = SHORT;
        limits.stall_timeout = SHORT;
        limits.idle_timeout = SHORT;
    });
    let _worker = site.worker(|conn| {
        conn.request();
        conn.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
        pause(1_000);
        conn.send("cd");
    });
    assert_eq!(site.get("/"), (200, "abcd".to_owned()));
}

#[test]
fn a_client_that_does_not_read_is_cut() {
    let site = Site::with_limits(|limits| limits.stall_timeout = SHORT);
    let worker = site.worker(|conn| {
        conn.request();
        conn.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
        while conn.send(&"x".repeat(65_536)) {}
    });
    let mut client = site.client();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    until("the worker has it", || !worker.requests().is_empty());
    worker.until_idle();
}

#[test]
fn a_worker_that_does_not_read_is_a_504() {
    let site = Site::with_limits(|limits| limits.stall_timeout = SHORT);
    let worker = site.worker(|conn| {
        conn.request();
        pause(3_000);
    });
    let mut client = site.client();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
    let mut sender = client.stream.try_clone().unwrap();
    std::thread::spawn(move || {
        use std::io::Write;
        while sender.write_all(&[0; 65_536]).is_ok() {}
    });
    assert_eq!(client.reply().status, 504);
    worker.until_idle();
}

#[test]
fn a_body_above_the_limit_is_refused() {
    let site = Site::with_limits(|limits| limits.body_bytes_max = 10);
    let worker = site.worker(|conn| {
        conn.request();
        conn.until(b"never");
    });
    let mut client = site.client();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
    assert_eq!(client.reply().status, 413);
    assert_eq!(worker.connections(), 0, "an announced length is refused at once");
    let mut client = site.client();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n");
    until("the worker has it", || !worker.requests().is_empty());
    client.send("5\r\nabcde\r\n0\r\n\r\n");
    assert_eq!(client.reply().status, 413);
    worker.until_idle();
}

#[test]
fn connections_above_the_limit_are_told_so() {
    let site = Site::with_limits(|limits| limits.connections_max = 2);
    let _worker = site.worker_saying("ok");
    let mut clients = [site.client(), site.client()];
    for client in &mut clients {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(client.reply().status, 200);
    }
    let mut third = site.client();
    assert_eq!(third.reply().status, 503);
    assert_eq!(site.metric("ostler_edge_refused_total{reason=\"connections\"}"), 1);
    drop(clients);
    until("there is room again", || site.metric("ostler_edge_connections") == 0);
    assert_eq!(site.get("/").0, 200);
}

/// It takes 20 s: every client has so long, whatever its pace.
#[test]
fn a_body_that_trickles_in_is_given_up() {
    let site = Site::with_limits(|limits| limits.client_rate_min = 500);
    let worker = site.worker(|conn| {
        conn.request();
        while conn.exactly(1).is_some() {}
    });
    let mut client = site.client();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
    let began = now();
    while began.elapsed() < Duration::from_secs(40) && client.try_send(b"x") {
        if !client.silent(Duration::from_secs(1)) {
            break;
        }
    }
    let took = began.elapsed();
    assert!(took > Duration::from_secs(19) && took < Duration::from_secs(30), "{took:?}");
    worker.until_idle();
}
