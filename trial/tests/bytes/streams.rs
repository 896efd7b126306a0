//! Long and slow messages through the real binary and real Node: nothing is held back, and nothing is held.
//!
//! OSTLER_STREAM_BYTES says how much is sent each way (256 MiB): `OSTLER_STREAM_BYTES=4294967296` is the full proof.

use base::clock::{monotonic_ns, now};
use socket2::SockRef;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;
use trial::{Connection, Project, Running, get, until};

const STREAMS: &str = include_str!("node/streams.cjs");
const MIB: u64 = 1024 * 1024;
/// How much Ostler's memory may grow while a body passes.
const GROWTH_MAX: u64 = 8 * MIB;

fn bytes() -> u64 {
    std::env::var("OSTLER_STREAM_BYTES").map_or(256 * MIB, |text| text.parse().unwrap())
}

fn project() -> Project {
    let project = Project::with_server(STREAMS);
    project.write("ostler.toml", "[app.web]\nrun = 'server.js'\nworkers = 1\n");
    project
}

fn open(project: &Project) -> Connection {
    Connection::open(project.address()).unwrap()
}

fn state(project: &Project, key: &str) -> u64 {
    let body = get(project.address(), "/state").unwrap().body;
    serde_json::from_str::<serde_json::Value>(&body).unwrap()[key].as_u64().unwrap()
}

/// Memory that a process holds now.
fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// Do `work`, and tell how much Ostler's memory grew meanwhile at most.
fn growth(running: &Running<'_>, work: impl FnOnce()) -> u64 {
    let before = resident(running.pid());
    let (most, done) = (AtomicU64::new(before), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Relaxed) {
                most.fetch_max(resident(running.pid()), Relaxed);
                thread::sleep(Duration::from_millis(10));
            }
        });
        work();
        done.store(true, Relaxed);
    });
    most.into_inner() - before
}

fn upload(project: &Project, bytes: u64, chunked: bool) {
    let mut connection = open(project);
    let framing = match chunked {
        true => "Transfer-Encoding: chunked\r\nTrailer: X-Sum".to_owned(),
        false => format!("Content-Length: {bytes}"),
    };
    let head = format!("POST /upload HTTP/1.1\r\nHost: a\r\n{framing}\r\n\r\n");
    connection.send(head.as_bytes()).unwrap();
    let data = vec![b'x'; 65_536];
    let chunk = [b"10000\r\n", &data[..], b"\r\n"].concat();
    let mut left = bytes;
    while left > 0 {
        let part = left.min(data.len() as u64);
        assert!(!chunked || part == data.len() as u64, "whole chunks only");
        connection.send(if chunked { &chunk } else { &data[..part as usize] }).unwrap();
        left -= part;
    }
    if chunked {
        connection.send(b"0\r\nX-Sum: 77\r\n\r\n").unwrap();
    }
    let head = connection.head().unwrap();
    assert_eq!((head.status, head.header("trailer")), (200, Some("X-Bytes")));
    let (mut rest, sum) = (String::new(), if chunked { "77" } else { "-" });
    while !rest.ends_with("0\n") {
        rest.push_str(&connection.line().unwrap());
        rest.push('\n');
    }
    assert!(rest.contains(&format!("\n{bytes} {sum}\n")), "{rest}");
    assert_eq!(connection.line().unwrap(), format!("X-Bytes: {bytes}"));
    assert_eq!(connection.line().unwrap(), "");
}

/// Read a reply of so many bytes after its head.
fn download(project: &Project, bytes: u64) {
    let mut connection = open(project);
    let request = format!("GET /download?length&bytes={bytes} HTTP/1.1\r\nHost: a\r\n\r\n");
    connection.send(request.as_bytes()).unwrap();
    let head = connection.head().unwrap();
    assert_eq!(head.header("content-length"), Some(bytes.to_string().as_str()));
    let mut left = bytes;
    while left > 0 {
        let part = connection.bytes(left.min(MIB) as usize).unwrap();
        assert!(part.iter().all(|byte| *byte == b'x'));
        left -= part.len() as u64;
    }
    // The connection goes on.
    assert_eq!(connection.request("GET", "/late", "").unwrap().body, "late");
}

#[test]
fn bodies_of_any_size_leave_memory_flat() {
    let project = project();
    let running = project.run(&[]);
    let bytes = bytes();
    // What the first of its kind needs stays in stock.
    upload(&project, 16 * MIB, true);
    download(&project, 16 * MIB);
    let of = |what: &str, work: &dyn Fn()| {
        let begin = now();
        let growth = growth(&running, work);
        let took = begin.elapsed();
        println!("{what}: {bytes} bytes in {took:?}, memory grew by {growth} bytes");
        assert!(growth < GROWTH_MAX, "{what}: memory grew by {growth}");
    };
    of("upload with a length", &|| upload(&project, bytes, false));
    of("upload in chunks", &|| upload(&project, bytes, true));
    of("download", &|| download(&project, bytes));
    of("both at once", &|| {
        thread::scope(|scope| {
            scope.spawn(|| upload(&project, bytes, true));
            scope.spawn(|| download(&project, bytes));
        });
    });
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_client_that_reads_slowly_stops_the_app() {
    let project = project();
    let running = project.run(&[]);
    download(&project, 16 * MIB);
    get(project.address(), "/reset").unwrap();
    let mut connection = open(&project);
    let growth = growth(&running, || {
        connection.send(b"GET /download?bytes=1000000000 HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        assert_eq!(connection.head().unwrap().status, 200);
        let stopped = stopped(&project, "produced");
        assert!(stopped < 64 * MIB, "{stopped} bytes were made that nobody reads");
    });
    assert!(growth < GROWTH_MAX, "memory grew by {growth}");
    let before = state(&project, "produced");
    connection.bytes(32 * MIB as usize).unwrap();
    until("the app goes on", || (state(&project, "produced") > before + 16 * MIB).then_some(()));
    drop(connection);
    until("the app sees it go", || (state(&project, "aborted") == 1).then_some(()));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn an_app_that_does_not_read_stops_the_client() {
    let project = project();
    let running = project.run(&[]);
    upload(&project, 16 * MIB, true);
    let (sent, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let mut connection = open(&project);
    let head = "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n";
    connection.send(head.as_bytes()).unwrap();
    let growth = thread::scope(|scope| {
        let (sent, stop) = (&sent, &stop);
        let stream = connection.stream().try_clone().unwrap();
        let mut writer = stream.try_clone().unwrap();
        let writing = scope.spawn(move || {
            let data = vec![b'x'; 65_536];
            while !stop.load(Relaxed) && writer.write_all(&data).is_ok() {
                sent.fetch_add(data.len() as u64, Relaxed);
            }
        });
        let growth = growth(&running, || {
            let mut before = u64::MAX;
            until("the client is stopped", || {
                thread::sleep(Duration::from_millis(300));
                let now = sent.load(Relaxed);
                (std::mem::replace(&mut before, now) == now && now > 0).then_some(())
            });
        });
        stop.store(true, Relaxed);
        stream.shutdown(Shutdown::Both).unwrap();
        writing.join().unwrap();
        // Its end would stand behind what nobody reads: only a reset passes that.
        SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
        growth
    });
    drop(connection);
    // The app itself sees nothing: Node does not look at a connection that it does not read.
    until("its place is free", || {
        (project.status()?.apps[0].workers[0].in_flight == 0).then_some(())
    });
    let sent = sent.into_inner();
    assert!(sent < 64 * MIB, "{sent} bytes were taken that nobody reads");
    assert!(growth < GROWTH_MAX, "memory grew by {growth}");
    assert_eq!(running.stop().code, Some(0));
}

/// Wait until a count of the app stands still; its value.
fn stopped(project: &Project, key: &str) -> u64 {
    let mut before = 0;
    until("the app is stopped", || {
        thread::sleep(Duration::from_millis(300));
        let now = state(project, key);
        (std::mem::replace(&mut before, now) == now && now > 0).then_some(now)
    })
}

#[test]
fn an_event_arrives_within_five_milliseconds() {
    let project = project();
    let running = project.run(&[]);
    let mut connection = open(&project);
    connection.send(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    assert_eq!(connection.head().unwrap().header("content-type"), Some("text/event-stream"));
    let mut took = Vec::new();
    while took.len() < 200 {
        let line = connection.line().unwrap();
        let Some(sent) = line.strip_prefix("data: ") else { continue };
        took.push(Duration::from_nanos(monotonic_ns() - sent.parse::<u64>().unwrap()));
    }
    took.sort();
    println!("an event took {:?} (median), {:?} (95 of 100)", took[100], took[190]);
    // The app's own write is in it, and whatever else runs on this machine.
    assert!(took[100] < Duration::from_millis(5), "{took:?}");
    drop(connection);
    until("the app sees it go", || (state(&project, "aborted") == 1).then_some(()));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn long_polls_wait_and_are_answered_together() {
    const POLLS: u64 = 200;
    let project = project();
    let running = project.run(&[]);
    let mut polls: Vec<_> = (0..POLLS).map(|_| open(&project)).collect();
    for poll in &mut polls {
        poll.send(b"GET /poll HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    }
    until("all are held", || (state(&project, "held") == POLLS).then_some(()));
    // One that gives up frees its place at the worker.
    drop(polls.pop());
    until("the app sees it go", || (state(&project, "held") == POLLS - 1).then_some(()));
    get(project.address(), "/wake").unwrap();
    for poll in &mut polls {
        assert_eq!(poll.reply(false).unwrap().body, "news");
    }
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_client_that_asks_before_its_body() {
    let project = project();
    let running = project.run(&[]);
    let ask = |connection: &mut Connection, path: &str| {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        );
        connection.send(head.as_bytes()).unwrap();
        connection.head().unwrap()
    };
    let mut connection = open(&project);
    for _ in 0..2 {
        assert_eq!(ask(&mut connection, "/upload").status, 100);
        connection.send(b"hello").unwrap();
        assert_eq!(connection.reply(false).unwrap().body, "got 5 -");
    }
    let refused = ask(&mut connection, "/forbidden");
    assert_eq!((refused.status, refused.header("connection")), (403, Some("close")));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_reply_before_the_end_of_its_request() {
    let project = project();
    let running = project.run(&[]);
    for _ in 0..20 {
        let mut connection = open(&project);
        let head = "POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n";
        connection.send(head.as_bytes()).unwrap();
        // A client that goes on sending still gets the reply, not a reset.
        let mut sent = 0;
        while sent < 2 * MIB && connection.send(&[b'x'; 65_536]).is_ok() {
            sent += 65_536;
        }
        let reply = connection.reply(false).unwrap();
        assert_eq!((reply.status, reply.body.as_str()), (413, "too much"));
        assert_eq!(reply.header("connection"), Some("close"));
    }
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn early_hints_and_head() {
    let project = project();
    let running = project.run(&[]);
    let mut connection = open(&project);
    connection.send(b"GET /hints HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    let hints = connection.head().unwrap();
    assert_eq!((hints.status, hints.header("link")), (103, Some("</a.css>; rel=preload")));
    assert_eq!(connection.reply(false).unwrap().body, "page");
    let head = connection.request("HEAD", "/download?length&bytes=1000", "").unwrap();
    assert_eq!((head.status, head.header("content-length")), (200, Some("1000")));
    let chunked = connection.request("HEAD", "/download?bytes=1000", "").unwrap();
    assert_eq!((chunked.status, chunked.header("content-length")), (200, None));
    assert_eq!(connection.request("GET", "/late", "").unwrap().body, "late");
    assert_eq!(running.stop().code, Some(0));
}

/// A client that closes its side has gone, as for nginx: the app is told, so that it can stop working for nobody.
#[test]
fn a_client_that_closes_its_side_is_not_waited_for() {
    let project = project();
    let running = project.run(&[]);
    let mut connection = open(&project);
    connection.send(b"GET /late HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    connection.stream().shutdown(Shutdown::Write).unwrap();
    let mut rest = Vec::new();
    connection.stream().read_to_end(&mut rest).unwrap();
    assert_eq!(rest, b"");
    until("the app sees it go", || (state(&project, "aborted") == 1).then_some(()));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_client_that_lies_about_its_length() {
    let project = project();
    let running = project.run(&[]);
    let head = "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
    let mut more = open(&project);
    more.send(format!("{head}hello, and more").as_bytes()).unwrap();
    assert_eq!(
        more.reply(false).unwrap().body,
        "got 5 -",
        "what goes beyond is no part of the body"
    );
    let rest = more.reply(false).unwrap();
    assert_eq!((rest.status, rest.header("connection")), (400, Some("close")), "and no request");
    let mut less = open(&project);
    less.send(format!("{head}hell").as_bytes()).unwrap();
    less.stream().shutdown(Shutdown::Write).unwrap();
    until("the app sees it cut off", || (state(&project, "aborted") == 1).then_some(()));
    let mut rest = Vec::new();
    less.stream().read_to_end(&mut rest).unwrap();
    assert_eq!(rest, b"", "it has gone, so nothing is told to it");
    let stopped = running.stop();
    assert_eq!(stopped.code, Some(0));
    assert!(stopped.stderr.contains("the request line is malformed"), "{}", stopped.stderr);
}
