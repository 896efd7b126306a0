//! What is told of refusals.

use crate::site::{Site, settings};

#[test]
fn a_refusal_names_the_client_the_rule_and_what_was_wrong() {
    let mut settings = settings();
    settings.trusted_proxies = vec![("127.0.0.1".parse().unwrap(), 32)];
    let site = Site::with(settings);
    let mut news = site.edge.news().unwrap();
    let mut refused = |raw: &str| {
        let mut client = site.client();
        client.send(raw);
        let reply = client.reply();
        let id = reply.header("x-request-id").unwrap().to_owned();
        news.next().unwrap().replace(&id, "ID")
    };
    assert_eq!(
        refused(
            "POST /a?token=1 HTTP/1.1\r\nHost: a\r\nCookie: secret\r\nContent-Length: 4\r\n\
             X-Forwarded-For: 203.0.113.9\r\nTransfer-Encoding: chunked\r\n\r\n"
        ),
        "refused 203.0.113.9: Content-Length and Transfer-Encoding stand together \
         (RFC 9112 6.1, length_and_coding) with 400, request id ID: \"POST /a?...\", \
         \"Content-Length: 4\", \"Transfer-Encoding: chunked\""
    );
    assert_eq!(
        refused("\u{16}\u{3}\u{1}\u{2}\n"),
        "refused 127.0.0.1: the request line is malformed (RFC 9112 3, request_line) with 400, \
         request id ID: \"\\x16\\x03\\x01\\x02\""
    );
    assert_eq!(
        refused("GET /x HTTP/1.1\r\nHost: nowhere.example\r\nX-Request-Id: abcd\r\n\r\n"),
        "refused 127.0.0.1: no app is configured for this address (no_route) with 404, \
         request id ID: \"GET /x HTTP/1.1\", \"Host: nowhere.example\""
    );
}

#[test]
fn what_no_worker_answers_is_told_too() {
    let site = Site::new();
    let mut news = site.edge.news().unwrap();
    let _worker = site.worker(|conn| {
        conn.request();
    });
    let mut client = site.client();
    client.send("POST /x?y HTTP/1.1\r\nHost: a\r\nX-Request-Id: q\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(client.reply().status, 502);
    assert_eq!(
        news.next().unwrap(),
        "refused 127.0.0.1: the app closed the connection without an answer (no_reply) with 502, \
         request id q: \"POST /x?...\""
    );
}

#[test]
fn a_connection_too_many_is_told() {
    let site = Site::with_limits(|limits| limits.connections_max = 1);
    let mut news = site.edge.news().unwrap();
    let _worker = site.worker_saying("ok");
    let mut first = site.client();
    first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(first.reply().status, 200);
    assert_eq!(site.client().reply().status, 503);
    assert_eq!(
        news.next().unwrap(),
        "refused 127.0.0.1: 1 connections are open already (connections)"
    );
}

#[test]
fn a_flood_is_told_at_a_bounded_rate_and_counted_in_full() {
    let site = Site::new();
    let mut news = site.edge.news().unwrap();
    for _ in 0..100 {
        let mut client = site.client();
        client.send("GET / HTTP/1.1\r\n\r\n");
        assert_eq!(client.reply().status, 400);
    }
    let told: Vec<String> = std::iter::from_fn(|| news.next())
        .take_while(|line| !line.contains("more for host_missing in the last 10 s"))
        .collect();
    assert!((5..20).contains(&told.len()), "{told:?}");
    assert_eq!(site.metric("ostler_edge_refused_total{reason=\"host_missing\"}"), 100);
}
