//! Upstreams: servers that the edge finds and checks itself.

use crate::far::{Far, Names};
use crate::site::{SOON, Site, settings, until};
use config::{Balance, Health, Protocol, Server, Upstream};
use model::AppName;
use model::api::ServerState;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

const GET: &str = "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n";

pub fn server(host: &str, port: u16) -> Server {
    Server { tls: false, host: host.to_owned(), port }
}

pub fn upstream(servers: Vec<Server>, health: bool) -> Upstream {
    let health = health.then(|| Health {
        path: "/health".to_owned(),
        timeout: Duration::from_millis(500),
        interval: Duration::from_millis(200),
    });
    Upstream {
        name: AppName::parse("web").unwrap(),
        servers,
        health,
        resolve_every: Duration::from_secs(1),
        ca: None,
        balance: Balance::default(),
        protocol: Protocol::Http1,
    }
}

fn of(fars: &[&Far], health: bool) -> Upstream {
    upstream(fars.iter().map(|far| server("127.0.0.1", far.address.port())).collect(), health)
}

pub fn site(upstream: Upstream, names: Arc<Names>) -> Site {
    Site::start(settings(), vec![upstream], names, None)
}

fn gauge(site: &Site, name: &str) -> u64 {
    site.metric(&format!("ostler_edge_origin_{name}{{upstream=\"web\"}}"))
}

pub fn healthy(site: &Site) -> usize {
    let upstreams = site.edge.meters().upstreams();
    let servers = upstreams.iter().flat_map(|one| &one.servers);
    servers.filter(|server| server.state == ServerState::Healthy).count()
}

/// News until a line that holds `part`.
pub fn told(news: &mut edge::NewsReader, part: &str) -> String {
    news.find(|line| line.contains(part)).unwrap()
}

#[test]
fn requests_are_shared_and_the_host_is_the_clients() {
    let (a, b) = (Far::start("a"), Far::start("b"));
    let site = site(of(&[&a, &b], true), Names::new());
    until("both are healthy", || healthy(&site) == 2);
    let mut client = site.client();
    for _ in 0..10 {
        client.send(GET);
        assert_eq!(client.reply().status, 200);
    }
    assert_eq!((a.requests().len(), b.requests().len()), (5, 5));
    assert!(a.requests()[0].contains("\r\nHost: example.org\r\n"), "{:?}", a.requests()[0]);
    let check = &a.checks()[0];
    let host = format!("\r\nHost: 127.0.0.1:{}\r\n", a.address.port());
    assert!(check.starts_with("GET /health HTTP/1.1\r\n") && check.contains(&host), "{check}");
    assert_eq!((gauge(&site, "servers"), gauge(&site, "healthy")), (2, 2));
}

#[test]
fn when_one_of_two_dies_no_get_fails() {
    for health in [true, false] {
        let (a, b) = (Far::start("a"), Far::start("b"));
        let site = site(of(&[&a, &b], health), Names::new());
        until("both are healthy", || healthy(&site) == 2);
        let mut client = site.client();
        let mut killed = false;
        let begin = base::clock::now();
        while healthy(&site) != 1 {
            client.send(GET);
            let reply = client.reply();
            assert_eq!(reply.status, 200, "health {health}: {}", reply.text());
            if !killed && a.requests().len() > 20 {
                a.kill();
                killed = true;
            }
            assert!(begin.elapsed() < SOON);
        }
        let before = a.address;
        drop(a);
        let again = Far::at("again", before);
        until("it is healthy again", || healthy(&site) == 2);
        until("it gets requests", || {
            site.get("/");
            !again.requests().is_empty()
        });
    }
}

#[test]
fn health_turns_a_server_off_and_on() {
    let (a, b) = (Far::start("a"), Far::start("b"));
    let site = site(of(&[&a, &b], true), Names::new());
    let mut news = site.edge.news().unwrap();
    until("both are healthy", || healthy(&site) == 2);
    a.health(503);
    let line = told(&mut news, "is not healthy");
    let url = format!("http://{}", a.address);
    assert_eq!(line, format!("upstream web: {url} is not healthy: GET /health answered 503"));
    until("it is out", || healthy(&site) == 1);
    let before = a.requests().len();
    assert!((0..10).all(|_| site.get("/").1 == "b"));
    assert_eq!(a.requests().len(), before);
    let status = &site.edge.meters().upstreams()[0];
    let reason = status.servers[0].reason.as_deref();
    assert_eq!(reason, Some("GET /health answered 503"));
    a.health(302);
    told(&mut news, "is healthy again");
    until("it gets requests", || site.get("/").1 == "a");
    assert!(gauge(&site, "check_failures_total") >= 3);
}

#[test]
fn when_no_check_passes_requests_go_on() {
    let a = Far::start("a");
    a.health(404);
    let site = site(of(&[&a], true), Names::new());
    let mut news = site.edge.news().unwrap();
    assert_eq!(site.get("/"), (200, "a".to_owned()));
    assert!(told(&mut news, "no server is healthy").starts_with("upstream web: "));
    assert_eq!(healthy(&site), 0);
}

#[test]
fn a_server_that_is_down_is_a_502_until_it_is_up() {
    let a = Far::start("a");
    let (address, upstream) = (a.address, of(&[&a], false));
    drop(a);
    let site = site(upstream, Names::new());
    let mut news = site.edge.news().unwrap();
    let line = told(&mut news, "is not healthy");
    assert!(line.contains(&address.to_string()) && line.contains("refused"), "{line}");
    let (status, text) = site.get("/");
    assert!(status == 502 && text.contains("no server of the upstream can be reached"), "{text}");
    assert!(site.metric("ostler_edge_refused_total{reason=\"unreachable\"}") >= 1);
    let _again = Far::at("again", address);
    until("it is up", || site.get("/") == (200, "again".to_owned()));
}

#[test]
fn names_are_resolved_again() {
    let a = Far::start("a");
    let _b = Far::at("b", SocketAddr::from(([127, 0, 0, 2], a.address.port())));
    let names = Names::new();
    names.set("api", &["127.0.0.1"]);
    let site = site(upstream(vec![server("api", a.address.port())], true), names.clone());
    let mut news = site.edge.news().unwrap();
    let mut client = site.client();
    let mut ask = || {
        client.send(GET);
        let reply = client.reply();
        assert_eq!(reply.status, 200);
        reply.text()
    };
    assert_eq!(ask(), "a");
    assert!(a.checks()[0].contains(&format!("\r\nHost: api:{}\r\n", a.address.port())));
    names.set("api", &["127.0.0.2"]);
    until("requests go to the new address", || ask() == "b");
    told(&mut news, "api is 127.0.0.2");
    names.fail("api", "the name server is away");
    let line = told(&mut news, "the name server is away");
    assert_eq!(
        line,
        "upstream web: cannot resolve api: the name server is away; going on with 127.0.0.2"
    );
    assert_eq!(ask(), "b");
    assert!(gauge(&site, "resolve_failures_total") >= 1);
    names.set("api", &["127.0.0.1", "127.0.0.2"]);
    until("both are there", || healthy(&site) == 2);
    until("both get requests", || ask() == "a");
}

#[test]
fn a_name_that_does_not_resolve_is_a_502_and_told() {
    let site = site(upstream(vec![server("nowhere.example", 80)], true), Names::new());
    let mut news = site.edge.news().unwrap();
    let line = told(&mut news, "cannot resolve");
    assert!(line.starts_with("upstream web: cannot resolve nowhere.example: no such name"));
    assert_eq!(site.get("/").0, 502);
    let faults = &site.edge.meters().upstreams()[0].faults;
    assert_eq!(faults[0], "cannot resolve nowhere.example: no such name");
}

#[test]
fn the_systems_resolver_knows_localhost() {
    let a = Far::start("a");
    let upstream = upstream(vec![server("localhost", a.address.port())], false);
    let site = Site::start(settings(), vec![upstream], Arc::new(edge::SystemResolver), None);
    assert_eq!(site.get("/"), (200, "a".to_owned()));
}

#[test]
fn a_reload_keeps_connections_and_ends_what_is_gone() {
    let (a, b) = (Far::start("a"), Far::start("b"));
    let mut site = site(of(&[&a], false), Names::new());
    assert_eq!(site.get("/").1, "a");
    let connections = a.connections();
    site.apply_upstreams(vec![of(&[&a], false)]);
    assert_eq!(site.get("/").1, "a");
    assert_eq!(a.connections(), connections, "the idle connection was used again");
    let mut socket = site.client();
    socket.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    assert_eq!(socket.reply().status, 101);
    let mut other = of(&[&b], false);
    other.name = AppName::parse("other").unwrap();
    let begin = base::clock::now();
    site.apply_upstreams(vec![other]);
    assert_eq!(site.get("/").0, 404, "no route leads to the new one");
    // The WebSocket has `drain_timeout`, then it is closed with a proper frame.
    assert_eq!(socket.exactly(4), [0x88, 2, 0x03, 0xe9]);
    assert!(begin.elapsed() >= settings().limits.drain_timeout);
    site.apply_upstreams(vec![of(&[&b], false)]);
    until("the name leads to another server", || site.get("/").1 == "b");
}

#[test]
fn an_upstream_can_be_added_by_a_reload() {
    let a = Far::start("a");
    let mut site = Site::new();
    assert!(site.edge.meters().upstreams().is_empty());
    site.apply_upstreams(vec![of(&[&a], true)]);
    assert_eq!(site.get("/"), (200, "a".to_owned()));
}
