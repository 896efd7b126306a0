//! A shop as it is drawn, and what must hold of any picture.

use super::*;
use base::random::Random;
use model::api::{
    AppState, AppStatus, EdgeState, EdgeStatus, Graph, NodeKind, NodeState, Status, StoreFigures,
    StoreStatus, WorkerState, WorkerStatus,
};
use model::{AppName, WorkerId};

fn name(text: &str) -> AppName {
    AppName::parse(text).unwrap()
}

fn worker(id: u64, number: u32, state: WorkerState) -> WorkerStatus {
    let pid = if state == WorkerState::Waiting { 0 } else { 4_000 + id as u32 };
    WorkerStatus {
        id: WorkerId(id),
        number,
        pid,
        state,
        generation: 1,
        uptime_seconds: 60,
        restarts: 0,
        cpu_percent: 12.0,
        cpu_seconds: 0.0,
        gc_seconds: None,
        gc_runs: None,
        rss_bytes: 61_200_000,
        heap_bytes: 0,
        loop_delay_ms: None,
        loop_utilisation: None,
        in_flight: 0,
        upgraded: 0,
        requests: 0,
        requests_per_second: 0.0,
        failures: 0,
        p50_ms: None,
        p99_ms: None,
    }
}

fn app(app: &str, state: AppState, workers: Vec<WorkerStatus>) -> AppStatus {
    AppStatus {
        name: name(app),
        state,
        reason: None,
        workers_target: workers.len() as u32,
        workers_min: 1,
        workers_max: 4,
        generation: 1,
        restarts: 0,
        workers,
    }
}

fn route(pattern: &str, answerer: Answerer, requests: u64) -> RouteSeen {
    let counts = Counts { requests, errors: 0 };
    RouteSeen {
        pattern: pattern.into(),
        answerer,
        caches: false,
        answered: counts,
        passed: counts,
        cached: 0,
        by_listener: vec![counts],
    }
}

fn outside(kind: NodeKind, what: &str, name: &str, address: &str) -> Target {
    let own = |text: &str| text.to_owned();
    Target::Outside { kind, what: own(what), name: own(name), address: own(address) }
}

fn status() -> Status {
    let edge = EdgeStatus { connections: 64, ..EdgeStatus::default() };
    serde_json::from_value(serde_json::json!({
        "version": "0.1.0", "pid": 1, "project": "/srv/shop", "uptime_seconds": 60, "rss_bytes": 0, "admin": null,
        "apps": [], "listen": ["http://0.0.0.0:8080"], "edge": serde_json::to_value(edge).unwrap(),
    }))
    .unwrap()
}

/// Two apps, a store with a queue, a database and a payment service. `seconds` after the start.
fn shop(seconds: u64) -> Seen {
    use WorkerState::{Ready, Stalled, Waiting};
    let web = (0..4).map(|n| worker(10 + u64::from(n), n, if n == 2 { Stalled } else { Ready }));
    let mailer = vec![worker(20, 0, Ready), worker(0, 1, Waiting)];
    let inside = StoreFigures {
        running: true,
        keys: 1_203,
        commands_per_second: 240,
        ..StoreFigures::default()
    };
    let talk = |app: &str, worker, to, connections| Talk {
        app: name(app),
        worker: WorkerId(worker),
        to,
        connections,
        pending: 0,
        detail: String::new(),
    };
    let postgres = || outside(NodeKind::Database, "PostgreSQL", "127.0.0.1:5432", "127.0.0.1:5432");
    let stripe = || outside(NodeKind::Service, "HTTPS", "api.stripe.com", "198.51.100.7:443");
    let mut talks = Vec::new();
    for worker in 10..14 {
        talks.push(talk("web", worker, Target::Store, 2));
        talks.push(talk("web", worker, postgres(), 5));
    }
    talks.push(talk("web", 11, stripe(), 1));
    talks.push(talk("mailer", 20, Target::Store, 3));
    let mut routes = vec![
        route("/api/*", Answerer::App(name("web")), 1_200 * seconds),
        route("/assets/*", Answerer::Files("public".into(), None), 30 * seconds),
        route("/*", Answerer::App(name("web")), 45 * seconds),
    ];
    routes[1].passed = Counts::default();
    routes[2].answered.errors = 3 * seconds;
    routes[2].passed.errors = 3 * seconds;
    routes[2].caches = true;
    routes[2].cached = 20 * seconds;
    let counts = |n: u64| Counts { requests: n * 100 * seconds, errors: (n / 3) * 9 * seconds };
    Seen {
        at_ms: 1_000_000 + seconds * 1_000,
        status: Status {
            apps: vec![
                app("web", AppState::Online, web.collect()),
                app("mailer", AppState::Degraded, mailer),
            ],
            store: Some(StoreStatus { url: "redis://127.0.0.1:6379".into(), inside: Some(inside) }),
            ..status()
        },
        connections: vec![64],
        routes,
        workers: (0..4)
            .map(|n| WorkerSeen { worker: WorkerId(10 + n), counts: counts(n) })
            .collect(),
        talks,
        queues: vec![Queue {
            name: "mail".into(),
            prefix: "bull".into(),
            is_paused: false,
            waiting: 5,
            active: 2,
            delayed: 0,
            failed: 1,
            added: 12 * seconds,
        }],
        notes: Vec::new(),
    }
}

/// The shop after a second, with its rates.
fn drawn() -> Graph {
    let mut rates = Rates::default();
    build(&shop(1), &mut rates, 1_000);
    build(&shop(2), &mut rates, 2_000)
}

fn rate(graph: &Graph, from: &str, to: &str) -> f64 {
    let edge = graph.edges.iter().find(|edge| edge.from == from && edge.to == to);
    edge.unwrap_or_else(|| panic!("no edge {from} {to}")).requests_per_second.unwrap()
}

#[test]
fn what_flows_where() {
    let graph = drawn();
    let (listener, web) = ("listener:http://0.0.0.0:8080", "app:web");
    assert_eq!(rate(&graph, "clients", listener), 1_275.0);
    assert_eq!(rate(&graph, listener, "route:/api/*"), 1_200.0);
    assert_eq!(rate(&graph, "route:/api/*", web), 1_200.0);
    assert_eq!(rate(&graph, "route:/*", "cache"), 20.0);
    assert_eq!(rate(&graph, "route:/assets/*", "files:public"), 30.0);
    assert_eq!(rate(&graph, web, "worker:web/3/13"), 300.0);
    assert_eq!(rate(&graph, "store", "queue:bull:mail"), 12.0);
    let edge = |from: &str, to: &str| {
        graph.edges.iter().find(|edge| edge.from == from && edge.to == to).unwrap()
    };
    assert_eq!(edge("route:/*", web).state, EdgeState::Broken, "3 of 45 fail");
    assert_eq!(edge(web, "worker:web/3/13").state, EdgeState::Failing, "9 of 300 fail");
    assert_eq!(edge(web, "worker:web/0/10").state, EdgeState::Idle);
    let database = edge("worker:web/0/10", "outside:PostgreSQL:127.0.0.1:5432");
    assert_eq!((database.connections, database.requests_per_second), (Some(5), None));
    assert_eq!(database.state, EdgeState::Flowing);
}

#[test]
fn how_everybody_is() {
    let graph = drawn();
    let node = |id: &str| graph.nodes.iter().find(|node| node.id == id).unwrap();
    assert_eq!(node("worker:web/2/12").state, NodeState::Ill);
    assert_eq!(node("worker:web/2/12").detail, "stalled");
    assert_eq!(node("worker:mailer/1/waiting").state, NodeState::Down);
    assert_eq!(node("worker:web/0/10").pid, Some(4_010));
    assert_eq!(node("store").detail, "1,203 keys · 240 cmd/s");
    assert_eq!(node("queue:bull:mail").detail, "5 waiting · 2 active · 1 failed");
    let database = node("outside:PostgreSQL:127.0.0.1:5432");
    assert_eq!(
        (database.name.as_str(), database.detail.as_str()),
        ("PostgreSQL", "127.0.0.1:5432 · 20 open")
    );
}

/// Nobody stands on anybody, everybody is in the picture, every edge has a line.
fn check_layout(graph: &Graph) {
    for node in &graph.nodes {
        assert!(node.x >= 0.0 && node.x + node.width <= graph.width, "{node:?}");
        assert!(node.y >= 0.0 && node.y + node.height <= graph.height, "{node:?}");
        for other in graph.nodes.iter().filter(|other| other.id != node.id) {
            let apart = node.x + node.width <= other.x
                || other.x + other.width <= node.x
                || node.y + node.height <= other.y
                || other.y + other.height <= node.y;
            assert!(apart, "{} stands on {}", node.id, other.id);
        }
    }
    let ids: std::collections::HashSet<&str> =
        graph.nodes.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids.len(), graph.nodes.len(), "ids are unique");
    for edge in &graph.edges {
        let has_ends = ids.contains(edge.from.as_str()) && ids.contains(edge.to.as_str());
        assert!(has_ends && edge.path.starts_with('M'), "{edge:?}");
    }
}

#[test]
fn everything_has_its_place() {
    check_layout(&drawn());
    let mut empty = shop(1);
    empty.status.apps.clear();
    empty.status.store = None;
    empty.status.listen.clear();
    (empty.talks, empty.queues, empty.routes) = (Vec::new(), Vec::new(), Vec::new());
    check_layout(&build(&empty, &mut Rates::default(), 0));
}

#[test]
fn places_do_not_depend_on_what_flows() {
    let mut rates = Rates::default();
    let places = |graph: &Graph| -> Vec<(String, f64, f64, f64)> {
        graph.nodes.iter().map(|one| (one.id.clone(), one.x, one.y, one.width)).collect()
    };
    let first = places(&build(&shop(1), &mut rates, 1_000));
    let mut busy = shop(500);
    for talk in &mut busy.talks {
        talk.connections *= 7;
    }
    assert_eq!(places(&build(&busy, &mut rates, 2_000)), first);
}

/// Worlds of all sizes, from a seed.
fn world(random: &mut Random) -> Seen {
    let mut below = |most: u64| random.next_u64() % most.max(1);
    let mut seen = shop(1);
    seen.status.apps = (0..below(6))
        .map(|at| {
            let states = [WorkerState::Ready, WorkerState::Starting, WorkerState::Waiting];
            let count = if below(8) == 0 { 200 } else { below(9) };
            let workers = (0..count).map(|n| {
                let state = states[below(3) as usize];
                let id = if state == WorkerState::Waiting { 0 } else { at * 1_000 + n };
                worker(id, n as u32, state)
            });
            app(&format!("app{at}"), AppState::Online, workers.collect())
        })
        .collect();
    let apps: Vec<AppName> = seen.status.apps.iter().map(|app| app.name.clone()).collect();
    seen.routes = (0..below(30))
        .map(|at| {
            let answerer = match apps.get(below(6) as usize) {
                Some(app) => Answerer::App(app.clone()),
                None => Answerer::Files(format!("folder{}", below(3)), apps.first().cloned()),
            };
            route(&format!("/{at}/*"), answerer, below(1_000))
        })
        .collect();
    seen.talks = (0..below(400))
        .filter_map(|_| {
            let app = apps.get(below(6) as usize)?.clone();
            let worker = WorkerId(below(6) * 1_000 + below(9));
            let to = match below(4) {
                0 => Target::Store,
                1 => Target::Worker(WorkerId(below(5_000))),
                2 => Target::Listener(0),
                _ => outside(
                    NodeKind::Service,
                    "TCP",
                    &format!("10.0.0.{}:1", below(90)),
                    "10.0.0.1:1",
                ),
            };
            Some(Talk {
                app,
                worker,
                to,
                connections: below(20) as u32,
                pending: below(2) as u32,
                detail: String::new(),
            })
        })
        .collect();
    seen
}

#[test]
fn any_world_is_drawn() {
    let mut random = Random::new(11);
    for _ in 0..40 {
        let seen = world(&mut random);
        let graph = build(&seen, &mut Rates::default(), 1_000);
        check_layout(&graph);
        let services = graph.nodes.iter().filter(|node| node.kind == NodeKind::Service).count();
        assert!(services <= 40, "{services} services");
        assert_eq!(svg(&graph, Theme::Reader).matches("<svg").count(), 1);
        assert!(mermaid(&graph).starts_with("---\n"));
    }
}

/// `OSTLER_PICTURE=FILE cargo test -p observe a_picture` draws the shop for eyes.
#[test]
fn a_picture_for_eyes() {
    if let Some(file) = std::env::var_os("OSTLER_PICTURE") {
        std::fs::write(file, svg(&drawn(), Theme::Reader)).unwrap();
    }
}

/// With the fonts of Debian's fonts-dejavu-core, where they are.
#[test]
fn a_picture_in_pixels() {
    let font = |name: &str| std::fs::read(format!("/usr/share/fonts/truetype/dejavu/{name}.ttf"));
    let (Ok(plain), Ok(bold)) = (font("DejaVuSans"), font("DejaVuSans-Bold")) else {
        println!("skipped: no DejaVu fonts here");
        return;
    };
    let fonts = Fonts::new(&plain, Some(&bold)).unwrap();
    let graph = drawn();
    let file = png(&graph, Theme::Light, &fonts).unwrap();
    let word = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap());
    assert_eq!(
        (&file[1..4], word(16), word(20)),
        (&b"PNG"[..], graph.width as u32 * 2, graph.height as u32 * 2)
    );
    let dark = png(&graph, Theme::Dark, &fonts).unwrap();
    assert!(dark != file && dark.len() > 20_000, "{}", dark.len());
    let huge = Graph { width: 1e5, height: 1e5, ..Graph::default() };
    assert!(matches!(png(&huge, Theme::Light, &fonts), Err(PaintError::TooLarge { .. })));
    assert!(Fonts::new(b"no font", None).is_none());
    let mut broken = graph.clone();
    for (at, edge) in broken.edges.iter_mut().enumerate() {
        edge.path = ["", "M", "M1 2Lx y", "C1 2 3", "é", "M1 1L1e39 1"][at % 6].into();
    }
    assert!(png(&broken, Theme::Light, &fonts).is_ok(), "an odd line is left out");
}

#[test]
fn names_cannot_break_out() {
    let mut seen = shop(1);
    let evil = "</text><script>alert(1)</script>\"'&\u{1b}[31m\n#;|]";
    seen.routes[0].pattern = evil.into();
    seen.queues[0].name = evil.into();
    seen.notes = vec![evil.into()];
    let graph = build(&seen, &mut Rates::default(), 0);
    let svg = svg(&graph, Theme::Reader);
    assert!(!svg.contains("<script") && !svg.contains('\u{1b}'), "{svg}");
    let mermaid = mermaid(&graph);
    let named = mermaid.lines().find(|line| line.contains("alert")).unwrap();
    assert!(!named.contains("<script") && named.matches('"').count() == 2, "{named}");
    assert!(mermaid.lines().all(|line| !line.starts_with(']')), "no line breaks come through");
}
