//! Every reply of the table from a worker of raw bytes through the real binary to the client.
//!
//! The first column says what the client gets:
//! `same`: the bytes as the worker sent them; `becomes`: the bytes of the `=>` line; `502`: the edge's own reply;
//! `torn`: the connection ends there, so that the client sees that something is missing; `close`: it ends after the reply;
//! `ends`: the worker closes after its bytes; `whole`: if it comes in one piece, else it may be torn;
//! `HEAD`, `OLD` (HTTP/1.0): what was asked. Where the connection stays open, the next request gets its own reply.

use crate::table::{self, Case};
use crate::wire::{self, End, Pieces, Seen};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use trial::Project;

const ANSWERER: &str = include_str!("node/answerer.cjs");
const SETTINGS: &str = "[app.web]\nrun = 'server.js'\nworkers = 1\n";
const SENTINEL: &str = "GET /sentinel HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
const SENTINEL_REPLY: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\nsentinel";
/// Above so many bytes a reply is not sent byte by byte: it would only take long.
const BYTEWISE_MAX: usize = 4_000;
const CLIENTS: usize = 8;

#[test]
fn what_reaches_the_client_has_one_meaning() {
    let cases = table::read("replies", include_str!("cases/replies.txt"));
    let project = Project::with_server(ANSWERER);
    project.write("replies.json", &replies(&cases));
    project.write("ostler.toml", SETTINGS);
    let running = project.run(&[]);
    let edge = project.address();
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Relaxed);
                    let Some(case) = cases.get(at / 2) else { return };
                    let piecewise = at % 2 == 1 && case.bytes.len() <= BYTEWISE_MAX;
                    let seen = ask(edge, at / 2, case, piecewise);
                    if let Err(why) = judge(case, piecewise, &seen) {
                        let Case { place, what, section, .. } = case;
                        let got = seen.bytes.escape_ascii().to_string();
                        let got = got.get(..600).unwrap_or(&got);
                        let how = if piecewise { "bytes" } else { "whole" };
                        wrong
                            .lock()
                            .unwrap()
                            .push(format!("{place} {how}, {what} ({section}): {why}\n  got {got}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(running.stop().code, Some(0));
}

/// The table as the worker reads it.
fn replies(cases: &[Case]) -> String {
    let reply = |case: &Case| {
        let hex: String = case.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        serde_json::json!({ "bytes": hex, "ends": case.has("ends") })
    };
    serde_json::Value::Array(cases.iter().map(reply).collect()).to_string()
}

/// Ask for a case's reply, and for the sentinel behind it.
fn ask(edge: SocketAddr, at: usize, case: &Case, piecewise: bool) -> Seen {
    let method = if case.has("HEAD") { "HEAD" } else { "GET" };
    let version = if case.has("OLD") { "1.0" } else { "1.1" };
    let query = if piecewise { "?bytes" } else { "" };
    let request = format!("{method} /{at}{query} HTTP/{version}\r\nHost: a\r\n\r\n{SENTINEL}");
    let stream = wire::connect(wire::source(at, 0), edge);
    wire::exchange(stream, request.as_bytes(), Pieces::Whole, false)
}

fn judge(case: &Case, piecewise: bool, seen: &Seen) -> Result<(), String> {
    if case.has("502") {
        if case.has("whole") && piecewise && !seen.bytes.starts_with(b"HTTP/1.1 502 ") {
            // The head was on its way already: what matters is that no end of the chunks arrives.
            let torn = !seen.bytes.ends_with(b"0\r\n\r\n") && !seen.bytes.ends_with(b"sentinel");
            return if torn { Ok(()) } else { Err("it looks whole".into()) };
        }
        return refused(seen);
    }
    let mut want = match &case.becomes[..] {
        [] if case.has("same") => case.bytes.clone(),
        [becomes] if case.has("becomes") => table::unescape(becomes, &case.place),
        _ => return Err("one `=>` line belongs to `becomes`, none to `same`".into()),
    };
    let torn = case.has("torn");
    if !torn && !case.has("close") {
        want.extend(SENTINEL_REPLY);
    }
    let end = if torn { seen.end != End::Hung } else { seen.end == End::Closed };
    match (seen.bytes == want, end) {
        (true, true) => Ok(()),
        (true, false) => Err(format!("{:?}", seen.end)),
        (false, _) => {
            let want = want.escape_ascii().to_string();
            Err(format!("not {}", want.get(..600).unwrap_or(&want)))
        }
    }
}

/// The edge's 502, perhaps after interim replies, and then the sentinel's reply.
fn refused(seen: &Seen) -> Result<(), String> {
    let rest = seen.bytes.strip_suffix(SENTINEL_REPLY).ok_or("no reply to what followed")?;
    // In a reply to HEAD the edge's text is left out, so a length is not to be believed.
    let start = rest.windows(13).position(|part| part == b"HTTP/1.1 502 ").ok_or("no 502")?;
    let interim = wire::answers(&rest[..start])?;
    match interim.iter().all(|answer| answer.status < 200) {
        true => Ok(()),
        false => Err("something of a refused reply arrived".into()),
    }
}
