//! Bodies both ways: lengths, chunks, streams, early replies.

use crate::site::{Site, until};
use crate::worker::pause;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::time::Duration;

#[test]
fn requests_one_after_the_other_use_one_connection() {
    let site = Site::new();
    let worker = site.worker_saying("hello");
    let mut client = site.client();
    for _ in 0..3 {
        client.send("GET /x?y HTTP/1.1\r\nHost: a\r\n\r\n");
        let reply = client.reply();
        assert_eq!((reply.status, reply.text().as_str()), (200, "hello"));
        assert_eq!(reply.header("connection"), None);
    }
    assert_eq!(worker.connections(), 1);
    let head = &worker.requests()[0];
    assert!(head.starts_with("GET /x?y HTTP/1.1\r\nHost: a\r\n"), "{head}");
    assert!(head.contains("\r\nX-Forwarded-For: 127.0.0.1\r\n"), "{head}");
    worker.until_idle();
    assert_eq!(worker.load.requests.load(SeqCst), 3);
    assert_eq!(worker.load.failures.load(SeqCst), 0);
    assert_eq!(worker.load.latency.counts().total(), 3);
    assert_eq!(site.metric("ostler_edge_requests_total{app=\"web\",class=\"2xx\"}"), 3);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let site = Site::new();
    let _worker = site.worker(|conn| {
        while let Some(head) = conn.request() {
            let path = head.split(' ').nth(1).unwrap().to_owned();
            if path == "/2" {
                let body = conn.exactly(3).unwrap();
                assert_eq!(body, b"abc");
            }
            pause(10);
            conn.reply(&path);
        }
    });
    let mut client = site.client();
    client.send(
        "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n\
         abcGET /3 HTTP/1.1\r\nHost: a\r\n\r\nGET /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    );
    for path in ["/1", "/2", "/3", "/4"] {
        assert_eq!(client.reply().text(), path);
    }
    assert!(client.closed());
}

#[test]
fn a_head_byte_by_byte_is_one_head() {
    let site = Site::new();
    let worker = site.worker_saying("ok");
    let mut client = site.client();
    for byte in "GET / HTTP/1.1\r\nHost: a\r\nCookie: b\r\n\r\n".chars() {
        client.send(&byte.to_string());
    }
    assert_eq!(client.reply().status, 200);
    assert!(worker.requests()[0].contains("Cookie: b\r\n"));
}

/// 24 MiB each way at once, in chunks, through a worker that echoes.
#[test]
fn large_bodies_stream_both_ways_at_once() {
    const SIZE: usize = 24 * 1024 * 1024;
    let site = Site::new();
    let worker = site.worker(|conn| {
        conn.request().unwrap();
        conn.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        // What follows is the request's own chunks.
        let mut piece = vec![0; 65_536];
        let early = conn.buffered();
        conn.stream.write_all(&early).unwrap();
        loop {
            match conn.stream.read(&mut piece) {
                Ok(0) | Err(_) => break,
                Ok(read) => conn.stream.write_all(&piece[..read]).unwrap(),
            }
        }
    });
    let mut client = site.client();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    let mut sender = client.stream.try_clone().unwrap();
    let sending = std::thread::spawn(move || {
        let data = vec![b'x'; 30_000];
        let mut left = SIZE;
        while left > 0 {
            let part = left.min(data.len());
            write!(sender, "{part:x}\r\n").unwrap();
            sender.write_all(&data[..part]).unwrap();
            sender.write_all(b"\r\n").unwrap();
            left -= part;
        }
        sender.write_all(b"0\r\n\r\n").unwrap();
    });
    let reply = client.reply();
    assert_eq!((reply.status, reply.body.len()), (200, SIZE));
    assert!(reply.body.iter().all(|byte| *byte == b'x'));
    sending.join().unwrap();
    drop(client);
    worker.until_idle();
}

#[test]
fn a_client_that_does_not_read_stops_the_worker() {
    let site = Site::new();
    let sent = Arc::new(AtomicUsize::new(0));
    let count = sent.clone();
    let worker = site.worker(move |conn| {
        conn.request().unwrap();
        conn.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
        let piece = vec![0; 65_536];
        while conn.stream.write_all(&piece).is_ok() {
            count.fetch_add(piece.len(), SeqCst);
        }
    });
    let mut client = site.client();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.head().status, 200);
    let mut before = 0;
    until("the worker is stopped", || {
        pause(200);
        let now = sent.load(SeqCst);
        std::mem::replace(&mut before, now) == now && now > 0
    });
    assert!(before < 64 * 1024 * 1024, "{before} bytes were taken without being read");
    client.exactly(20_000_000);
    assert!(sent.load(SeqCst) > 15_000_000, "it goes on when the client reads");
    drop(client);
    worker.until_idle();
}

#[test]
fn events_are_passed_on_at_once() {
    let site = Site::new();
    let (go, wait) = mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let _worker = site.worker(move |conn| {
        conn.request().unwrap();
        conn.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        let wait = wait.lock().unwrap();
        for at in 0..5 {
            wait.recv().unwrap();
            conn.send(&format!("9\r\ndata: {at}\n\n\r\n"));
        }
        conn.send("0\r\n\r\n");
    });
    let mut client = site.client();
    client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.head().status, 200);
    for at in 0..5 {
        // The worker says the next thing only when the last has arrived.
        go.send(()).unwrap();
        client.until(&format!("data: {at}\n\n\r\n"));
    }
    client.until("0\r\n\r\n");
}

#[test]
fn a_request_streams_before_its_end_is_known() {
    let site = Site::new();
    let _worker = site.worker(|conn| {
        conn.request().unwrap();
        conn.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while let Some(line) = conn.until(b"\r\n") {
            if line == "0\r\n" {
                conn.send("0\r\n\r\n");
                return;
            }
            let data = conn.until(b"\r\n").unwrap();
            conn.send(&format!("{line}{data}"));
        }
    });
    let mut client = site.client();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    assert_eq!(client.head().status, 200);
    for word in ["one", "two", "six"] {
        client.send(&format!("3\r\n{word}\r\n"));
        client.until(&format!("3\r\n{word}\r\n"));
    }
    client.send("0\r\n\r\n");
    client.until("0\r\n\r\n");
}

#[test]
fn an_early_reply_is_passed_on_and_the_connection_closed() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        conn.request().unwrap();
        conn.send("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno");
        conn.until(b"never");
    });
    let mut client = site.client();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\nabc");
    let reply = client.reply();
    assert_eq!((reply.status, reply.text().as_str()), (401, "no"));
    assert_eq!(reply.header("connection"), Some("close"));
    // A client that goes on sending is not reset before it has read the reply.
    assert!(client.try_send(&[b'x'; 100_000]));
    worker.until_idle();
}

#[test]
fn trailers_are_passed_on_both_ways() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        conn.request().unwrap();
        let body = conn.until(b"\r\n\r\n").unwrap();
        assert_eq!(body, "3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n");
        conn.send("HTTP/1.1 200 OK\r\nTrailer: X-End\r\nTransfer-Encoding: chunked\r\n\r\n");
        conn.send("2\r\nok\r\n0\r\nX-End: yes\r\n\r\n");
        conn.request();
        conn.reply("again");
    });
    let mut client = site.client();
    client
        .send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n");
    client.send("3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n");
    let head = client.head();
    assert_eq!(head.header("trailer"), Some("X-End"));
    assert_eq!(client.until("\r\n\r\n"), "2\r\nok\r\n0\r\nX-End: yes\r\n\r\n");
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.reply().text(), "again");
    assert_eq!(worker.connections(), 1, "both connections were kept");
}

#[test]
fn replies_without_a_body() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        while let Some(head) = conn.request() {
            let length = if head.contains("/204") { "" } else { "Content-Length: 5\r\n" };
            let status = &head[head.find('/').unwrap() + 1..][..3];
            conn.send(&format!("HTTP/1.1 {status} X\r\n{length}\r\n"));
        }
    });
    let mut client = site.client();
    client.send("HEAD /200 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.head().header("content-length"), Some("5"));
    client.send("GET /304 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.head().status, 304);
    client.send("GET /204 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.head().status, 204);
    assert_eq!(worker.connections(), 1);
}

#[test]
fn a_body_after_a_reply_to_head_is_not_passed_on() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        conn.request();
        conn.reply("smuggled");
        conn.closed();
    });
    let mut client = site.client();
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.head().header("content-length"), Some("8"));
    assert!(client.silent(Duration::from_millis(100)));
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.head().status, 200);
    assert_eq!(worker.connections(), 2, "the connection with surplus bytes was not used again");
}

#[test]
fn a_reply_until_close() {
    let site = Site::new();
    let _worker = site.worker(|conn| {
        conn.request();
        conn.send("HTTP/1.1 200 OK\r\n\r\nabc");
        pause(20);
        conn.send("def");
    });
    let mut client = site.client();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let reply = client.reply();
    assert_eq!((reply.header("connection"), reply.text().as_str()), (Some("close"), "abcdef"));
}

#[test]
fn an_old_client_gets_no_chunks() {
    let site = Site::new();
    let _worker = site.worker(|conn| {
        while conn.request().is_some() {
            conn.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2");
            pause(20);
            conn.send("\r\nde\r\n0\r\nX: y\r\n\r\n");
        }
    });
    let mut client = site.client();
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    let reply = client.reply();
    assert_eq!(reply.header("transfer-encoding"), None);
    assert_eq!((reply.header("connection"), reply.text().as_str()), (Some("close"), "abcde"));
}

#[test]
fn an_old_client_can_keep_its_connection() {
    let site = Site::new();
    let _worker = site.worker_saying("ok");
    let mut client = site.client();
    for _ in 0..2 {
        client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        let reply = client.reply();
        assert_eq!((reply.header("connection"), reply.status), (Some("keep-alive"), 200));
    }
    client.send("GET / HTTP/1.0\r\n\r\n");
    assert_eq!(client.reply().header("connection"), Some("close"));
    assert!(client.closed());
}

#[test]
fn a_reply_that_breaks_off_is_not_taken_for_a_whole_one() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        let head = conn.request().unwrap();
        let body = if head.contains("/length") {
            "Content-Length: 10\r\n\r\nabc"
        } else if head.contains("/chunks") {
            "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
        } else {
            "Transfer-Encoding: chunked\r\n\r\n3\r\nabc"
        };
        conn.send(&format!("HTTP/1.1 200 OK\r\n{body}"));
        pause(50);
        conn.send("X");
    });
    for path in ["/length", "/chunks", "/malformed"] {
        let mut client = site.client();
        client.send(&format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n"));
        assert_eq!(client.head().status, 200);
        let rest = client.rest();
        assert!(!rest.ends_with(b"0\r\n\r\n") && rest.len() < 10, "{path}: {rest:?}");
    }
    worker.until_idle();
    assert_eq!(worker.load.failures.load(SeqCst), 3);
}

/// A body that fills the buffer to its last byte leaves a doubt whether there is more.
#[test]
fn a_connection_is_idle_after_any_length_of_body() {
    let site = Site::with_limits(|limits| {
        limits.head_timeout = Duration::from_millis(300);
    });
    let _worker = site.worker(|conn| {
        while let Some(head) = conn.request() {
            let length = head.split("Content-Length: ").nth(1).unwrap().split('\r').next().unwrap();
            conn.exactly(length.parse().unwrap()).unwrap();
            conn.reply("ok");
        }
    });
    let mut client = site.client();
    let head =
        |length: usize| format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
    for total in [16 * 1024, 32 * 1024, 128 * 1024] {
        let length = total - head(total).len();
        client.send(&format!("{}{}", head(length), "x".repeat(length)));
        assert_eq!(client.reply().text(), "ok");
        // It has idle_timeout, not head_timeout.
        pause(700);
    }
    client.send("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(client.reply().status, 200);
}
