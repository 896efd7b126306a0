//! Requests that no worker may see.

use crate::site::{Site, settings};
use std::time::Duration;

/// Raw requests and the status of the answer; `~` stands for CRLF. The heads themselves are tested
/// one by one beside the parser.
#[rustfmt::skip]
const CASES: &[(&str, u16)] = &[
    ("POST / HTTP/1.1~Host: a~Content-Length: 4~Transfer-Encoding: chunked~~0~~", 400),
    ("POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~Content-Length: 4~~0~~", 400),
    ("POST / HTTP/1.1~Host: a~Transfer-Encoding: xchunked~~0~~", 400),
    ("POST / HTTP/1.0~Transfer-Encoding: chunked~~0~~", 400),
    ("POST / HTTP/1.1~Host: a~Content-Length: 1~Content-Length: 1~~a", 400),
    ("GET / HTTP/1.1\nHost: a\n\n", 400),
    ("GET / HTTP/1.1~Host: a~X: y~ z~~", 400),
    ("GET / HTTP/1.1~Host : a~~", 400),
    ("GET / HTTP/1.1~~", 400),
    ("GET / HTTP/1.1~Host: a~Host: b~~", 400),
    ("GET http://b/ HTTP/1.1~Host: a~~", 400),
    ("GET / HTTP/2.0~Host: a~~", 505),
    ("PRI * HTTP/2.0~Host: a~~SM~~", 505),
    ("CONNECT a:1 HTTP/1.1~Host: a:1~~", 501),
    ("POST / HTTP/1.1~Host: a~Expect: x~~", 417),
    ("\u{16}\u{3}\u{1}\u{2}\0\u{1}", 400),
];

#[test]
fn a_refused_request_is_answered_and_the_connection_closed() {
    let site = Site::new();
    let worker = site.worker_saying("never");
    for (raw, want) in CASES {
        let mut client = site.client();
        client.send(&raw.replace('~', "\r\n"));
        client.send("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
        let reply = client.reply();
        assert_eq!((reply.status, reply.header("connection")), (*want, Some("close")), "{raw}");
        client.end();
        assert!(client.closed(), "{raw}");
    }
    assert_eq!(worker.connections(), 0, "{:?}", worker.requests());
}

#[test]
fn what_is_too_large_has_its_own_status() {
    let site = Site::with_limits(|limits| limits.head_bytes_max = 4_096);
    let check = |raw: String, want| {
        let mut client = site.client();
        client.try_send(raw.as_bytes());
        assert_eq!(client.reply().status, want);
    };
    check(format!("GET /{} HTTP/1.1\r\n", "x".repeat(5_000)), 414);
    check(format!("GET / HTTP/1.1\r\nX: {}\r\n", "x".repeat(5_000)), 431);
    check(format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(101)), 431);
}

#[test]
fn malformed_chunks_end_the_request_on_both_sides() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        conn.request();
        let got = conn.until(b"hello").unwrap();
        assert_eq!(got, "5\r\nhello");
        assert!(conn.closed(), "nothing of what follows arrives");
    });
    let mut client = site.client();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello");
    crate::site::until("the worker has it", || !worker.requests().is_empty());
    client.send("0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    let reply = client.reply();
    assert_eq!((reply.status, reply.header("connection")), (400, Some("close")));
    worker.until_idle();
    assert_eq!(worker.requests().len(), 1);
}

#[test]
fn what_a_trusted_proxy_says_is_passed_on() {
    let mut settings = settings();
    settings.trusted_proxies = vec![("127.0.0.0".parse().unwrap(), 8)];
    let site = Site::with(settings);
    let worker = site.worker_saying("ok");
    let mut client = site.client();
    client.send(
        "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.9\r\n\
         X-Forwarded-Proto: https\r\n\r\n",
    );
    assert_eq!(client.reply().status, 200);
    let head = &worker.requests()[0];
    assert!(head.contains("\r\nX-Forwarded-For: 203.0.113.9, 127.0.0.1\r\n"), "{head}");
    assert!(head.contains("\r\nX-Forwarded-Proto: https\r\n"), "{head}");
}

#[test]
fn forwarded_is_sent_where_it_is_on() {
    let site = Site::with(config::Edge { forwarded: true, ..settings() });
    let worker = site.worker_saying("ok");
    let mut client = site.client();
    client.send("GET / HTTP/1.1\r\nHost: a:1\r\nForwarded: for=6.6.6.6\r\n\r\n");
    assert_eq!(client.reply().status, 200);
    let head = &worker.requests()[0];
    let want = "\r\nForwarded: for=127.0.0.1;host=\"a:1\";proto=http\r\n";
    assert!(head.contains(want) && !head.contains("6.6.6.6"), "{head}");
}

#[test]
fn half_a_request_reaches_nobody() {
    let site = Site::new();
    let worker = site.worker_saying("never");
    let mut client = site.client();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n");
    assert!(client.silent(Duration::from_millis(100)));
    client.end();
    assert!(client.closed());
    assert_eq!(worker.connections(), 0);
}
