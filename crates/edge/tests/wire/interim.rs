//! Replies before the reply (RFC 9110 section 15.2).

use crate::site::{Site, settings};
use std::time::Duration;

#[test]
fn a_client_that_asks_first_gets_the_workers_100() {
    let site = Site::new();
    let _worker = site.worker(|conn| {
        let head = conn.request().unwrap();
        assert!(head.contains("Expect: 100-continue\r\n"), "{head}");
        conn.send("HTTP/1.1 100 Continue\r\n\r\n");
        assert_eq!(conn.exactly(5).unwrap(), b"hello");
        conn.reply("got it");
    });
    let mut client = site.client();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    assert_eq!(client.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    let reply = client.reply();
    assert_eq!((reply.status, reply.text().as_str()), (200, "got it"));
}

#[test]
fn a_client_that_asks_first_can_be_refused() {
    let site = Site::new();
    let _worker = site.worker(|conn| {
        conn.request().unwrap();
        conn.send("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
        conn.closed();
    });
    let mut client = site.client();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    let reply = client.reply();
    assert_eq!((reply.status, reply.header("connection")), (403, Some("close")));
}

#[test]
fn hints_are_passed_on_as_they_come() {
    let site = Site::new();
    let _worker = site.worker(|conn| {
        while conn.request().is_some() {
            conn.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
            conn.send("HTTP/1.1 103 Early Hints\r\nLink: </b.css>\r\n\r\nHTTP/1.1 200 OK\r\n");
            conn.send("Content-Length: 2\r\n\r\nok");
        }
    });
    let mut client = site.client();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.head().header("link"), Some("</a.css>"));
    assert_eq!(client.head().header("link"), Some("</b.css>"));
    assert_eq!(client.reply().text(), "ok");
    // HTTP/1.0 has no interim replies.
    client.send("GET / HTTP/1.0\r\n\r\n");
    assert_eq!(client.reply().status, 200);
}

#[test]
fn endless_interim_replies_are_an_error() {
    let site = Site::new();
    let _worker = site.worker(|conn| {
        conn.request();
        while conn.send("HTTP/1.1 102 Processing\r\n\r\n") {}
    });
    let mut client = site.client();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut reply = client.head();
    while reply.status == 102 {
        reply = client.head();
    }
    assert_eq!(reply.status, 502);
}

#[test]
fn the_time_taken_is_told_if_wanted() {
    let mut settings = settings();
    settings.server_timing = true;
    let site = Site::with(settings);
    let _worker = site.worker(|conn| {
        conn.request();
        std::thread::sleep(Duration::from_millis(30));
        conn.reply("ok");
    });
    let mut client = site.client();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let reply = client.reply();
    let timing = reply.header("server-timing").unwrap().strip_prefix("edge;dur=").unwrap();
    assert!(timing.parse::<f64>().unwrap() >= 30.0, "{timing}");
}
