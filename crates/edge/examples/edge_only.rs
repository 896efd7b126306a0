//! The edge alone, in front of sockets that are there already: for measuring and for trying out.
//!
//! `edge_only LISTEN THREADS UPSTREAM…`, e.g. `edge_only 127.0.0.1:8080 1 /tmp/up.sock`; an upstream
//! is the path of a unix socket or a TCP address. Ends, after a drain, when its input is closed.

use config::{Edge, Limits, Route, Rules};
use model::{AppName, Endpoint, Fleet, FleetState, Intake, Member, WorkerId};
use std::error::Error;
use std::io::Read;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

const USAGE: &str = "usage: edge_only LISTEN THREADS UPSTREAM...";

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [listen, threads, upstreams @ ..] = &args[..] else { return Err(USAGE.into()) };
    let settings = Edge {
        listen: vec![listen.parse()?],
        threads: threads.parse()?,
        trusted_proxies: Vec::new(),
        server_timing: false,
        http2: true,
        proxy_protocol: false,
        forwarded: false,
        tls: None,
        access_log: None,
        cache: config::CacheStore::default(),
        limit_store: None,
        rules: config::Rules::default(),
        limits: limits(),
    };
    let app = AppName::parse("web")?;
    let members = upstreams.iter().enumerate().map(|(at, upstream)| member(at, upstream)).collect();
    let fleet = Fleet { app: app.clone(), state: FleetState::Serving, members };
    let (_supervise, fleet) = watch::channel(Arc::new(fleet));
    let route = Route {
        pattern: "/*".into(),
        host: None,
        path: "/".into(),
        prefix: true,
        app: Some(app),
        rules: Rules::default(),
    };
    let listeners = edge::listen::bind(&settings, Vec::new())?;
    eprintln!("listening on {:?}", listeners.addresses());
    let setup = edge::Setup {
        edge: settings,
        routes: vec![route],
        apps: vec![edge::Served::new(fleet)],
        upstreams: Vec::new(),
        access: None,
        cache: edge::CacheFolder::default(),
        store: None,
    };
    let edge = edge::start(listeners, &setup)?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    eprintln!("{:?}", runtime.block_on(edge.drain()));
    Ok(())
}

fn member(at: usize, upstream: &str) -> Member {
    let endpoint = match upstream.parse::<SocketAddr>() {
        Ok(address) => Endpoint::Tcp(address),
        Err(_) => Endpoint::Unix(PathBuf::from(upstream).into()),
    };
    let number = u32::try_from(at).unwrap_or_default();
    let worker = WorkerId(number.into());
    Member { worker, number, endpoint, http2: false, intake: Intake::Open, load: Arc::default() }
}

fn limits() -> Limits {
    Limits {
        head_bytes_max: 32 * 1024,
        headers_max: 100,
        body_bytes_max: 0,
        connections_max: 20_000,
        head_timeout: Duration::from_secs(10),
        idle_timeout: Duration::from_secs(75),
        stall_timeout: Duration::from_secs(60),
        reply_timeout: Duration::from_secs(60),
        connect_timeout: Duration::from_secs(2),
        wait_timeout: Duration::from_secs(10),
        in_flight_max: 1_000,
        streams_max: 128,
        client_rate_min: 0,
        waiting_max: 1_000,
        drain_timeout: Duration::from_secs(10),
    }
}
