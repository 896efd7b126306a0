//! The PROXY protocol: who may send it, and what comes of it.

use crate::client::Client;
use crate::site::{Site, settings, until};
use config::Edge;
use std::time::Duration;

const LINE: &str = "PROXY TCP4 203.0.113.9 10.0.0.1 4711 80\r\n";
const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

fn proxied(trusted: &[&str]) -> Edge {
    let network = |text: &&str| (text.parse().unwrap(), 32);
    Edge {
        proxy_protocol: true,
        trusted_proxies: trusted.iter().map(network).collect(),
        ..settings()
    }
}

fn binary(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
    [b"\r\n\r\n\0\r\nQUIT\n", &[command, family][..], &length, rest].concat()
}

fn refused(site: &Site, reason: &str) -> u64 {
    site.metric(&format!("ostler_edge_refused_total{{reason=\"{reason}\"}}"))
}

#[test]
fn the_header_names_the_client() {
    let site = Site::with(proxied(&["127.0.0.1"]));
    let worker = site.worker_saying("ok");
    let v4 = binary(0x21, 0x11, &[203, 0, 113, 8, 10, 0, 0, 1, 0x12, 0x67, 0, 80]);
    let local = binary(0x20, 0, b"");
    for (header, want) in [
        (LINE.as_bytes(), "203.0.113.9"),
        (b"PROXY UNKNOWN\r\n", "127.0.0.1"),
        (&v4, "203.0.113.8"),
        (&local, "127.0.0.1"),
    ] {
        let mut client = site.client();
        assert!(client.try_send(&[header, GET.as_bytes()].concat()));
        assert_eq!(client.reply().status, 200);
        // The next request of the connection has no header of its own.
        client.send(GET);
        assert_eq!(client.reply().status, 200);
        for head in worker.requests().iter().rev().take(2) {
            assert!(head.contains(&format!("\r\nX-Forwarded-For: {want}\r\n")), "{head}");
        }
    }
}

#[test]
fn a_header_may_come_byte_by_byte() {
    let site = Site::with(proxied(&["127.0.0.1"]));
    let worker = site.worker_saying("ok");
    let v4 = binary(0x21, 0x11, &[203, 0, 113, 9, 10, 0, 0, 1, 0x12, 0x67, 0, 80]);
    for header in [LINE.as_bytes(), &v4] {
        let mut client = site.client();
        for byte in [header, GET.as_bytes()].concat() {
            assert!(client.try_send(&[byte]));
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(client.reply().status, 200);
        assert!(worker.requests().last().unwrap().contains("X-Forwarded-For: 203.0.113.9\r\n"));
    }
}

#[test]
fn a_trusted_proxy_without_a_header_is_refused() {
    let site = Site::with(proxied(&["127.0.0.1"]));
    let worker = site.worker_saying("never");
    for bytes in [GET, "PROXY TCP4 nonsense\r\n", "\u{16}\u{3}\u{1}", "PRI * HTTP/2.0\r\n"] {
        let mut client = site.client();
        client.send(bytes);
        assert!(client.closed(), "{bytes}");
    }
    assert_eq!((refused(&site, "proxy_header"), worker.connections()), (4, 0));
}

#[test]
fn what_others_send_is_never_believed() {
    let site = Site::with(proxied(&["192.0.2.1"]));
    let worker = site.worker_saying("ok");
    let mut client = site.client();
    client.send(&format!("{LINE}{GET}"));
    assert_eq!(client.reply().status, 400);
    assert!(client.closed());
    // They are served as always.
    let mut client = site.client();
    client.send(GET);
    assert_eq!(client.reply().status, 200);
    assert!(worker.requests()[0].contains("\r\nX-Forwarded-For: 127.0.0.1\r\n"));
}

#[test]
fn a_client_that_is_told_of_is_not_trusted_itself() {
    let site = Site::with(proxied(&["127.0.0.1"]));
    let worker = site.worker_saying("ok");
    let mut client = site.client();
    client.send(LINE);
    client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n");
    assert_eq!(client.reply().status, 200);
    let head = &worker.requests()[0];
    assert!(head.contains("\r\nX-Forwarded-For: 203.0.113.9\r\n"), "{head}");
}

#[test]
fn silence_and_half_a_header_end_in_time() {
    let mut settings = proxied(&["127.0.0.1"]);
    settings.limits.head_timeout = Duration::from_millis(100);
    let site = Site::with(settings);
    let half = |bytes: &str, ends: bool| -> Client {
        let mut client = site.client();
        client.send(bytes);
        if ends {
            client.end();
        }
        client
    };
    assert!(half("PROXY TCP4", false).closed());
    assert!(half("", false).closed());
    assert_eq!(refused(&site, "proxy_timeout"), 2);
    // A look whether the port is open, and a balancer that changes its mind, are nothing to tell.
    assert!(half("", true).closed());
    assert!(half("PROXY TCP4", true).closed());
    assert_eq!((refused(&site, "proxy_timeout"), refused(&site, "proxy_header")), (2, 0));
    until("nothing is left", || site.metric("ostler_edge_connections") == 0);
}
