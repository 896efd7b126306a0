//! What is counted is told to a real Prometheus, and kept over deaths and upgrades.

use rustix::process::Signal;
use serde_json::Value;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use trial::load::Manner;
use trial::{Connection, Load, Project, apps, until};

const TOML: &str = "[edge]\nlisten = '127.0.0.1:0'\n[admin]\nlisten = '127.0.0.1:0'\n[app.web]\nrun = 'server.js'\nworkers = 2\n";

fn project() -> Project {
    let project = Project::with_server(apps::SERVER);
    project.write("version", "1");
    project.write("ostler.toml", TOML);
    project
}

fn admin(project: &Project) -> SocketAddr {
    let url = project.status().unwrap().admin.unwrap();
    url.trim_start_matches("http://").parse().unwrap()
}

/// What a server with Prometheus's API answers, as its `data`.
fn ask(at: SocketAddr, path: &str) -> Option<Value> {
    let reply = Connection::open(at).ok()?.request("GET", path, "").ok()?;
    let json: Value = serde_json::from_str(&reply.body).ok()?;
    (json["status"] == "success").then(|| json["data"].clone())
}

/// The only value that an expression has.
fn value(at: SocketAddr, query: &str) -> Option<f64> {
    let data = ask(at, &format!("/api/v1/query?query={}", encoded(query)))?;
    let [one] = data["result"].as_array()?.as_slice() else { return None };
    one["value"][1].as_str()?.parse().ok()
}

fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn is_installed(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        eprintln!("skipped: no {program} (on Debian: apt-get install prometheus)");
    }
    there
}

struct Prometheus {
    child: Child,
    address: SocketAddr,
}

impl Prometheus {
    fn start(project: &Project, target: SocketAddr) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let rules =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/prometheus/ostler.rules.yml");
        let config = format!(
            "global: {{ scrape_interval: 1s, evaluation_interval: 1s }}\nrule_files: ['{}']\nscrape_configs:\n  \
             - job_name: ostler\n    static_configs: [{{ targets: ['{target}'] }}]\n",
            rules.canonicalize().unwrap().display()
        );
        project.write("prometheus.yml", &config);
        let child = Command::new("prometheus")
            .current_dir(project.folder())
            .args(["--config.file=prometheus.yml", "--storage.tsdb.path=tsdb"])
            .arg(format!("--web.listen-address={address}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Prometheus { child, address }
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_real_prometheus_reads_it_and_comes_to_the_same_answers() {
    if !is_installed("prometheus") {
        return;
    }
    let project = project();
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    let ostler = admin(&project);
    let prometheus = Prometheus::start(&project, ostler);
    until("prometheus scrapes", || value(prometheus.address, "up{job=\"ostler\"} == 1"));
    let load = Load::start(project.address(), "/", 2, Manner::KeepAlive);
    // Of rates over half a minute so much is the same whoever took the samples.
    std::thread::sleep(Duration::from_secs(12));
    for query in [
        "sum by (app) (rate(ostler_edge_requests_total[10s]))",
        "sum(rate(ostler_worker_requests_total[10s]))",
        "histogram_quantile(0.5, sum by (le) (rate(ostler_edge_request_duration_seconds_bucket[10s])))",
        "sum(ostler_supervise_workers{state=\"ready\"})",
        "max(ostler_machine_memory_bytes{kind=\"total\"}) / 1e9",
        "sum(increase(ostler_edge_route_requests_total{class=~\"2..\"}[10s])) / 10",
    ] {
        let (theirs, ours) = (value(prometheus.address, query), value(ostler, query));
        let (Some(theirs), Some(ours)) = (theirs, ours) else {
            panic!("{query}: {theirs:?} and {ours:?}")
        };
        assert!(ours > 0.0 && (ours / theirs - 1.0).abs() < 0.3, "{query}: {ours} for {theirs}");
    }
    load.finish();
    let targets = ask(prometheus.address, "/api/v1/targets").unwrap();
    assert_eq!(targets["activeTargets"][0]["lastError"], "", "{targets}");
    let metadata =
        ask(prometheus.address, "/api/v1/metadata?metric=ostler_uptime_seconds").unwrap();
    assert_eq!(metadata["ostler_uptime_seconds"][0]["type"], "gauge", "{metadata}");
    until("its rules are worked out", || {
        let rules = ask(prometheus.address, "/api/v1/rules")?;
        let rules = rules["groups"][0]["rules"].as_array()?.clone();
        rules.iter().all(|rule| rule["health"] == "ok").then_some(())
    });
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}

#[test]
fn promtool_finds_no_fault() {
    if !is_installed("promtool") {
        return;
    }
    let project = project();
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    let page = Connection::open(admin(&project)).unwrap().request("GET", "/metrics", "").unwrap();
    project.write("page", &page.body);
    let input = std::fs::File::open(project.folder().join("page")).unwrap();
    let checked =
        Command::new("promtool").args(["check", "metrics"]).stdin(input).output().unwrap();
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert!(checked.status.success() && said.is_empty(), "{said}");
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}

#[test]
fn what_was_counted_outlives_a_kill_and_an_upgrade() {
    let project = project();
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    let count = |at: SocketAddr| {
        let query = "count_over_time(ostler_uptime_seconds[5m])";
        value(at, query).map(|count| count as u64)
    };
    let before =
        until("ten seconds are kept", || count(admin(&project)).filter(|count| *count >= 10));
    let pid = project.status().unwrap().pid;
    trial::project::signal(pid, Signal::KILL);
    // Its locks go when its last thread is gone.
    until("it is dead", || (project.ostler(&["start"]).code == Some(0)).then_some(()));
    let at = admin(&project);
    let after = until("it answers", || count(at));
    assert!(after + 6 >= before, "{after} of {before} seconds are left");
    // It writes every five seconds.
    let after = until("it has written", || count(at).filter(|count| *count >= after + 7));
    let upgraded = project.ostler(&["upgrade"]);
    assert_eq!(upgraded.code, Some(0), "{}", upgraded.stderr);
    let later = until("the new one answers", || count(at));
    assert!(later + 6 >= after, "{later} of {after} seconds are left");
    until("it goes on", || count(at).filter(|count| *count > later + 2));
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}
