//! Snapshots lie in `snapshots/`; `OSTLER_SNAPSHOTS=write cargo test -p ostler` renews them.

use super::figures::{percent, rate, time};
use super::page::status;
use model::api::{AppState, AppStatus, EdgeStatus, ServerState, ServerStatus, Status};
use model::api::{
    RouteStatus, StoreFigures, StoreStatus, UpstreamStatus, WorkerState, WorkerStatus,
};
use model::{AppName, WorkerId};

/// Compare with the snapshot `cli/<path>`.
pub fn check(path: &str, text: &str) {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli").join(path);
    if std::env::var_os("OSTLER_SNAPSHOTS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
    }
    let want = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(text == want, "{path} differs. Now:\n{text}\nBefore:\n{want}");
}

/// A worker with figures that follow from its number.
pub fn worker(number: u32, state: WorkerState) -> WorkerStatus {
    let n = f64::from(number);
    let alive = state != WorkerState::Waiting;
    WorkerStatus {
        id: WorkerId(u64::from(number) + 10),
        number,
        pid: if alive { 4_711 + number } else { 0 },
        state,
        generation: 3,
        uptime_seconds: if alive { 3_600 * 5 * u64::from(number + 1) + 60 } else { 0 },
        restarts: u64::from(number) / 2,
        cpu_percent: if alive { 12.4 + 30.0 * n } else { 0.0 },
        cpu_seconds: 0.0,
        gc_seconds: None,
        gc_runs: None,
        rss_bytes: if alive { 61_000_000 + 70_000_000 * u64::from(number) } else { 0 },
        heap_bytes: if alive { 21_500_000 } else { 0 },
        loop_delay_ms: alive.then_some(0.8 + 75.0 * n),
        loop_utilisation: alive.then_some(0.07 + 0.3 * n),
        in_flight: number * 3,
        upgraded: number,
        requests: 10_000,
        requests_per_second: if alive { 4.25 + 400.0 * n } else { 0.0 },
        failures: 0,
        p50_ms: alive.then_some(1.26),
        p99_ms: alive.then_some(9.0 + 450.0 * n),
    }
}

fn route(pattern: &str, to: &str, rate: f64, errors: f64) -> RouteStatus {
    RouteStatus {
        pattern: pattern.into(),
        to: to.into(),
        caches: pattern == "/*",
        requests: (rate * 1_000.0) as u64,
        cached: (rate * 123.0) as u64,
        requests_per_second: rate,
        client_errors_per_second: rate / 100.0,
        server_errors_per_second: errors,
        ..RouteStatus::default()
    }
}

/// Two apps: a busy one in the middle of its life, and one that never came up.
pub fn example() -> Status {
    let app = |name: &str, state, reason: Option<&str>, workers| AppStatus {
        name: AppName::parse(name).unwrap(),
        state,
        reason: reason.map(str::to_owned),
        workers_target: 4,
        workers_min: if name == "web" { 2 } else { 4 },
        workers_max: if name == "web" { 8 } else { 4 },
        generation: 3,
        restarts: 2,
        workers,
    };
    use WorkerState::{Draining, Ready, Stalled, Starting, Waiting};
    let web = [Ready, Ready, Stalled, Starting].into_iter().zip(0..).map(|(s, n)| worker(n, s));
    let old = WorkerStatus { id: WorkerId(3), ..worker(0, Draining) };
    Status {
        version: "0.1.0".into(),
        pid: 4_700,
        project: "/srv/shop".into(),
        uptime_seconds: 300_000,
        rss_bytes: 12_345_678,
        listen: vec!["http://0.0.0.0:8080".into()],
        admin: Some("http://127.0.0.1:7700".into()),
        edge: EdgeStatus {
            connections: 64,
            requests: 123_456,
            requests_per_second: 2_417.4,
            refused: 12,
        },
        routes: vec![
            route("/api/*", "web", 1_200.0, 0.0),
            route("/assets/*", "files public", 30.0, 0.0),
            route(
                "*.example.org/a/long/pattern/that/goes/on/*",
                "redirect https://example.org/elsewhere/*",
                0.0,
                0.0,
            ),
            route("/*", "web", 45.4, 3.2),
        ],
        upstreams: Vec::new(),
        exports: Vec::new(),
        cache: None,
        store: Some(StoreStatus {
            url: "redis://127.0.0.1:6379".into(),
            inside: Some(StoreFigures {
                running: true,
                refuses: None,
                durability: Some("always".into()),
                keys: 1_203,
                memory_bytes: 1_234_567,
                memory_bytes_max: 512_000_000,
                clients: 14,
                commands_per_second: 240,
            }),
        }),
        apps: vec![
            app("web", AppState::Online, None, web.chain([old]).collect()),
            app(
                "mailer",
                AppState::Failed,
                Some("no worker became ready: exit code 1, 5 times in 12s"),
                vec![worker(0, Waiting)],
            ),
        ],
    }
}

#[test]
fn as_wide_as_it_gets() {
    check("table/snapshots/wide.txt", &status(&example(), false, usize::MAX));
}

#[test]
fn within_80_columns() {
    let text = status(&example(), false, 80);
    let table = text.lines().filter(|line| line.starts_with("  ") && !line.contains("no worker"));
    assert!(table.clone().count() == 8 && table.clone().all(|line| line.len() <= 80), "{text}");
    check("table/snapshots/80.txt", &text);
}

#[test]
fn in_colour_the_text_is_the_same() {
    let coloured = status(&example(), true, 100);
    assert!(coloured.contains("\x1b[31mstalled \x1b[0m"), "{coloured}");
    let mut plain = coloured;
    for code in ["0", "1", "2", "31", "32", "33"] {
        plain = plain.replace(&format!("\x1b[{code}m"), "");
    }
    let ends: Vec<_> = plain.lines().map(str::trim_end).collect();
    assert_eq!(ends.join("\n") + "\n", status(&example(), false, 100));
}

#[test]
fn a_store_that_is_not_well_says_so() {
    let line = |store: StoreStatus| {
        let text = status(&Status { store: Some(store), ..example() }, false, 80);
        text.lines().nth(2).unwrap().to_owned()
    };
    let url = || String::from("redis://10.0.0.7:6379");
    assert_eq!(line(StoreStatus { url: url(), inside: None }), "store redis://10.0.0.7:6379");
    let inside = |inside: StoreFigures| line(StoreStatus { url: url(), inside: Some(inside) });
    assert!(inside(StoreFigures::default()).ends_with("  does not run"));
    let refuses = Some("the disk is full".to_owned());
    let line = inside(StoreFigures { running: true, refuses, keys: 1, ..StoreFigures::default() });
    assert!(line.contains("  1 key  0 B  0 clients  0 commands/s  in memory only"), "{line}");
    assert!(line.ends_with("  refuses writes: the disk is full"), "{line}");
}

#[test]
fn upstreams_stand_below_the_apps() {
    let server = |url: &str, state, reason: Option<&str>| ServerStatus {
        url: url.into(),
        state,
        reason: reason.map(Into::into),
        in_flight: 2,
        upgraded: 0,
        requests: 4_711,
        failures: 3,
    };
    let mut example = example();
    example.apps.clear();
    example.upstreams = vec![UpstreamStatus {
        name: AppName::parse("billing").unwrap(),
        faults: vec!["cannot resolve billing.internal: no answer".into()],
        servers: vec![
            server("http://10.0.0.5:3000", ServerState::Healthy, None),
            server("http://10.0.0.6:3000", ServerState::Unhealthy, Some("no connection")),
            server("http://10.0.0.7:3000", ServerState::Leaving, None),
        ],
    }];
    let text = status(&example, false, 80);
    let lines: Vec<&str> = text.lines().skip(4).collect();
    assert_eq!(
        lines,
        [
            "billing  upstream, 1 of 2 servers healthy",
            "  cannot resolve billing.internal: no answer",
            "  http://10.0.0.5:3000  healthy  2 active, 4711 requests, 3 failed",
            "  http://10.0.0.6:3000  unhealthy  2 active, 4711 requests, 3 failed  no connection",
            "  http://10.0.0.7:3000  leaving  2 active, 4711 requests, 3 failed",
        ]
    );
}

#[test]
fn nothing_runs_yet() {
    let mut empty = example();
    empty.apps.clear();
    assert_eq!(status(&empty, false, usize::MAX).lines().count(), 3);
}

#[test]
fn figures_stay_short() {
    let rates: Vec<_> = [0.0, 0.04, 9.94, 9.96, 123_456.0].map(rate).into();
    assert_eq!(rates, ["0", "0.0", "9.9", "10", "123456"]);
    let times: Vec<_> = [0.04, 9.96, 999.4, 9_999.0, 61_234.0].map(|ms| time(Some(ms))).into();
    assert_eq!(times, ["0.0 ms", "10 ms", "999 ms", "9999 ms", "61.2 s"]);
    assert_eq!((percent(0.4).as_str(), percent(199.6).as_str()), ("0 %", "200 %"));
}
