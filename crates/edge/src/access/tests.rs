use super::entry::{Asked, Entry};
use super::trouble::Trouble;
use super::*;
use crate::news::NewsReader;
use base::clock;
use config::AccessLogFormat;
use std::io;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Sends on what is written; waits at the gate before each write if there is one.
#[derive(Debug)]
struct Test {
    gate: Option<Mutex<Receiver<()>>>,
    got: Mutex<std::sync::mpsc::Sender<String>>,
}

impl Sink for Test {
    fn write(&self, lines: &[u8]) -> io::Result<()> {
        if let Some(gate) = &self.gate {
            let _ = gate.lock().unwrap().recv();
        }
        let text = String::from_utf8(lines.to_vec()).unwrap();
        let full = text.contains("/full");
        let _ = self.got.lock().unwrap().send(text);
        if full { Err(io::Error::other("no space")) } else { Ok(()) }
    }
}

struct World {
    writer: Writer,
    lane: Rc<Lane>,
    meters: Arc<AccessMeters>,
    written: Receiver<String>,
    told: NewsReader,
}

fn world(gate: Option<Receiver<()>>) -> World {
    let meters = Arc::new(AccessMeters::default());
    let ((news, told), (got, written)) = (crate::news::channel(), channel());
    let (writer, mut ways) = Writer::start(1, meters.clone(), news).unwrap();
    let sink = Arc::new(Test { gate: gate.map(Mutex::new), got: Mutex::new(got) });
    writer.switch(Some(Access { format: AccessLogFormat::Combined, sink }));
    World { writer, lane: Lane::new(ways.remove(0)), meters, written, told }
}

fn asked(target: &str) -> Asked<'_> {
    let client = "192.0.2.1".parse().unwrap();
    Asked {
        client,
        peer: client,
        method: b"GET",
        target: target.as_bytes(),
        host: b"a",
        referer: b"",
        user_agent: b"",
        app: b"web",
        id: b"1",
        protocol: "HTTP/1.1",
        tls: "",
    }
}

impl World {
    fn open(&self, target: &str) -> Entry {
        self.lane.open(clock::now(), || asked(target))
    }

    /// No more requests come; everything that does come is written.
    fn finish(self) -> (Arc<AccessMeters>, Receiver<String>, NewsReader) {
        drop(self.lane);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(self.writer.finish());
        (self.meters, self.written, self.told)
    }
}

#[test]
fn each_entry_is_one_line_in_the_order_of_their_ends() {
    let world = world(None);
    let (mut first, second) = (world.open("/first"), world.open("/second"));
    first.sent_to(3);
    first.replied(200, clock::now());
    first.sent(7);
    drop(second);
    first.over(Duration::from_millis(1));
    drop(first);
    let (meters, written, _) = world.finish();
    let lines: String = written.iter().collect();
    let lines: Vec<_> = lines.lines().map(|line| line.split_once("] ").unwrap().1).collect();
    assert_eq!(
        lines,
        ["\"GET /second HTTP/1.1\" 499 0 \"-\" \"-\"", "\"GET /first HTTP/1.1\" 200 7 \"-\" \"-\""]
    );
    assert_eq!(meters.written.get(), 2);
}

#[test]
fn many_entries_arrive_in_order_without_a_flush_between() {
    let world = world(None);
    for number in 0..10_000 {
        drop(world.open(&format!("/{number}/{}", "x".repeat(number % 300))));
    }
    world.lane.flush();
    let mut lines = Vec::new();
    while lines.len() < 10_000 {
        lines.extend(world.written.recv().unwrap().lines().map(str::to_owned));
    }
    for (number, line) in lines.iter().enumerate() {
        assert!(line.contains(&format!("GET /{number}/")), "{number}: {line}");
    }
    let (meters, ..) = world.finish();
    assert_eq!((meters.written.get(), meters.slow.get()), (10_000, 0));
}

#[test]
fn a_writer_that_does_not_keep_up_costs_lines_that_are_counted_and_told() {
    let (open, gate) = channel();
    let world = world(Some(gate));
    let count = 512 * 128 * 2;
    let target = format!("/{}", "x".repeat(40));
    for _ in 0..count {
        drop(world.open(&target));
    }
    let slow = world.meters.slow.get();
    assert!(slow > 0 && slow < count, "{slow}");
    drop(open);
    let (meters, written, mut told) = world.finish();
    let lines: usize = written.try_iter().map(|text| text.lines().count()).sum();
    assert_eq!(lines as u64 + meters.slow.get(), count);
    assert_eq!(meters.written.get(), lines as u64);
    let told = told.next().unwrap();
    assert!(told.contains("access log lines were dropped"), "{told}");
}

#[test]
fn what_cannot_be_written_is_told_once_and_counted() {
    let world = world(None);
    for target in ["/full", "/full", "/fine"] {
        drop(world.open(target));
        world.lane.flush();
        world.written.recv().unwrap();
    }
    let (meters, _, told) = world.finish();
    let told: Vec<_> = told.collect();
    assert_eq!(
        told,
        [
            "access log lines are lost until it can be written: no space",
            "the access log is written again; 2 of its lines were lost"
        ]
    );
    assert_eq!(meters.failed.get(), 2);
}

#[test]
fn without_an_access_log_nothing_is_kept() {
    let world = world(None);
    world.writer.switch(None);
    let entry = world.open("/");
    assert!(!entry.is_open());
    drop(entry);
    let (meters, written, _) = world.finish();
    assert_eq!((written.try_iter().count(), meters.written.get()), (0, 0));
}

#[test]
fn long_texts_are_cut_off() {
    let world = world(None);
    let long = "x".repeat(100_000);
    drop(world.lane.open(clock::now(), || Asked {
        method: long.as_bytes(),
        host: long.as_bytes(),
        referer: long.as_bytes(),
        user_agent: long.as_bytes(),
        ..asked(&long)
    }));
    world.lane.flush();
    let line = world.written.recv().unwrap();
    assert!(line.len() < 12_000 && line.ends_with("x\"\n"), "{}", line.len());
}

#[test]
fn dropped_lines_are_told_once_in_a_while() {
    let (mut trouble, begin) = (Trouble::default(), clock::now());
    let at = |seconds| begin + Duration::from_secs(seconds);
    assert_eq!(trouble.slow(at(0), 0), None);
    assert!(trouble.slow(at(1), 5).unwrap().starts_with("5 access log lines were dropped"));
    assert_eq!(trouble.slow(at(2), 5), None);
    assert!(!trouble.owes());
    assert_eq!(trouble.slow(at(3), 9), None);
    assert!(trouble.owes());
    assert!(trouble.slow(at(11), 12).unwrap().starts_with("7 access log"));
}
