//! Logs on their way to other systems.

use model::api::ExportStatus;
use std::io::Read;
use trial::{Project, Prometheus, Target, apps, until};

const LINES: usize = 2_000;

/// Writes so many lines a request, numbered on.
const WRITER: &str = "let next = 0;
    require('http').createServer((q, s) => {
      for (let i = 0; i < 500; i++) console.log('line ' + next++ + '.');
      s.end('ok');
    }).listen(3000);";

fn config(exports: &str) -> String {
    format!(
        "[edge]\nlisten = '127.0.0.1:0'\n[admin]\nlisten = false\n[app.web]\nrun = 'server.js'\nworkers = 1\n{exports}\n"
    )
}

fn export(project: &Project, name: &str) -> Option<ExportStatus> {
    project.status()?.exports.into_iter().find(|export| export.name == name)
}

fn unpacked(body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match flate2::read::GzDecoder::new(body).read_to_end(&mut plain) {
        Ok(_) => plain,
        Err(_) => body.to_vec(),
    }
}

/// How often each line is in these bodies.
fn counts(bodies: &[Vec<u8>], lines: usize) -> Vec<usize> {
    let mut counts = vec![0; lines];
    for body in bodies {
        let text = String::from_utf8_lossy(body).into_owned();
        // Loki's body has the text once, others as message and as written: each piece is counted once a body.
        let numbers: std::collections::BTreeSet<usize> = text
            .split("line ")
            .skip(1)
            .map(|piece| piece.split('.').next().unwrap().parse().unwrap())
            .collect();
        numbers.into_iter().for_each(|number| counts[number] += 1);
    }
    counts
}

fn bodies(target: &Target) -> Vec<Vec<u8>> {
    target.got().iter().map(|request| unpacked(&request.body)).collect()
}

fn write_lines(project: &Project, requests: usize) {
    let address = project.address();
    for _ in 0..requests {
        assert_eq!(trial::get(address, "/").unwrap().status, 200);
    }
}

#[test]
fn a_target_that_is_away_loses_nothing_and_holds_up_no_other() {
    let project = Project::with_server(WRITER);
    let (loki, elastic, otel) =
        (Target::start(""), Target::start(r#"{"errors":false}"#), Target::start(""));
    project.write(
        "ostler.toml",
        &config(&format!(
            "[observe.export.loki]\nto = 'loki'\nurl = 'http://{}'\ndelay = '50ms'\n\
             [observe.export.search]\nto = 'elasticsearch'\nurl = 'http://{}'\ndelay = '50ms'\napi_key = 'key'\n\
             [observe.export.otel]\nto = 'otlp'\nurl = 'http://{}'\nsignals = ['logs']\ndelay = '50ms'\n\
             [observe.export.file]\nto = 'file'\nfile = 'out/all.ndjson'\ndelay = '50ms'\n",
            loki.address(),
            elastic.address(),
            otel.address(),
        )),
    );
    loki.answers(503);
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    write_lines(&project, LINES / 500);
    for name in ["search", "otel", "file"] {
        until(name, || export(&project, name).filter(|one| one.sent >= LINES as u64));
    }
    let away = until("the failure", || export(&project, "loki").filter(|one| one.failures > 1));
    assert!(away.waiting >= LINES as u64 && away.sent == 0, "{away:?}");
    assert_eq!(away.last_error.as_deref(), Some("it answered 503"));
    let shown = project.ostler(&["status"]).stdout;
    assert!(shown.contains(&format!("http://{}  fails  0 sent", loki.address())), "{shown}");
    let told = project.ostler(&["logs", "ostler", "--grep", "export loki"]).stdout;
    assert!(told.contains("it answered 503; what is to be sent waits on disk"), "{told}");
    // What waits outlives Ostler.
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    until("a new try", || export(&project, "loki").filter(|one| one.failures > 0));
    loki.answers(204);
    until("the rest", || {
        export(&project, "loki").filter(|one| one.waiting == 0 && one.sent >= LINES as u64)
    });
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
    let file = std::fs::read(project.folder().join("out/all.ndjson")).unwrap();
    for (name, bodies) in [
        ("loki", bodies(&loki)),
        ("search", bodies(&elastic)),
        ("otel", bodies(&otel)),
        ("file", vec![file]),
    ] {
        assert_eq!(counts(&bodies, LINES), vec![1; LINES], "{name}");
    }
    assert!(elastic.got()[0].head.contains("\r\nauthorization: apikey key\r\n"));
}

#[test]
fn a_reload_adds_and_removes_targets() {
    let project = Project::with_server(WRITER);
    project.write("ostler.toml", &config(""));
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    assert_eq!(project.status().unwrap().exports, []);
    let loki = Target::start("");
    let with = format!(
        "[observe.export.loki]\nto = 'loki'\nurl = 'http://{}'\ndelay = '50ms'\n",
        loki.address()
    );
    project.write("ostler.toml", &config(&with));
    let reloaded = project.ostler(&["reload"]);
    assert_eq!(reloaded.code, Some(0), "{}", reloaded.stderr);
    write_lines(&project, 1);
    until("the lines", || (counts(&bodies(&loki), 500) == vec![1; 500]).then_some(()));
    project.write("ostler.toml", &config(""));
    assert_eq!(project.ostler(&["reload"]).code, Some(0));
    assert_eq!(project.status().unwrap().exports, []);
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
    assert_eq!(counts(&bodies(&loki), 500), vec![1; 500]);
}

#[test]
fn a_real_prometheus_takes_remote_write_after_an_outage_too() {
    let Some(prometheus) = Prometheus::start("global: {}\n") else { return };
    let project = Project::with_server(WRITER);
    let away = Target::start("");
    away.answers(503);
    let export = |address: std::net::SocketAddr| {
        config(&format!(
            "[observe.export.prometheus]\nto = 'prometheus'\nurl = 'http://{address}'\nevery = '1s'\nlabels = {{ env = 'trial' }}\n"
        ))
    };
    project.write("ostler.toml", &export(away.address()));
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    write_lines(&project, 3);
    // Samples of some seconds wait while it is away, and arrive in their order.
    until("some wait", || self::export(&project, "prometheus").filter(|one| one.waiting > 300));
    let waiting = self::export(&project, "prometheus").unwrap();
    assert!(waiting.failing_since_ms.is_some() && waiting.sent == 0, "{waiting:?}");
    project.write("ostler.toml", &export(prometheus.address()));
    assert_eq!(project.ostler(&["reload"]).code, Some(0));
    let works = until("it is sent", || {
        self::export(&project, "prometheus").filter(|one| one.sent > 600 && one.waiting == 0)
    });
    assert_eq!(works.dropped_refused + works.dropped_full + works.dropped_disk, 0, "{works:?}");
    let query = "ostler_edge_requests_total{app=\"web\",class=\"2xx\",env=\"trial\"}";
    until("the count is right", || {
        let found = prometheus.query(query);
        (found.first()?["value"][1] == "3").then_some(())
    });
    // More than one sample of a second each: those of the outage as well.
    let seconds = prometheus.query("count_over_time(ostler_uptime_seconds[10m])");
    let seconds: f64 = seconds[0]["value"][1].as_str().unwrap().parse().unwrap();
    assert!(seconds >= 3.0, "{seconds}");
    let p99 = "histogram_quantile(0.99, ostler_edge_request_duration_seconds_bucket{app=\"web\"})";
    assert_eq!(prometheus.query(p99).len(), 1);
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}

#[test]
fn opentelemetry_gets_logs_and_metrics() {
    let project = Project::with_server(WRITER);
    let otel = Target::start("");
    project.write(
        "ostler.toml",
        &config(&format!(
            "[observe.export.otel]\nto = 'otlp'\nurl = 'http://{}/otlp'\ndelay = '50ms'\nevery = '1s'\n",
            otel.address()
        )),
    );
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    write_lines(&project, 1);
    let of = |path: &str| -> Vec<Vec<u8>> {
        let line = format!("post /otlp/v1/{path} http/1.1\r\n");
        let got = otel.got();
        let requests = got.iter().filter(|request| request.head.starts_with(&line));
        requests.map(|request| unpacked(&request.body)).collect()
    };
    until("logs", || (counts(&of("logs"), 500) == vec![1; 500]).then_some(()));
    until("metrics", || {
        let bodies = of("metrics");
        let text: Vec<u8> = bodies.concat();
        let name = b"ostler_edge_requests_total";
        (bodies.len() > 1 && text.windows(name.len()).any(|part| part == name)).then_some(())
    });
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}

/// Lines that workers write on for as long as this runs, numbered: one each 2 ms.
const STEADY: &str = "let next = 0;
    setInterval(() => { console.log('line ' + next++ + '.'); }, 2);
    require('http').createServer((q, s) => s.end(String(next))).listen(3000);";

/// The lines of a worker that are in these bodies, by their numbers: how many there are, and how many are missing before
/// the last.
fn gaps(bodies: &[Vec<u8>]) -> (usize, usize) {
    let most = bodies.iter().flat_map(|body| {
        let text = String::from_utf8_lossy(body).into_owned();
        let numbers = text
            .split("line ")
            .skip(1)
            .map(|piece| piece.split('.').next().unwrap().parse().unwrap());
        numbers.collect::<Vec<usize>>()
    });
    let most = most.max().map_or(0, |most| most + 1);
    let counts = counts(bodies, most);
    (most, counts.iter().filter(|count| **count == 0).count())
}

#[test]
fn a_killed_ostler_leaves_what_waits_to_the_next() {
    let project = Project::with_server(STEADY);
    let loki = Target::start("");
    loki.answers(503);
    project.write(
        "ostler.toml",
        &config(&format!(
            "[observe.export.loki]\nto = 'loki'\nurl = 'http://{}'\ndelay = '100ms'\n",
            loki.address()
        )),
    );
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    let waiting =
        until("lines wait", || export(&project, "loki").filter(|one| one.waiting > 1_000));
    trial::project::signal(project.status().unwrap().pid, rustix::process::Signal::KILL);
    until("it is gone", || project.status().is_none().then_some(()));
    loki.answers(204);
    // The next one begins at the end of what waits, with an app that counts from 0 again.
    project.write("server.js", apps::SERVER);
    project.write("version", "1");
    until("the next one starts", || (project.ostler(&["start"]).code == Some(0)).then_some(()));
    until("what waited is sent", || {
        // What was being collected for the next batch, 0.1 s of lines and as much again, is not on disk.
        export(&project, "loki").filter(|one| one.waiting == 0 && one.sent + 200 >= waiting.waiting)
    });
    let (lines, missing) = gaps(&bodies(&loki));
    assert!(lines >= 800 && missing == 0, "{missing} of {lines} are missing");
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}

#[test]
fn an_upgrade_while_a_target_is_away_loses_nothing() {
    let project = Project::with_server(WRITER);
    let loki = Target::start("");
    loki.answers(503);
    project.write(
        "ostler.toml",
        &config(&format!(
            "[observe.export.loki]\nto = 'loki'\nurl = 'http://{}'\ndelay = '50ms'\n",
            loki.address()
        )),
    );
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    write_lines(&project, 2);
    until("lines wait", || export(&project, "loki").filter(|one| one.waiting >= 1_000));
    let pid = project.status().unwrap().pid;
    let upgraded = project.ostler(&["upgrade"]);
    assert_eq!(upgraded.code, Some(0), "{}", upgraded.stderr);
    until("the old process ends", || (!trial::project::alive(pid)).then_some(()));
    // The new one has taken over what the old one left.
    until("they wait there", || export(&project, "loki").filter(|one| one.waiting >= 1_000));
    loki.answers(204);
    until("they are sent", || {
        let counts = counts(&bodies(&loki), 1_000);
        counts.iter().all(|count| *count == 1).then_some(())
    });
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}
