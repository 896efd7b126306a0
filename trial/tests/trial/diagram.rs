//! The diagram against the truth of `/proc`, while everything changes.

use base::random::Random;
use model::api::{EdgeState, Graph, NodeKind, NodeState};
use rustix::process::Signal;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use trial::load::Manner;
use trial::project::signal;
use trial::truth::{Truth, truth};
use trial::{Load, Project, get, until};

const STEPS: usize = 100;
/// A change is drawn within a second; the rest is for a machine that is busy with other tests.
const LATEST: Duration = Duration::from_millis(2_500);

/// Keeps three connections to `$DATABASE` and one to the store, and more to whatever port it is told.
const WEB: &str = r#"
const net = require('node:net');
const keep = (port) => {
  const socket = net.connect(port, '127.0.0.1').on('error', () => {});
  socket.on('close', () => setTimeout(keep, 100, port));
};
for (let n = 0; n < 3; n++) keep(process.env.DATABASE);
keep(new URL(process.env.REDIS_URL).port);
require('node:http').createServer((req, res) => {
  const [, port] = req.url.match(/connect=(\d+)/) ?? [];
  if (port) net.connect(port, '127.0.0.1').on('error', () => {});
  res.statusCode = req.url === '/fail' ? 500 : 200;
  res.end(String(process.pid));
}).listen(process.env.PORT || 3000);
"#;

const MAILER: &str = r#"
const net = require('node:net');
const keep = () => net.connect(new URL(process.env.REDIS_URL).port, '127.0.0.1')
  .on('error', () => {}).on('close', () => setTimeout(keep, 100));
keep();
keep();
require('node:http').createServer((req, res) => res.end()).listen(process.env.PORT || 3000);
"#;

/// A server that takes connections, and can be gone for a while.
struct Database {
    port: u16,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Database {
    fn new() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut database = Database { port, stop: Arc::default(), thread: None };
        database.begin();
        database
    }

    fn begin(&mut self) {
        let listener =
            until("the port is free again", || TcpListener::bind(("127.0.0.1", self.port)).ok());
        listener.set_nonblocking(true).unwrap();
        self.stop = Arc::default();
        let stop = self.stop.clone();
        let held: Mutex<Vec<TcpStream>> = Mutex::default();
        self.thread = Some(std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((stream, _)) => held.lock().unwrap().push(stream),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {
                        std::thread::sleep(Duration::from_millis(5));
                    }
                    Err(error) => panic!("{error}"),
                }
            }
        }));
    }

    fn end(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

fn project(database: u16) -> Project {
    let project = Project::new();
    project.write("web.js", WEB);
    project.write("mailer.js", MAILER);
    let config = format!(
        "version = 1\n[app.web]\nrun = \"web.js\"\nworkers = 3\nenv = {{ DATABASE = \"{database}\" }}\n\
         [app.mailer]\nrun = \"mailer.js\"\nworkers = 1\n[route.\"/*\"]\napp = \"web\"\n"
    );
    project.write("ostler.toml", &config);
    project
}

fn graph(project: &Project) -> Graph {
    let finished = project.ostler(&["diagram", "--format", "json"]);
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    serde_json::from_str(&finished.stdout).unwrap()
}

/// What the picture claims, in the terms of `/proc`.
fn claimed(graph: &Graph) -> Truth {
    let mut claim = Truth::default();
    let mut pids = BTreeMap::new();
    for node in graph.nodes.iter().filter(|node| node.kind == NodeKind::Worker) {
        if let Some(pid) = node.pid {
            claim.workers.insert(pid, node.name.clone());
            pids.insert(node.id.as_str(), pid);
        }
    }
    let open = graph.edges.iter().filter_map(|edge| {
        let connections = edge.connections.filter(|count| *count > 0)?;
        Some((*pids.get(edge.from.as_str())?, edge.to.as_str(), connections))
    });
    for (pid, to, connections) in open {
        let node = graph.nodes.iter().find(|node| node.id == to).unwrap();
        let [address] = node.addresses.as_slice() else { panic!("{node:?}") };
        let port = address.rsplit(':').next().unwrap().parse().unwrap();
        claim.links.insert((pid, port), connections);
    }
    claim
}

/// Until the picture is the truth; how long after the truth became so.
fn until_true(project: &Project, what: &str) -> Duration {
    let begun = base::clock::now();
    let (mut last, mut since): (Truth, Instant) = (truth(project), begun);
    loop {
        let claim = claimed(&graph(project));
        let now = truth(project);
        let at = base::clock::now();
        if now == claim && now == last {
            return at - since;
        }
        if now != last {
            (last, since) = (now, at);
        }
        assert!(
            at - since < LATEST,
            "after {what}: nothing changed for {:?}, and the picture\n{claim:?}\nis not the truth\n{last:?}",
            at - since
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn the_picture_is_the_truth_in_a_hundred_steps() {
    let mut database = Database::new();
    let service = TcpListener::bind("127.0.0.1:0").unwrap();
    let service_port = service.local_addr().unwrap().port();
    let project = project(database.port);
    let running = project.begin(&[]);
    let address = running.online();
    until_true(&project, "the start");
    let seed = std::env::var("OSTLER_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut random = Random::new(seed);
    let mut took = Vec::new();
    for step in 0..STEPS {
        let what = match random.below(10) {
            0..3 => {
                let pids: Vec<u32> = truth(&project).workers.into_keys().collect();
                if let Some(pid) = pids.get(random.below(pids.len() as u64) as usize) {
                    signal(*pid, Signal::KILL);
                }
                "a kill".to_owned()
            }
            3..5 => {
                let count = 1 + random.below(5);
                project.ostler(&["scale", "web", &count.to_string()]);
                format!("scaling to {count}")
            }
            5 => {
                project.ostler(&["reload", "web"]);
                "a reload".into()
            }
            6 | 7 => {
                match database.thread.is_some() {
                    true => database.end(),
                    false => database.begin(),
                }
                "the database went or came".into()
            }
            _ => {
                // It may come in the moment in which nobody runs.
                let _ = get(address, &format!("/connect={service_port}"));
                "a new connection".into()
            }
        };
        took.push(until_true(&project, &format!("step {step}, {what}")));
    }
    database.end();
    took.sort_unstable();
    let (median, most) = (took[STEPS / 2], took[STEPS - 1]);
    println!("drawn after {median:?} in the median, {most:?} at most");
    assert!(median < Duration::from_secs(1), "{median:?}");
    running.stop();
}

#[test]
fn what_flows_is_what_came() {
    let project = project(1);
    let running = project.begin(&[]);
    let address = running.online();
    let load = Load::start(address, "/", 2, Manner::KeepAlive);
    let drawn = until("requests flow", || {
        let graph = graph(&project);
        let edge = graph.edges.iter().find(|edge| edge.to == "app:web")?;
        (edge.requests_per_second? > 1.0).then_some(graph)
    });
    let rate = |graph: &Graph, from: &str, to: &str| -> f64 {
        let edges = graph
            .edges
            .iter()
            .filter(|edge| edge.from.starts_with(from) && edge.to.starts_with(to));
        edges.filter_map(|edge| edge.requests_per_second).sum()
    };
    let (routed, worked) = (rate(&drawn, "route:", "app:web"), rate(&drawn, "app:web", "worker:"));
    assert!(
        (routed / worked - 1.0).abs() < 0.2,
        "{routed} came to the app, {worked} to its workers"
    );
    let came = rate(&drawn, "clients", "listener:");
    assert!((came / routed - 1.0).abs() < 0.2, "{came} came in, {routed} came to the app");
    load.finish();
    let failing = Load::start(address, "/fail", 1, Manner::KeepAlive);
    until("failures are seen", || {
        let graph = graph(&project);
        let route = graph.nodes.iter().find(|node| node.kind == NodeKind::Route)?;
        let edge = graph.edges.iter().find(|edge| edge.from == route.id)?;
        let is_red = edge.state == EdgeState::Broken && edge.errors_per_second > 1.0;
        (is_red && route.state == NodeState::Ill).then_some(())
    });
    assert_eq!(failing.finish().answered, 0);
    until("nothing flows any more", || {
        graph(&project).edges.iter().all(|edge| edge.errors_per_second <= 0.0).then_some(())
    });
    let svg = project.ostler(&["diagram"]).stdout;
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n") && svg.contains("web/2"), "{svg}");
    let painted = project.ostler(&["diagram", "--output", "shop.png"]);
    match painted.code {
        Some(0) => {
            let png = std::fs::read(project.folder().join("shop.png")).unwrap();
            assert!(png.starts_with(b"\x89PNG") && png.len() > 20_000, "{}", png.len());
        }
        _ => assert!(painted.stderr.contains("fonts-dejavu-core"), "{}", painted.stderr),
    }
    project.ostler(&["diagram", "--output", "shop.mmd"]);
    let mermaid = std::fs::read_to_string(project.folder().join("shop.mmd")).unwrap();
    assert!(mermaid.contains("flowchart LR") && mermaid.contains("web/2"), "{mermaid}");
    running.stop();
}

/// Fills a queue that nobody works on, and another one that takes its time.
const QUEUES: &str = r#"
const { Queue, Worker } = require('bullmq');
const connection = { url: process.env.REDIS_URL };
const mail = new Queue('mail', { connection });
for (let n = 0; n < 5; n++) mail.add('send', { n });
const slow = new Queue('slow', { connection });
slow.add('one', {});
new Worker('slow', () => new Promise(() => {}), { connection, concurrency: 2 });
require('node:http').createServer((req, res) => res.end()).listen(process.env.PORT || 3000);
"#;

#[test]
fn queues_are_drawn() {
    let packages = trial::apps::folder("store", "bullmq");
    let project = Project::with_server(QUEUES);
    std::os::unix::fs::symlink(
        packages.join("node_modules"),
        project.folder().join("node_modules"),
    )
    .unwrap();
    let running = project.run(&["--workers", "1", "server.js"]);
    let graph = until("both queues are drawn", || {
        let graph = graph(&project);
        let says = |name: &str, detail: &str| {
            graph.nodes.iter().any(|node| {
                node.kind == NodeKind::Queue && node.name == name && node.detail == detail
            })
        };
        (says("mail", "5 waiting · 0 active") && says("slow", "0 waiting · 1 active"))
            .then_some(graph)
    });
    let edge = |to: &str| graph.edges.iter().find(|edge| edge.to == to).unwrap();
    assert_eq!(edge("queue:bull:mail").from, "store");
    let store = edge("store");
    assert!(store.from.starts_with("worker:") && store.connections > Some(1), "{store:?}");
    assert!(store.detail.contains("worker of slow (bull)"), "{store:?}");
    running.stop();
}
