//! Every request of the tables through the real binary to a worker that records what arrives.
//!
//! The first column says: the statuses that come back, and after them
//! nothing: the connection stays open, a request that follows is answered;
//! `close`: it is closed after the last reply; so it is after a status from 400 up, which is the edge's refusal;
//! `none`: the client ends before its request did; no reply;
//! `cut`: an unfinished request may have reached the worker, since its body was passed on as it came;
//! `app`: the request passed, and Node itself refused it.

use crate::meaning::difference;
use crate::oracle::{Oracle, Reading, Request, from_hex};
use crate::table::{self, Case};
use crate::wire::{self, Answer, End, Pieces, Seen};
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use trial::{Project, get};

const RECORDER: &str = include_str!("node/recorder.cjs");
/// One worker, so that one process has all records; a limit that a table can reach.
const SETTINGS: &str =
    "[edge.limits]\nbody_bytes = '64KiB'\n[app.web]\nrun = 'server.js'\nworkers = 1\n";
const SENTINEL: &[u8] = b"GET /sentinel HTTP/1.1\r\nHost: sentinel\r\nConnection: close\r\n\r\n";
/// Above so many bytes a case is not sent byte by byte: it would only take long.
const BYTEWISE_MAX: usize = 600;
const CLIENTS: usize = 12;

const TABLES: [(&str, &str); 8] = [
    ("request-line", include_str!("cases/request-line.txt")),
    ("lines", include_str!("cases/lines.txt")),
    ("target", include_str!("cases/target.txt")),
    ("length", include_str!("cases/length.txt")),
    ("chunks", include_str!("cases/chunks.txt")),
    ("connection", include_str!("cases/connection.txt")),
    ("follow", include_str!("cases/follow.txt")),
    ("smuggled", include_str!("cases/smuggled.txt")),
];

/// All cases of all tables.
pub fn cases() -> Vec<Case> {
    TABLES.iter().flat_map(|(name, text)| table::read(name, text)).collect()
}

/// One case sent in one way.
#[derive(Debug)]
struct Run<'a> {
    case: &'a Case,
    source: Ipv4Addr,
    pieces: Pieces,
    seen: Seen,
}

/// What the worker got from one client address.
#[derive(Debug, Default)]
struct Arrived {
    requests: Vec<Request>,
    /// Node's faults at bytes that came from there.
    faults: Vec<String>,
}

#[test]
fn what_reaches_node_has_one_meaning() {
    let project = Project::with_server(RECORDER);
    project.write("ostler.toml", SETTINGS);
    let running = project.run(&[]);
    let cases = cases();
    let runs = send_all(&cases, project.address());
    let mut oracle = Oracle::start();
    let mut arrived = arrived(&mut oracle, project.address());
    let sent: Vec<_> = cases.iter().map(|case| case.bytes.clone()).collect();
    let sent: HashMap<&str, Reading> =
        cases.iter().map(|case| case.place.as_str()).zip(oracle.read_all(&sent)).collect();
    let mut wrong = Vec::new();
    for run in &runs {
        let arrived = arrived.remove(&run.source).unwrap_or_default();
        if let Err(why) = judge(run, &sent[run.case.place.as_str()], &arrived) {
            let case = run.case;
            wrong.push(format!(
                "{} {:?}, {} ({}): {why}\n  got {}",
                case.place,
                run.pieces,
                case.what,
                case.section,
                run.seen.bytes.escape_ascii()
            ));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(arrived.is_empty(), "nobody sent this: {arrived:?}");
    assert_eq!(running.stop().code, Some(0));
}

/// Send every case whole, in random pieces and byte by byte.
fn send_all(cases: &[Case], edge: SocketAddr) -> Vec<Run<'_>> {
    let next = AtomicUsize::new(0);
    let runs = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Relaxed);
                    let Some(case) = cases.get(at / 3) else { return };
                    let pieces = match at % 3 {
                        0 => Pieces::Whole,
                        1 if case.bytes.len() <= BYTEWISE_MAX => Pieces::Bytes,
                        _ => Pieces::Random(at as u64),
                    };
                    let source = wire::source(at / 3, (at % 3) as u8);
                    let unfinished = case.has("none");
                    let sentinel = if unfinished { &[][..] } else { SENTINEL };
                    let bytes = [&case.bytes, sentinel].concat();
                    let stream = wire::connect(source, edge);
                    let seen = wire::exchange(stream, &bytes, pieces, unfinished);
                    runs.lock().unwrap().push(Run { case, source, pieces, seen });
                }
            });
        }
    });
    runs.into_inner().unwrap()
}

/// What the worker recorded, read by Node again, by the client that sent it.
fn arrived(oracle: &mut Oracle, edge: SocketAddr) -> HashMap<Ipv4Addr, Arrived> {
    let dump = get(edge, "/dump").unwrap().body;
    let records: Vec<String> = serde_json::from_str(&dump).unwrap();
    let records: Vec<_> = records.iter().map(|record| from_hex(record)).collect();
    let mut arrived: HashMap<Ipv4Addr, Arrived> = HashMap::new();
    for (record, reading) in records.iter().zip(oracle.read_all(&records)) {
        for request in reading.requests.into_iter().filter(|request| request.target != "/dump") {
            let client = request.header("x-forwarded-for").unwrap();
            let client = client.parse().unwrap();
            arrived.entry(client).or_default().requests.push(request);
        }
        if let Some(fault) = reading.fault {
            let text = String::from_utf8_lossy(record);
            let (_, last) = text.rsplit_once("X-Forwarded-For: ").unwrap();
            let client = last.split('\r').next().unwrap().parse().unwrap();
            arrived.entry(client).or_default().faults.push(fault);
        }
    }
    arrived
}

fn judge(run: &Run<'_>, sent: &Reading, arrived: &Arrived) -> Result<(), String> {
    let case = run.case;
    let mut statuses = case.statuses();
    let passed = statuses.iter().filter(|status| **status == 200).count();
    let refused = statuses.last().is_some_and(|status| *status >= 400);
    let followed = !(refused || case.has("close") || case.has("none"));
    if followed {
        statuses.push(200);
    }
    let answers = wire::answers(&run.seen.bytes)?;
    let got: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    ensure(got == statuses, || format!("statuses {got:?}, not {statuses:?}"))?;
    ensure(run.seen.end == End::Closed, || format!("{:?}", run.seen.end))?;
    let (complete, unfinished): (Vec<_>, Vec<_>) =
        arrived.requests.iter().partition(|request| request.complete);
    let want = passed + usize::from(followed);
    ensure(complete.len() == want, || format!("{want} whole requests, not {complete:?}"))?;
    let cut = unfinished.len() <= 1 && arrived.faults.len() == unfinished.len();
    ensure(if case.has("cut") { cut } else { unfinished.is_empty() }, || {
        format!("an unfinished request arrived: {unfinished:?}, {:?}", arrived.faults)
    })?;
    ensure(case.has("cut") || arrived.faults.len() == usize::from(case.has("app")), || {
        format!("Node's fault: {:?}", arrived.faults)
    })?;
    if followed {
        let sentinels = complete.iter().filter(|request| request.target == "/sentinel").count();
        ensure(sentinels == 1, || format!("{sentinels} sentinels"))?;
    }
    if passed == 0 {
        return Ok(());
    }
    let mut passed: Vec<_> =
        complete.into_iter().filter(|request| request.target != "/sentinel").collect();
    if case.becomes.is_empty() {
        return same(sent, &mut passed, &answers, refused || case.has("close"));
    }
    let mut got: Vec<_> = passed.iter().map(|request| shown(request)).collect();
    got.sort();
    ensure(got == case.becomes, || format!("became {got:?}, not {:?}", case.becomes))
}

/// The passed requests are those that Node reads in the bytes as they were sent.
fn same(
    sent: &Reading,
    passed: &mut [&Request],
    answers: &[Answer],
    ends: bool,
) -> Result<(), String> {
    let count = passed.len();
    let whole = ends || (sent.fault.is_none() && sent.requests.len() == count);
    ensure(whole && sent.requests.len() >= count, || {
        format!("Node reads the original as {sent:?}")
    })?;
    let mut sent: Vec<_> = sent.requests.iter().take(count).collect();
    let bodies = answers.iter().filter(|answer| answer.status == 200).map(|answer| &answer.body);
    let targets = sent.iter().map(|request| match request.method.as_str() {
        "HEAD" => String::new(),
        _ => crate::meaning::origin_form(request),
    });
    ensure(targets.zip(bodies).all(|(target, body)| target == *body), || {
        format!("replies in another order: {answers:?}")
    })?;
    // Requests of one client may arrive over several connections, so in an order that no record tells.
    let order = |request: &&Request| {
        (crate::meaning::origin_form(request), request.method.clone(), request.body.clone())
    };
    sent.sort_by_key(order);
    passed.sort_by_key(order);
    let differences = sent.iter().zip(passed.iter());
    differences
        .map(|(sent, passed)| difference(sent, passed))
        .find_map(|one| one)
        .map_or(Ok(()), Err)
}

/// A request as the `=>` line of a table writes it.
fn shown(request: &Request) -> String {
    let Request { method, target, body, .. } = request;
    format!("{method} {target} \"{}\"", body.escape_ascii())
}

fn ensure(good: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if good { Ok(()) } else { Err(why()) }
}
