//! Replies that are compressed on their way.

use crate::client::{Client, Reply};
use crate::http2;
use crate::site::{Site, settings, until};
use crate::worker::{Conn, Worker, pause};
use base::random::Random;
use config::{Edge, Machine};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

const CODINGS: [&str; 3] = ["gzip", "br", "zstd"];

/// Settings whose `compress` is as written.
pub fn compressing(compress: &str) -> Edge {
    let text = format!("app.web.run = 'a.js'\nedge.compress = {compress}");
    let config = config::parse(&text, Path::new("/"), None, &Machine { cores: 1 }).unwrap();
    Edge { rules: config.edge.rules, ..settings() }
}

fn site() -> Site {
    Site::with(compressing("true"))
}

fn decoded(coding: &str, body: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    match coding {
        "gzip" => flate2::read::GzDecoder::new(body).read_to_end(&mut content).unwrap(),
        "br" => brotli::Decompressor::new(body, 4096).read_to_end(&mut content).unwrap(),
        _ => zstd::Decoder::new(body).unwrap().single_frame().read_to_end(&mut content).unwrap(),
    };
    content
}

/// What can be decoded of a stream that goes on.
fn so_far(coding: &str, body: &[u8]) -> String {
    let (mut content, mut room) = (Vec::new(), [0; 4096]);
    let mut decoder: Box<dyn Read> = match coding {
        "gzip" => Box::new(flate2::read::GzDecoder::new(body)),
        "br" => Box::new(brotli::Decompressor::new(body, 4096)),
        _ => Box::new(zstd::Decoder::new(body).unwrap()),
    };
    while let Ok(read @ 1..) = decoder.read(&mut room) {
        content.extend(&room[..read]);
    }
    String::from_utf8(content).unwrap()
}

fn text() -> String {
    (0..200).map(|number| format!("{{\"id\":{number},\"name\":\"thing {number}\"}}\n")).collect()
}

fn ask(client: &mut Client, accept: &str, more: &str) {
    let accept =
        if accept.is_empty() { String::new() } else { format!("Accept-Encoding: {accept}\r\n") };
    client.send(&format!("GET / HTTP/1.1\r\nHost: a\r\n{accept}{more}\r\n"));
}

fn get(site: &Site, accept: &str, more: &str) -> Reply {
    let mut client = site.client();
    ask(&mut client, accept, more);
    client.reply()
}

/// A worker that answers everything with `head` and `body`.
fn saying(site: &Site, head: &str, body: &str) -> Worker {
    let reply = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    site.worker(move |conn| while conn.request().is_some() && conn.send(&reply) {})
}

fn json(site: &Site, lines: &str) -> Worker {
    saying(site, &format!("200 OK\r\nContent-Type: application/json{lines}"), &text())
}

#[test]
fn a_reply_that_is_all_there_is_compressed_with_its_length() {
    let site = site();
    let worker = json(&site, "\r\nETag: \"x\"\r\nAccept-Ranges: bytes");
    let mut client = site.client();
    for coding in CODINGS {
        ask(&mut client, coding, "");
        let reply = client.reply();
        assert_eq!(reply.header("content-encoding"), Some(coding));
        assert_eq!(reply.header("vary"), Some("Accept-Encoding"));
        assert_eq!(reply.header("etag"), Some("W/\"x\""));
        assert_eq!(reply.header("accept-ranges"), None);
        assert_eq!(reply.header("content-length"), Some(&*reply.body.len().to_string()));
        assert_eq!(decoded(coding, &reply.body), text().as_bytes(), "{coding}");
        assert!(reply.body.len() < text().len() / 3, "{coding}");
        let taken = format!("ostler_edge_compress_taken_bytes_total{{coding={coding:?}}}");
        assert_eq!(site.metric(&taken), text().len() as u64);
        let made = format!("ostler_edge_compress_made_bytes_total{{coding={coding:?}}}");
        assert_eq!(site.metric(&made), reply.body.len() as u64);
    }
    for (at, request) in worker.requests().iter().enumerate() {
        assert!(!request.to_ascii_lowercase().contains("accept-encoding"), "{at}: {request}");
    }
    ask(&mut client, "", "");
    let reply = client.reply();
    assert_eq!((reply.text(), reply.header("vary")), (text(), Some("Accept-Encoding")));
    assert_eq!((reply.header("etag"), reply.header("content-encoding")), (Some("\"x\""), None));
    assert_eq!(site.metric("ostler_edge_compress_skipped_total{reason=\"unwanted\"}"), 1);
}

#[test]
fn without_the_word_nothing_is_touched() {
    let site = Site::new();
    let worker = json(&site, "\r\nETag: \"x\"");
    let reply = get(&site, "gzip", "");
    assert_eq!((reply.text(), reply.header("vary")), (text(), None));
    assert!(worker.requests()[0].contains("Accept-Encoding: gzip\r\n"));
    site.apply(|settings| settings.rules = compressing("true").rules);
    until("the new settings hold", || {
        get(&site, "gzip", "").header("content-encoding") == Some("gzip")
    });
    site.apply(|settings| settings.rules = compressing("{ order = ['br'] }").rules);
    until("the newer settings hold", || {
        get(&site, "gzip, br", "").header("content-encoding") == Some("br")
    });
}

#[test]
fn what_is_left_as_it_is() {
    let html = "200 OK\r\nContent-Type: text/html";
    let cases: [(&str, &str, &str, Option<&str>); 17] = [
        ("200 OK\r\nContent-Type: image/png", "", "type", None),
        ("200 OK\r\nX: y", "", "type", None),
        ("200 OK\r\nContent-Type: application/grpc+json", "", "type", None),
        (&format!("{html}\r\nContent-Encoding: gzip"), "", "encoded", None),
        (&format!("{html}\r\nContent-Encoding: x"), "", "encoded", None),
        (&format!("{html}\r\nCache-Control: public, No-Transform"), "", "no_transform", None),
        (&format!("{html}\r\nContent-Digest: sha-256=:x:"), "", "digest", None),
        (&format!("{html}\r\nContent-MD5: x"), "", "digest", None),
        (
            "206 Partial\r\nContent-Type: text/html\r\nContent-Range: bytes 0-1/9",
            "",
            "partial",
            None,
        ),
        (html, "Cache-Control: no-transform\r\n", "no_transform", Some("Accept-Encoding")),
        (html, "Sec-Fetch-Site: cross-site\r\nCookie: a=b\r\n", "breach", Some("Accept-Encoding")),
        (html, "Referer: http://b/\r\nCookie: a=b\r\n", "breach", Some("Accept-Encoding")),
        (&format!("{html}\r\nVary: *"), "Cookie: a=b\r\nOrigin: null\r\n", "breach", Some("*")),
        (
            &format!("{html}\r\nVary: Cookie"),
            "Cache-Control: no-transform\r\n",
            "no_transform",
            Some("Cookie, Accept-Encoding"),
        ),
        (
            &format!("{html}\r\nVary: Cookie\r\nVary: accept-encoding"),
            "Cache-Control: no-transform\r\n",
            "no_transform",
            Some("Cookie"),
        ),
        (
            &format!("{html}\r\nVary: Cookie\r\nVary: Origin"),
            "Cache-Control: no-transform\r\n",
            "no_transform",
            Some("Cookie, Origin, Accept-Encoding"),
        ),
        (
            html,
            "Authorization: Basic x\r\nSec-Fetch-Site: cross-site\r\n",
            "breach",
            Some("Accept-Encoding"),
        ),
    ];
    for (head, asked, reason, vary) in cases {
        let site = site();
        let _worker = saying(&site, head, &text());
        let reply = get(&site, "gzip, br, zstd", asked);
        assert_eq!(reply.text(), text(), "{head}");
        assert_eq!(reply.header("vary"), vary, "{head}");
        let skipped = format!("ostler_edge_compress_skipped_total{{reason={reason:?}}}");
        assert_eq!(site.metric(&skipped), 1, "{head} {reason}");
    }
}

#[test]
fn small_content_is_left_as_it_is() {
    let site = site();
    let _worker = site.worker(|conn| {
        while let Some(head) = conn.request() {
            conn.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n");
            match head.contains("/chunked") {
                true => conn.send("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
                false => conn.send("Content-Length: 5\r\n\r\nhello"),
            };
        }
    });
    let mut client = site.client();
    for (path, framing) in [("/length", "content-length"), ("/chunked", "transfer-encoding")] {
        client.send(&format!("GET {path} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n"));
        let reply = client.reply();
        assert_eq!((reply.text().as_str(), reply.header("content-encoding")), ("hello", None));
        assert!(reply.header(framing).is_some(), "{path}: {}", reply.head);
    }
}

#[test]
fn what_would_grow_is_left_as_it_is() {
    let site = Site::with(compressing("{ min = '1B' }"));
    let _worker = saying(&site, "200 OK\r\nContent-Type: text/plain", "x1");
    for coding in CODINGS {
        let reply = get(&site, coding, "");
        assert_eq!((reply.text().as_str(), reply.header("content-encoding")), ("x1", None));
    }
    assert_eq!(site.metric("ostler_edge_compress_skipped_total{reason=\"larger\"}"), 3);
}

/// The client must be able to decode an event before the next one is sent.
fn events_come_at_once(kind: &str, more: &str, gap: u64) {
    for coding in CODINGS {
        let site = Site::with(compressing(&format!("{{ order = [{coding:?}], min = '1B' }}")));
        let seen = Arc::new(AtomicU64::new(0));
        let (told, head) =
            (seen.clone(), format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{more}"));
        let chunked = more.contains("chunked");
        let _worker = site.worker(move |conn: &mut Conn| {
            conn.request().unwrap();
            conn.send(&format!("{head}\r\n"));
            for number in 0..20 {
                until("the last event was seen", || told.load(SeqCst) == number);
                let event = format!("data: event {number}\n\n");
                let event = match chunked {
                    true => format!("{:x}\r\n{event}\r\n", event.len()),
                    false => event,
                };
                let (first, second) = event.split_at(event.len() / 2);
                conn.send(first);
                pause(gap);
                conn.send(second);
            }
            until("the last event was seen", || told.load(SeqCst) == 20);
            if chunked {
                conn.send("0\r\n\r\n");
            }
        });
        let mut client = site.client();
        ask(&mut client, coding, "");
        let head = client.head();
        assert_eq!(head.header("content-encoding"), Some(coding));
        assert_eq!(head.header("transfer-encoding"), Some("chunked"));
        assert_eq!(head.header("content-length"), None);
        let (mut body, mut want) = (Vec::new(), String::new());
        for number in 0..20 {
            want += &format!("data: event {number}\n\n");
            while so_far(coding, &body) != want {
                let size = usize::from_str_radix(client.until("\r\n").trim_end(), 16).unwrap();
                assert!(size > 0, "ended after {:?}", so_far(coding, &body));
                body.extend(client.exactly(size));
                client.exactly(2);
            }
            seen.store(number + 1, SeqCst);
        }
        body.extend(client.chunks());
        assert_eq!(decoded(coding, &body), want.as_bytes());
        // The client's connection goes on, also if the worker's could not.
        ask(&mut client, "", "");
    }
}

#[test]
fn events_in_chunks_come_at_once() {
    events_come_at_once("text/event-stream", "Transfer-Encoding: chunked\r\n", 0);
}

#[test]
fn any_trickle_comes_at_once() {
    events_come_at_once("application/json", "Transfer-Encoding: chunked\r\n", 1);
}

#[test]
fn a_trickle_until_close_comes_at_once() {
    events_come_at_once("text/plain; charset=utf-8", "", 0);
}

#[test]
fn a_trickle_of_known_length_comes_at_once() {
    let length: usize = (0..20).map(|number| format!("data: event {number}\n\n").len()).sum();
    events_come_at_once("text/html", &format!("Content-Length: {length}\r\n"), 0);
}

#[test]
fn a_stream_that_is_torn_is_not_ended() {
    for (more, start) in [
        ("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n"),
        ("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\nzz"),
        ("Content-Length: 10000\r\n", "hello"),
    ] {
        let site = site();
        let _worker = site.worker(move |conn| {
            conn.request().unwrap();
            conn.send(&format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{more}\r\n{start}"));
            pause(50);
        });
        let mut client = site.client();
        ask(&mut client, "gzip", "");
        if client.head().status == 502 {
            // Found out before the head was passed on.
            assert!(start.contains("zz"));
            continue;
        }
        let rest = client.rest();
        assert!(!rest.ends_with(b"0\r\n\r\n"), "{more} {start}");
    }
}

#[test]
fn trailers_stay() {
    let site = site();
    let _worker = site.worker(|conn| {
        while conn.request().is_some() {
            conn.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTrailer: X-Sum\r\n");
            conn.send("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            conn.send("0\r\nX-Sum: 7\r\nY: z\r\n\r\n");
        }
    });
    let mut client = site.client();
    ask(&mut client, "gzip", "Connection: close\r\n");
    let rest = client.rest();
    assert!(rest.ends_with(b"\r\n0\r\nX-Sum: 7\r\nY: z\r\n\r\n"), "{rest:?}");
}

#[test]
fn heads_without_bodies() {
    let site = site();
    let worker = site.worker(|conn| {
        while let Some(head) = conn.request() {
            conn.send(match () {
                () if head.starts_with("HEAD") => {
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"x\"\r\n\
                     Content-Length: 5000\r\n\r\n"
                }
                () if head.contains("/204") => "HTTP/1.1 204 No\r\nETag: \"x\"\r\n\r\n",
                () if head.contains("/empty") => {
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n"
                }
                () => "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n",
            });
        }
    });
    let mut client = site.client();
    let mut ask = |method: &str, path: &str, more: &str| {
        client.send(&format!(
            "{method} {path} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n{more}\r\n"
        ));
        let head = client.head();
        let told = |name: &str| head.header(name).map(str::to_owned);
        (told("content-encoding"), told("vary"), told("etag"), told("content-length"))
    };
    let some = |text: &str| Some(text.to_owned());
    let vary = some("Accept-Encoding");
    assert_eq!(ask("HEAD", "/", ""), (some("gzip"), vary.clone(), some("W/\"x\""), None));
    assert_eq!(ask("GET", "/204", ""), (None, None, some("\"x\""), None));
    assert_eq!(ask("GET", "/empty", ""), (None, None, None, some("0")));
    let weak = ask("GET", "/", "If-None-Match: \"y\", W/\"x\"\r\n");
    assert_eq!(weak, (None, vary.clone(), some("W/\"x\""), None));
    let strong = ask("GET", "/", "If-None-Match: \"x\"\r\n");
    assert_eq!(strong, (None, vary, some("\"x\""), None));
    assert!(worker.requests()[3].contains("If-None-Match: \"y\", W/\"x\"\r\n"));
}

#[test]
fn tags_that_the_edge_made_weak_are_strong_to_the_app() {
    let site = site();
    let worker = json(&site, "");
    get(&site, "gzip", "If-Match: W/\"x\"\r\nIf-Range: W/\"x\"\r\nRange: bytes=5-\r\n");
    get(&site, "gzip", "If-Match: \"x\"\r\nIf-Range: \"x\"\r\nRange: bytes=5-\r\n");
    let requests = worker.requests();
    assert!(requests[0].contains("\r\nIf-Match: \"x\"\r\n"), "{}", requests[0]);
    assert!(!requests[0].contains("Range"), "{}", requests[0]);
    assert!(requests[1].contains("If-Match: \"x\"\r\nIf-Range: \"x\"\r\nRange: bytes=5-\r\n"));
}

#[test]
fn http_1_0_gets_content_as_it_is() {
    let site = site();
    let _worker = json(&site, "");
    let mut client = site.client();
    client.send("GET / HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n");
    let reply = client.reply();
    assert_eq!((reply.text(), reply.header("vary")), (text(), Some("Accept-Encoding")));
}

#[test]
fn another_worker_gets_the_request_and_lines_are_not_doubled() {
    let site = site();
    let wrong = site.worker(|conn| {
        conn.request().unwrap();
        conn.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n");
        conn.send("Transfer-Encoding: chunked\r\n\r\nzz\r\n");
    });
    until("a try at the wrong one", || {
        let mut client = site.client();
        ask(&mut client, "gzip", "");
        client.head().status == 502
    });
    let _right = json(&site, "");
    let (tries, mut client) = (wrong.requests().len(), site.client());
    until("another try at the wrong one", || {
        ask(&mut client, "gzip", "");
        let reply = client.reply();
        assert_eq!(reply.head.matches("Content-Encoding").count(), 1, "{}", reply.head);
        assert_eq!(reply.head.matches("Vary").count(), 1, "{}", reply.head);
        wrong.requests().len() > tries
    });
}

/// A worker that sends `bytes` of chance, counting what the edge has taken.
fn flood(site: &Site, bytes: u64) -> (Worker, Arc<AtomicU64>) {
    let taken = Arc::new(AtomicU64::new(0));
    let count = taken.clone();
    let worker = site.worker(move |conn| {
        conn.request().unwrap();
        conn.send(&format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {bytes}\r\n\r\n"
        ));
        let mut random = Random::new(1);
        while count.load(SeqCst) < bytes {
            let piece: String =
                (0..4096).map(|_| char::from(b' ' + (random.next_u64() % 90) as u8)).collect();
            if !conn.send(&piece) {
                return;
            }
            count.fetch_add(piece.len() as u64, SeqCst);
        }
    });
    (worker, taken)
}

#[test]
fn a_worker_is_not_read_while_the_client_does_not_read() {
    const BYTES: u64 = 48 << 20;
    let site = site();
    let (_worker, taken) = flood(&site, BYTES);
    let mut client = site.client();
    ask(&mut client, "zstd", "");
    client.head();
    let mut last = u64::MAX;
    until("the worker is held back", || {
        pause(300);
        std::mem::replace(&mut last, taken.load(SeqCst)) == taken.load(SeqCst)
    });
    // What the kernel holds on both sides, and a little.
    assert!(last < BYTES / 2, "{last}");
    let body = client.chunks();
    assert_eq!(decoded("zstd", &body).len() as u64, BYTES);
}

#[test]
fn http_2_clients_get_the_same() {
    let site = site();
    let _worker = json(&site, "\r\nETag: \"x\"");
    http2::run(async {
        let mut send = http2::connect(&site).await;
        for coding in CODINGS {
            let request = http::Request::builder()
                .uri("http://a/")
                .header("accept-encoding", coding)
                .body(())
                .unwrap();
            let reply = send.send_request(request, true).unwrap().0.await.unwrap();
            assert_eq!(reply.headers()["content-encoding"], coding);
            assert_eq!(reply.headers()["etag"], "W/\"x\"");
            let body = http2::all(&mut reply.into_body()).await.unwrap();
            assert_eq!(decoded(coding, &body), text().as_bytes());
        }
    });
}
