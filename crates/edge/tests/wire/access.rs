//! The access log: what is told of each request, and that none is left out.

use crate::site::{Site, settings, until};
use config::{AccessLogFormat, Edge};
use edge::access::{Access, Sink};
use std::io;
use std::sync::{Arc, Mutex};

/// Lines in memory.
#[derive(Debug, Default)]
struct Lines(Mutex<Vec<String>>);

impl Sink for Lines {
    fn write(&self, lines: &[u8]) -> io::Result<()> {
        let text = String::from_utf8(lines.to_vec()).unwrap();
        self.0.lock().unwrap().extend(text.lines().map(str::to_owned));
        Ok(())
    }
}

impl Lines {
    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    /// The lines, once there are so many.
    fn wait(&self, count: usize) -> Vec<String> {
        until("the lines are written", || self.all().len() >= count);
        self.all()
    }

    fn wait_json(&self, count: usize) -> Vec<serde_json::Value> {
        self.wait(count).iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn logged(format: AccessLogFormat, settings: Edge) -> (Site, Arc<Lines>) {
    let lines = Arc::new(Lines::default());
    let access = Access { format, sink: lines.clone() };
    (Site::logged(settings, access), lines)
}

#[test]
fn a_request_is_one_line_with_what_is_known_of_it() {
    let (site, lines) = logged(AccessLogFormat::Json, settings());
    let _worker = site.worker_saying("hello");
    let mut client = site.client();
    client.send(
        "GET /a?b=c HTTP/1.1\r\nHost: example.org:81\r\nUser-Agent: x\"\u{e9}\r\n\
         Referer: http://r/\r\nX-Request-Id: abc\r\n\r\n",
    );
    assert_eq!(client.reply().status, 200);
    let lines = lines.wait_json(1);
    let line = &lines[0];
    let ms = |name: &str| line[name].as_f64().unwrap();
    assert!(ms("first_byte_ms") > 0.0 && ms("first_byte_ms") <= ms("duration_ms"), "{line}");
    assert!(line["time"].as_str().unwrap().ends_with('Z'), "{line}");
    for (name, want) in [
        ("client", "127.0.0.1"),
        ("method", "GET"),
        ("target", "/a?b=c"),
        ("host", "example.org:81"),
        ("protocol", "HTTP/1.1"),
        ("app", "web"),
        ("id", "abc"),
        ("referer", "http://r/"),
        ("user_agent", "x\"\u{e9}"),
    ] {
        assert_eq!(line[name], want, "{line}");
    }
    for (name, want) in [("status", 200), ("bytes", 5), ("tries", 1)] {
        assert_eq!(line[name], want, "{line}");
    }
    assert!(line["worker"].is_u64() && line["reason"].is_null() && line["peer"].is_null());
}

#[test]
fn what_is_refused_is_told_too() {
    let (site, lines) = logged(AccessLogFormat::Combined, settings());
    for raw in [
        "GET /\r\n\r\n",
        "\u{16}\u{3}\u{1}\"\n",
        "GET /x HTTP/1.1\r\nHost: nowhere.example\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    ] {
        let mut client = site.client();
        client.send(raw);
        client.reply();
    }
    let lines = lines.wait(4);
    for (line, want) in lines.iter().zip([
        "] \"GET /\" 400 ",
        "] \"\\x16\\x03\\x01\\x22\" 400 ",
        "] \"GET /x HTTP/1.1\" 404 ",
        "] \"GET / HTTP/1.1\" 400 ",
    ]) {
        assert!(line.contains(want) && line.ends_with(" \"-\" \"-\""), "{line}");
    }
}

#[test]
fn bytes_are_those_of_the_body() {
    let (site, lines) = logged(AccessLogFormat::Json, settings());
    let _worker = site.worker(|conn| {
        while let Some(head) = conn.request() {
            if head.starts_with("GET /chunks") {
                conn.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                conn.send("5\r\nhello\r\n0\r\n\r\n");
            } else if head.starts_with("HEAD") {
                conn.send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
            } else {
                conn.send("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n");
                conn.reply(&"x".repeat(100_000));
            }
        }
    });
    let mut client = site.client();
    for (method, path) in [("GET", "/chunks"), ("HEAD", "/"), ("GET", "/large")] {
        client.send(&format!("{method} {path} HTTP/1.1\r\nHost: a\r\n\r\n"));
        if method == "HEAD" {
            client.head();
            continue;
        }
        while client.reply().status == 103 {}
    }
    let lines = lines.wait_json(3);
    let bytes: Vec<_> = lines.iter().map(|line| line["bytes"].as_u64().unwrap()).collect();
    assert_eq!(bytes, [15, 0, 100_000]);
}

#[test]
fn a_client_that_leaves_is_told_with_499() {
    let (site, lines) = logged(AccessLogFormat::Json, settings());
    let worker = site.worker(|conn| {
        conn.request();
        assert!(conn.closed());
    });
    let mut client = site.client();
    client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    until("the worker has it", || !worker.requests().is_empty());
    drop(client);
    let lines = lines.wait_json(1);
    let line = &lines[0];
    assert_eq!((&line["status"], &line["reason"]), (&499.into(), &"client_gone".into()));
    assert_eq!((&line["target"], &line["tries"]), (&"/slow".into(), &1.into()));
}

#[test]
fn an_upgraded_connection_is_told_at_its_end() {
    let (site, lines) = logged(AccessLogFormat::Json, settings());
    let _worker = site.worker(|conn| {
        conn.request();
        conn.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n");
        conn.send("hello");
        conn.until(b"bye");
    });
    let mut client = site.client();
    client.send("GET /up HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n");
    assert_eq!(client.reply().status, 101);
    std::thread::sleep(std::time::Duration::from_millis(250));
    assert!(lines.all().is_empty());
    client.send("bye");
    let lines = lines.wait_json(1);
    let line = &lines[0];
    assert_eq!((&line["status"], &line["bytes"]), (&101.into(), &5.into()));
    assert!(line["duration_ms"].as_f64().unwrap() >= 250.0, "{line}");
}

#[test]
fn the_client_is_whom_trusted_proxies_tell() {
    let mut settings = settings();
    settings.trusted_proxies = vec![("127.0.0.0".parse().unwrap(), 8)];
    let (site, lines) = logged(AccessLogFormat::Json, settings);
    let _worker = site.worker_saying("ok");
    let mut client = site.client();
    client.send(
        "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6, 203.0.113.9:1234\r\n\
         X-Forwarded-For: 127.0.0.9\r\n\r\n",
    );
    assert_eq!(client.reply().status, 200);
    let lines = lines.wait_json(1);
    assert_eq!(
        (&lines[0]["client"], &lines[0]["peer"]),
        (&"203.0.113.9".into(), &"127.0.0.1".into())
    );
}

#[test]
fn the_client_is_whom_the_proxy_protocol_tells() {
    let mut settings = settings();
    settings.trusted_proxies = vec![("127.0.0.0".parse().unwrap(), 8)];
    settings.proxy_protocol = true;
    let (site, lines) = logged(AccessLogFormat::Json, settings);
    let _worker = site.worker_saying("ok");
    let mut client = site.client();
    client.send("PROXY TCP4 203.0.113.9 10.0.0.1 1 2\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.reply().status, 200);
    let lines = lines.wait_json(1);
    assert_eq!(
        (&lines[0]["client"], &lines[0]["peer"]),
        (&"203.0.113.9".into(), &"127.0.0.1".into())
    );
}

#[test]
fn a_reload_turns_it_on_and_off_and_the_end_writes_the_rest() {
    let site = Site::new();
    let _worker = site.worker_saying("ok");
    assert_eq!(site.get("/before").0, 200);
    let lines = Arc::new(Lines::default());
    let access = Access { format: AccessLogFormat::Combined, sink: lines.clone() };
    site.apply_access(Some(access));
    assert_eq!(site.get("/on").0, 200);
    assert!(lines.wait(1)[0].contains("GET /on "));
    assert_eq!(site.get("/last").0, 200);
    site.drain();
    assert!(lines.wait(2)[1].contains("GET /last "));
    assert_eq!(site.metric("ostler_edge_access_lines_total"), 2);
    assert_eq!(site.metric("ostler_edge_access_dropped_total{why=\"slow\"}"), 0);
}

#[test]
fn each_stream_of_an_http2_connection_is_a_line() {
    let (site, lines) = logged(AccessLogFormat::Json, settings());
    let _worker = site.worker_saying("hello");
    crate::http2::run(async {
        let mut send = crate::http2::connect(&site).await;
        for path in ["/one", "/two"] {
            let mut reply = crate::http2::get(&mut send, path).await;
            assert_eq!(crate::http2::all(reply.body_mut()).await.unwrap(), b"hello");
        }
    });
    let lines = lines.wait_json(2);
    for (line, target) in lines.iter().zip(["/one", "/two"]) {
        assert_eq!((&line["target"], &line["protocol"]), (&target.into(), &"HTTP/2.0".into()));
        assert_eq!((&line["status"], &line["bytes"]), (&200.into(), &5.into()), "{line}");
    }
}
