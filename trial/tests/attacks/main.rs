//! Attacks that HTTP/2 invites to, with Python's `h2` package against the real binary. While one runs,
//! Ostler's memory stays where it is and another client is served as before.
#![expect(clippy::unwrap_used, reason = "a trial that cannot go on must fail loudly")]

use base::clock;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use trial::{Connection, Project, get};

/// How long each attack takes.
const ATTACK: Duration = Duration::from_secs(3);
/// How much memory an attack may cost while it lasts.
const GROWTH_KB_MAX: u64 = 50_000;
/// Between two requests of the other client.
const PAUSE: Duration = Duration::from_millis(2);
/// Below this nobody is slow: tests share a machine with others, and its clock with the attacker.
const LATENCY_FLOOR: Duration = Duration::from_millis(100);
/// A busy machine makes others wait now and then; an attack does so each time.
const TRIES: u32 = 3;

const APP: &str = r#"
const big = Buffer.alloc(1_000_000, 'b');
require('node:http').createServer((req, res) => {
  req.resume();
  if (req.url === '/big') return res.end(big);
  res.end('fine');
}).listen(3000);
"#;

/// Python with the module h2: of the PATH, or Debian's own, for which `xtask/setup.sh test` installs it.
fn python() -> Option<&'static str> {
    let has = |python: &&'static str| {
        let import = Command::new(python).args(["-c", "import h2"]).output();
        import.is_ok_and(|output| output.status.success())
    };
    let found = ["python3", "/usr/bin/python3"].into_iter().find(has);
    if found.is_none() {
        let called_for = std::env::var_os("OSTLER_PYTHON").is_some();
        assert!(!called_for, "no python3 has the module h2, which OSTLER_PYTHON calls for");
        eprintln!("SKIPPED: no python3 has the module h2; xtask/setup.sh test installs it");
    }
    found
}

/// What a good client sees: the 99th percentile of its requests.
fn serve_well(address: SocketAddr, stop: &AtomicBool) -> Duration {
    let mut connection = Connection::open(address).unwrap();
    let mut took = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let began = clock::now();
        let reply = connection.request("GET", "/", "").unwrap();
        took.push(began.elapsed());
        assert_eq!((reply.status, reply.body.as_str()), (200, "fine"));
        std::thread::sleep(PAUSE);
    }
    took.sort_unstable();
    took[took.len() * 99 / 100]
}

fn memory_kb(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn during<T>(address: SocketAddr, work: impl FnOnce() -> T) -> (Duration, T) {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let good = scope.spawn(|| serve_well(address, &stop));
        let done = work();
        stop.store(true, Ordering::Relaxed);
        (good.join().unwrap(), done)
    })
}

fn attack(names: &[&str]) {
    let Some(python) = python() else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attacks/attack.py");
    let project = Project::with_server(APP);
    project.write("ostler.toml", "[app.web]\nrun = 'server.js'\nworkers = 1\n");
    let running = project.run(&[]);
    let address = project.address();
    let run = |name: &str| {
        let before = memory_kb(running.pid());
        let mut peak = before;
        let (p99, output) = during(address, || {
            let seconds = ATTACK.as_secs().to_string();
            let mut command = Command::new(python);
            command.arg(&script).args([name, &address.to_string()[..], &seconds]);
            let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            while child.try_wait().unwrap().is_none() {
                peak = peak.max(memory_kb(running.pid()));
                std::thread::sleep(Duration::from_millis(10));
            }
            child.wait_with_output().unwrap()
        });
        let growth = peak - before;
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        eprintln!("{name}: p99 {p99:?}, memory +{growth} kB, {}", told.trim());
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(growth < GROWTH_KB_MAX, "{name}: memory grew by {growth} kB");
        assert_eq!(get(address, "/").unwrap().status, 200, "{name}: it still serves");
        p99
    };
    // Also warms up: buffers and connections that any load brings are no growth.
    let usual = run("nothing");
    for name in names {
        let allowed = (usual * 2).max(LATENCY_FLOOR);
        let good = (0..TRIES).any(|_| run(name) < allowed);
        assert!(good, "{name}: the other client waited, usually {usual:?}");
    }
    let finished = running.stop();
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert!(!finished.stderr.contains("panicked"), "{}", finished.stderr);
}

#[test]
fn streams_that_are_given_up() {
    attack(&["rapid_reset", "made_you_reset", "malformed"]);
}

#[test]
fn headers_that_do_not_end_or_swell() {
    attack(&["continuation_flood", "empty_continuation", "hpack_bomb"]);
}

#[test]
fn frames_that_mean_nothing() {
    attack(&["empty_data", "small_data", "settings_flood", "ping_flood", "priority_flood"]);
}

#[test]
fn windows_that_are_wrong_or_tiny() {
    attack(&["window_zero", "window_overflow", "window_crumbs"]);
}

#[test]
fn clients_that_do_not_read_or_write() {
    attack(&["slow_read", "never_read", "unread_pings", "idle_uploads"]);
}
