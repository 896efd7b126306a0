//! How addresses are read.

use super::peers::{Addresses, Owner, talks};
use model::api::{EdgeStatus, NodeKind, Status, StoreStatus};
use model::{AppName, WorkerId};
use observe::diagram::Target;
use observe::socket::{Link, Peer, Sight};
use std::collections::HashMap;
use std::net::IpAddr;

fn status() -> Status {
    let edge = serde_json::to_value(EdgeStatus::default()).unwrap();
    serde_json::from_value(serde_json::json!({
        "version": "", "pid": 1, "project": "", "uptime_seconds": 0, "rss_bytes": 0, "admin": null, "apps": [],
        "listen": ["http://0.0.0.0:8080", "https://10.1.1.1:443"],
        "edge": edge,
        "store": { "url": "redis://127.0.0.1:7001" },
    }))
    .unwrap()
}

/// What the first of two workers talks to; the second one listens on port 9229.
fn target(status: &Status, peer: Peer) -> Target {
    let owner = |id: u64| {
        let app = AppName::parse("web").unwrap();
        Owner { app, worker: WorkerId(id), pid: 1 }
    };
    let links = vec![Link { owner: 0, peer, connections: 2, pending: 0, ports: vec![7, 8] }];
    let sight = Sight { links, ports: vec![(1, 9_229)], ..Sight::default() };
    let stripe: IpAddr = "198.51.100.7".parse().unwrap();
    let names = HashMap::from([(stripe, String::from("api.stripe.com"))]);
    let clients = HashMap::from([(8, String::from("ioredis"))]);
    let paths = [String::from("/run/store.sock")];
    let addresses = Addresses { status, store_paths: &paths, names: &names, clients: &clients };
    let talks = talks(&[owner(1), owner(2)], &sight, &addresses);
    assert_eq!((talks.len(), talks[0].worker, talks[0].connections), (1, WorkerId(1), 2));
    talks[0].to.clone()
}

fn tcp(address: &str) -> Peer {
    Peer::Tcp(address.parse().unwrap())
}

#[test]
fn own_addresses() {
    let status = status();
    assert_eq!(target(&status, tcp("127.0.0.1:7001")), Target::Store);
    assert_eq!(target(&status, Peer::Unix("/run/store.sock".into())), Target::Store);
    assert_eq!(target(&status, tcp("127.0.0.1:8080")), Target::Listener(0));
    assert_eq!(target(&status, tcp("10.1.1.1:443")), Target::Listener(1));
    assert_eq!(target(&status, tcp("127.0.0.1:9229")), Target::Worker(WorkerId(2)));
}

#[test]
fn a_store_elsewhere_by_its_name() {
    let mut status = status();
    let mut store = |url: &str| status.store = Some(StoreStatus { url: url.into(), inside: None });
    store("redis://localhost:6379");
    assert_eq!(target(&status, tcp("127.0.0.1:6379")), Target::Store);
    let mut store = |url: &str| status.store = Some(StoreStatus { url: url.into(), inside: None });
    store("rediss://api.stripe.com:6380/2");
    assert_eq!(target(&status, tcp("198.51.100.7:6380")), Target::Store);
    assert_ne!(target(&status, tcp("198.51.100.8:6380")), Target::Store);
}

#[test]
fn others_by_name_or_address() {
    let check = |peer: Peer, kind, what: &str, name: &str| match target(&status(), peer) {
        Target::Outside { kind: is, what: found, name: called, .. } => {
            assert_eq!((is, found.as_str(), called.as_str()), (kind, what, name));
        }
        other => panic!("{other:?}"),
    };
    check(tcp("198.51.100.7:443"), NodeKind::Service, "HTTPS", "api.stripe.com");
    check(tcp("198.51.100.7:4711"), NodeKind::Service, "TCP", "api.stripe.com:4711");
    check(tcp("198.51.100.8:443"), NodeKind::Service, "HTTPS", "198.51.100.8:443");
    check(tcp("10.0.0.1:8080"), NodeKind::Service, "TCP", "10.0.0.1:8080");
    check(tcp("127.0.0.1:5432"), NodeKind::Database, "PostgreSQL", "127.0.0.1:5432");
    let path = "/run/postgresql/.s.PGSQL.5432";
    check(Peer::Unix(path.into()), NodeKind::Database, "PostgreSQL", path);
}
