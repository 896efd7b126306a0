//! What a call of a command from a script costs: the engine beside redis-server, each running the same scripts.
//! Prints microseconds per script (Redis: `usec_per_call` of `EVALSHA`), the least of several rounds.
//!
//! `cargo run --release -p store --example script_calls -- [rounds] [names of scripts, with commas]`

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "it measures, and says what")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::engine::{Engine, Now, Session};
use store::hub::Hub;
use store::resp::{Reply, Version};

type Failure = Box<dyn std::error::Error>;

/// Name, script, and how many commands it calls.
const SCRIPTS: &[(&str, &str, u32)] = &[
    ("loop", "for i=1,1000 do local a = i end", 0),
    ("get", "for i=1,1000 do redis.call('GET', KEYS[1]) end", 1000),
    ("hset", "for i=1,1000 do redis.call('HSET', KEYS[2], 'field', i) end", 1000),
    ("hmget", "for i=1,1000 do redis.call('HMGET', KEYS[2], 'field', 'other', 'third') end", 1000),
    ("zadd", "for i=1,1000 do redis.call('ZADD', KEYS[3], i * 4096, 'm' .. i % 500) end", 1000),
    ("list", "for i=1,500 do redis.call('LPUSH', KEYS[4], i) redis.call('RPOP', KEYS[4]) end", 1000),
    ("xadd", "for i=1,1000 do redis.call('XADD', KEYS[5], 'MAXLEN', '~', 1000, '*', 'event', 'added', 'jobId', i) end", 1000),
    (
        "job",
        "for i=1,100 do
           local id = redis.call('INCR', KEYS[1] .. ':id')
           local job = KEYS[1] .. ':' .. (id % 1000)
           local opts = cmsgpack.unpack(ARGV[1])
           redis.call('HMSET', job, 'name', 'job', 'data', ARGV[2], 'opts', cjson.encode(opts), 'timestamp', id, 'priority', 0)
           redis.call('LPUSH', KEYS[4] .. 'w', id)
           redis.call('ZADD', KEYS[3] .. 'm', 0, 'marker')
           redis.call('XADD', KEYS[5] .. 'e', 'MAXLEN', '~', 1000, '*', 'event', 'waiting', 'jobId', id)
           local data = redis.call('HGETALL', job)
           redis.call('RPOPLPUSH', KEYS[4] .. 'w', KEYS[4] .. 'a')
           redis.call('LREM', KEYS[4] .. 'a', 1, id)
           redis.call('ZADD', KEYS[3] .. 'done', id, id % 1000)
         end",
        900,
    ),
];

/// Runs of each script in a round.
const RUNS: u32 = 20;

fn main() -> Result<(), Failure> {
    let mut words = std::env::args().skip(1);
    let rounds: usize = words.next().map_or(Ok(30), |word| word.parse())?;
    let only = words.next();
    let (mut ours, mut redis) = (Ours::new(), Redis::start()?);
    for (name, script, calls) in SCRIPTS {
        if only.as_ref().is_some_and(|only| !only.split(',').any(|word| word == *name)) {
            continue;
        }
        let (mut here, mut there) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            here.push(ours.micros(script));
            there.push(redis.micros(script)?);
        }
        let (here, there) = (least(&here), least(&there));
        let each = |micros: f64| micros * 1000.0 / f64::from((*calls).max(1));
        println!(
            "{name:>6}: {here:8.1} us, redis-server {there:8.1} us, ratio {:.2}; each call {:.0} ns, redis-server {:.0} ns",
            there / here,
            each(here),
            each(there),
        );
    }
    Ok(())
}

/// The least, which others that use the machine disturbed least.
fn least(all: &[f64]) -> f64 {
    all.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The arguments of an `EVALSHA` of the script that has this SHA.
fn words(sha: &str) -> [&[u8]; 10] {
    const OPTIONS: &[u8] = b"\x83\xa8attempts\x03\xa7backoff\xcd\x03\xe8\xa3lifo\xc2";
    const DATA: &[u8] =
        br#"{"user":12345,"email":"someone@example.org","items":[1,2,3],"note":"of usual length"}"#;
    [b"EVALSHA", sha.as_bytes(), b"5", b"text", b"hash", b"zset", b"list", b"stream", OPTIONS, DATA]
}

struct Ours {
    engine: Engine,
    session: Session,
    reply: Reply,
}

impl Ours {
    fn new() -> Self {
        let engine = Engine::new(16, Arc::new(Hub::default()), 1);
        let mut ours =
            Ours { engine, session: Session::new(1, true), reply: Reply::new(Version::Resp2) };
        ours.run(&[b"SET", b"text", b"value"]);
        ours
    }

    fn run(&mut self, args: &[&[u8]]) {
        self.reply.truncate(0);
        let now = Now::at_ms(1_700_000_000_000);
        self.engine.execute(&mut self.session, args, &mut self.reply, now);
        self.engine.keys.take_record();
        assert!(self.reply.bytes().first() != Some(&b'-'), "{:?}", self.reply);
    }

    fn micros(&mut self, script: &str) -> f64 {
        self.run(&[b"SCRIPT", b"LOAD", script.as_bytes()]);
        let sha = String::from_utf8_lossy(&self.reply.bytes()[5..45]).into_owned();
        let start = Instant::now();
        for _ in 0..RUNS {
            self.run(&words(&sha));
        }
        start.elapsed().as_secs_f64() * 1e6 / f64::from(RUNS)
    }
}

struct Redis {
    child: Child,
    stream: BufReader<TcpStream>,
}

impl Redis {
    fn start() -> Result<Self, Failure> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn()?;
        for _ in 0..100 {
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
                let mut redis = Redis { child, stream: BufReader::new(stream) };
                redis.ask(&[b"SET", b"text", b"value"])?;
                return Ok(redis);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err("redis-server does not answer".into())
    }

    fn ask(&mut self, args: &[&[u8]]) -> Result<String, Failure> {
        let mut bytes = format!("*{}\r\n", args.len()).into_bytes();
        for arg in args {
            bytes.extend_from_slice(format!("${}\r\n", arg.len()).as_bytes());
            bytes.extend_from_slice(arg);
            bytes.extend_from_slice(b"\r\n");
        }
        self.stream.get_mut().write_all(&bytes)?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        if let Some(length) = line.strip_prefix('$').and_then(|rest| rest.trim().parse().ok()) {
            let mut body = vec![0; length];
            self.stream.read_exact(&mut body)?;
            self.stream.read_exact(&mut [0; 2])?;
            return Ok(String::from_utf8_lossy(&body).into_owned());
        }
        if line.starts_with('-') { Err(line.into()) } else { Ok(line) }
    }

    fn micros(&mut self, script: &str) -> Result<f64, Failure> {
        let sha = self.ask(&[b"SCRIPT", b"LOAD", script.as_bytes()])?;
        self.ask(&[b"CONFIG", b"RESETSTAT"])?;
        for _ in 0..RUNS {
            self.ask(&words(&sha))?;
        }
        let figures = self.ask(&[b"INFO", b"commandstats"])?;
        let line = figures.lines().find(|line| line.starts_with("cmdstat_evalsha:"));
        let micros = line.and_then(|line| line.split("usec_per_call=").nth(1)?.split(',').next());
        Ok(micros.ok_or("no figures of EVALSHA")?.parse()?)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It is ours, and keeps nothing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
