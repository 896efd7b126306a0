use crate::house::House;
use model::api::{AppState, StoreFigures, StoreStatus, WorkerState};

#[test]
fn unknown_paths_and_wrong_methods() {
    let house = House::new();
    let got = house.tcp("GET /api/v1/nothing", "");
    assert_eq!(got.status, 404);
    assert_eq!(
        got.body,
        "{\"error\":\"There is nothing at /api/v1/nothing. The dashboard is at /.\"}\n"
    );
    let got = house.trusted("POST /api/v1/status", "{}");
    assert!(got.status == 405 && got.head.contains("allow: get, head"), "{got:?}");
    let got = house.trusted("GET /api/v1/reload", "");
    assert!(got.status == 405 && got.head.contains("allow: post"), "{got:?}");
    let got = house.tcp("HEAD /api/v1/status", "");
    assert!(got.status == 200 && got.body.is_empty() && got.head.contains("content-length"));
}

#[test]
fn bodies_are_read_strictly() {
    let house = House::new();
    for body in ["{", "[]", "{\"app\":\"web\"}", "{\"app\":\"web\",\"workers\":-1}"] {
        assert_eq!(house.trusted("POST /api/v1/scale", body).status, 400, "{body}");
    }
    let got = house.trusted("POST /api/v1/reload", "{\"ap\":\"web\"}");
    assert_eq!(got.status, 400);
    assert!(got.body.contains("unknown field `ap`"), "{}", got.body);
    let got = house.trusted("POST /api/v1/scale", "{\"app\":\"Web!\",\"workers\":1}");
    assert!(got.status == 400 && got.body.contains("is not an app name"), "{got:?}");
    assert!(house.fake.done().is_empty());
}

#[test]
fn declined_commands_say_why() {
    let house = House::new();
    for (path, body, status, text) in [
        ("scale", "{\"app\":\"none\",\"workers\":1}", 404, "There is no app none."),
        ("purge", "{\"all\":true}", 400, "Say what to purge."),
        ("scale", "{\"app\":\"web\",\"workers\":5}", 400, "workers.max is 4."),
        ("restart", "{\"app\":\"web\",\"number\":9}", 409, "A reload is under way."),
        ("upgrade", "", 500, "The new binary does not start."),
    ] {
        let got = house.trusted(&format!("POST /api/v1/{path}"), body);
        assert_eq!((got.status, got.body), (status, format!("{{\"error\":\"{text}\"}}\n")));
    }
}

#[test]
fn ready_means_every_app_can_serve() {
    let house = House::new();
    let get = || house.tcp("GET /readyz", "");
    assert_eq!((get().status, get().body.as_str()), (200, "{\"ready\":true}\n"));
    *house.fake.worker.lock().unwrap() = WorkerState::Starting;
    *house.fake.state.lock().unwrap() = AppState::Starting;
    let got = get();
    assert_eq!(got.status, 503);
    assert_eq!(got.body, "{\"error\":\"Not ready: app web is starting, 0 of 1 workers ready.\"}\n");
    *house.fake.worker.lock().unwrap() = WorkerState::Ready;
    assert_eq!(get().status, 200, "the first ready worker is enough");
    *house.fake.state.lock().unwrap() = AppState::Stopping;
    assert_eq!(get().status, 503, "a load balancer should look elsewhere");
    *house.fake.state.lock().unwrap() = AppState::Online;
    let store = |inside: StoreFigures| {
        let store = StoreStatus { url: "redis://127.0.0.1:6379".into(), inside: Some(inside) };
        *house.fake.store.lock().unwrap() = Some(store);
        get().body
    };
    let full = Some("no space left".to_owned());
    let told = store(StoreFigures { running: true, refuses: full, ..StoreFigures::default() });
    assert_eq!(told, "{\"error\":\"Not ready: the store refuses writes: no space left.\"}\n");
    let told = store(StoreFigures::default());
    assert_eq!(told, "{\"error\":\"Not ready: the store does not run.\"}\n");
    store(StoreFigures { running: true, ..StoreFigures::default() });
    assert_eq!(get().status, 200);
    assert_eq!(house.tcp("GET /healthz", "").status, 200);
}

#[test]
fn metrics_in_the_form_asked_for() {
    let house = House::new();
    let got = house.tcp("GET /metrics", "");
    assert!(got.head.contains("content-type: text/plain; version=0.0.4"), "{}", got.head);
    for text in ["ostler_build_info{version=\"1.2.3\"} 1\n", "ostler_uptime_seconds 60\n"] {
        assert!(got.body.contains(text), "{}", got.body);
    }
    assert!(got.body.contains("ostler_edge_requests_total{app=\"web\",class=\"2xx\"} 10\n"));
    let got = house.tcp("GET /metrics\nAccept: application/openmetrics-text; version=1.0.0", "");
    assert!(got.head.contains("content-type: application/openmetrics-text"), "{}", got.head);
    assert!(got.body.ends_with("# EOF\n"), "{}", got.body);
    assert!(!got.head.contains("content-encoding"), "{}", got.head);
    let packed = house.tcp("GET /metrics\nAccept-Encoding: br, gzip", "");
    assert!(packed.head.contains("content-encoding: gzip\r\n"), "{}", packed.head);
    assert!(packed.head.contains("vary: accept, accept-encoding\r\n"), "{}", packed.head);
}

#[test]
fn the_dashboard_is_served_with_a_strict_policy() {
    let house = House::new();
    let got = house.tcp("GET /", "");
    assert!(got.head.contains("content-type: text/html"), "{}", got.head);
    assert!(got.head.contains("content-security-policy: default-src 'none'"), "{}", got.head);
    let script = got.body.split('"').find(|word| word.starts_with("./assets/index")).unwrap();
    let got = house.tcp(&format!("GET {}", &script[1..]), "");
    assert!(
        got.status == 200 && got.head.contains("content-type: text/javascript"),
        "{}",
        got.head
    );
    let tag = got.head.lines().find(|line| line.starts_with("etag: ")).unwrap();
    let again = house.tcp(&format!("GET {}\nIf-None-Match: {}", &script[1..], &tag[6..]), "");
    assert!(again.status == 304 && again.body.is_empty(), "{again:?}");
    assert_eq!(house.tcp("GET /assets/nothing.js", "").status, 404);
    assert_eq!(house.trusted("POST /", "{}").status, 405);
}

#[test]
fn logs_are_json_lines() {
    let house = House::new();
    let get = |query: &str| house.unix(&format!("GET /api/v1/logs{query}"), "");
    let got = get("?app=web&lines=2");
    assert!(got.head.contains("content-type: application/x-ndjson"), "{}", got.head);
    let line = |n| {
        format!(
            "{{\"at_ms\":1,\"app\":\"web\",\"number\":0,\"stream\":\"out\",\"text\":\"old {n}\"}}\n"
        )
    };
    assert_eq!(got.body, line(18) + &line(19));
    assert_eq!(get("").body.lines().count(), 21, "both apps");
    for (query, status) in [
        ("?app=gone", 404),
        ("?app=A/b", 400),
        ("?lines=many", 400),
        ("?lines=10001", 400),
        ("?follow=perhaps", 400),
        ("?gerp=x", 400),
        ("?limit=many", 400),
        ("?stream=in", 400),
        ("?regex=(", 400),
        ("?grep=x&step=60s", 400),
    ] {
        assert_eq!(get(query).status, status, "{query}");
    }
}

#[test]
fn logs_are_searched() {
    let house = House::new();
    let get = |query: &str| house.unix(&format!("GET /api/v1/logs{query}"), "");
    let got =
        get("?grep=a+b%3D&regex=x&level=warn&worker=2&field=a%3E5&field=b%3Dc&since=15m&limit=2");
    assert!(got.head.contains("content-type: application/x-ndjson"), "{}", got.head);
    // Between chunks' sizes.
    let texts: Vec<String> = got
        .body
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| {
            let entry: model::api::LogEntry = serde_json::from_str(line).unwrap();
            entry.text
        })
        .collect();
    assert_eq!(texts, ["line 1", "line 0"], "newest first");
    let want = r#"LogSearch { grep: ["a b="], regex: ["x"], ignore_case: false, level: Some("warn"), app: None, worker: Some(2), stream: None, fields: ["a>5", "b=c"], since: Some("15m"), until: None, limit: 2 }"#;
    assert_eq!(house.fake.done(), [want]);
    assert_eq!(get("?limit=0&follow").body.matches("line 7").count(), 2, "text and raw");
    assert_eq!(
        get("/counts?app=web&step=1h").body.trim(),
        r#"{"step_ms":3600000,"from_ms":0,"counts":[]}"#
    );
    assert_eq!(get("/counts?step=1ms").status, 400);
}

#[test]
fn a_diagram_is_waited_for() {
    use model::api::Graph;
    let house = House::new();
    assert_eq!(
        house.tcp("GET /api/v1/diagram", "").status,
        401,
        "names of machines are no one's business"
    );
    let title = String::from("shop");
    let draw = || {
        std::thread::sleep(std::time::Duration::from_millis(200));
        house
            .fake
            .pictures
            .send_replace(Some(std::sync::Arc::new(Graph { title, ..Graph::default() })));
    };
    let got = std::thread::scope(|scope| {
        scope.spawn(draw);
        house.trusted("GET /api/v1/diagram", "")
    });
    let graph: Graph = serde_json::from_str(&got.body).unwrap();
    assert_eq!(graph.title, "shop");
    let got = house.trusted("GET /api/v1/diagram.svg", "");
    assert!(got.status == 200 && got.body == "<svg>shop</svg>", "{got:?}");
    assert!(
        got.head.contains("content-type: image/svg+xml") && got.head.contains("sandbox"),
        "{got:?}"
    );
}
