//! Whom workers talk to, by name: what the sockets say, and what Ostler knows of addresses. Pure.

use super::clients::told;
use model::api::{NodeKind, Status};
use model::{AppName, WorkerId};
use observe::diagram::{Talk, Target};
use observe::socket::{Known, Link, Peer, Sight, known};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};

/// A worker whose sockets were looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Its app.
    pub app: AppName,
    /// The worker.
    pub worker: WorkerId,
    /// Its main process.
    pub pid: u32,
}

/// What is known of addresses.
#[derive(Debug)]
pub struct Addresses<'a> {
    /// Where the edge and the store are.
    pub status: &'a Status,
    /// Where the store listens, beside its URL.
    pub store_paths: &'a [String],
    /// What the store's clients are called, by their ports.
    pub clients: &'a HashMap<u16, String>,
    /// Names that workers have looked up.
    pub names: &'a HashMap<IpAddr, String>,
}

/// The workers of all apps that have a process.
pub fn owners(status: &Status) -> Vec<Owner> {
    let of_app = |app: &model::api::AppStatus| {
        let name = app.name.clone();
        let running = app.workers.iter().filter(|worker| worker.pid > 0);
        let owner = |worker: &model::api::WorkerStatus| Owner {
            app: name.clone(),
            worker: worker.id,
            pid: worker.pid,
        };
        running.map(owner).collect::<Vec<_>>()
    };
    status.apps.iter().flat_map(of_app).collect()
}

/// Who talks to whom.
pub fn talks(owners: &[Owner], sight: &Sight, addresses: &Addresses<'_>) -> Vec<Talk> {
    let talk = |link: &Link| {
        let owner = owners.get(link.owner)?;
        let to = target(&link.peer, owners, sight, addresses);
        let detail = match to {
            Target::Store => told(&link.ports, addresses.clients),
            _ => String::new(),
        };
        Some(Talk {
            app: owner.app.clone(),
            worker: owner.worker,
            to,
            detail,
            connections: link.connections,
            pending: link.pending,
        })
    };
    sight.links.iter().filter_map(talk).collect()
}

fn target(peer: &Peer, owners: &[Owner], sight: &Sight, addresses: &Addresses<'_>) -> Target {
    let Known { kind, name: what } = known(peer);
    let address = match peer {
        Peer::Unix(path) if addresses.store_paths.contains(path) => return Target::Store,
        Peer::Unix(path) => return outside(kind, what, path, format!("unix:{path}")),
        Peer::Tcp(address) => *address,
    };
    if is_store(address, addresses.status, addresses.names) {
        return Target::Store;
    }
    let is_own = |url: &String| door(url).is_some_and(|door| leads_to(address, door));
    if let Some(at) = addresses.status.listen.iter().position(is_own) {
        return Target::Listener(at);
    }
    let listens = |(_, port): &&(usize, u16)| *port == address.port() && address.ip().is_loopback();
    if let Some(owner) = sight.ports.iter().find(listens).and_then(|(owner, _)| owners.get(*owner))
    {
        return Target::Worker(owner.worker);
    }
    let name = match addresses.names.get(&address.ip()) {
        // What usually is at a port needs no number.
        Some(name) if what != "TCP" => name.clone(),
        Some(name) => format!("{name}:{}", address.port()),
        None => address.to_string(),
    };
    outside(kind, what, &name, address.to_string())
}

fn outside(kind: NodeKind, what: &str, name: &str, address: String) -> Target {
    Target::Outside { kind, what: what.to_owned(), name: name.to_owned(), address }
}

/// The address of a listener's URL.
pub fn door(url: &str) -> Option<SocketAddr> {
    url.split_once("://").map_or(url, |(_, address)| address).parse().ok()
}

/// True if a connection to `address` from this machine ends at `door`.
fn leads_to(address: SocketAddr, door: SocketAddr) -> bool {
    let same = address.ip() == door.ip().to_canonical();
    address.port() == door.port()
        && (same || door.ip().is_unspecified() && address.ip().is_loopback())
}

fn is_store(address: SocketAddr, status: &Status, names: &HashMap<IpAddr, String>) -> bool {
    let Some(store) = &status.store else { return false };
    let rest = store.url.split_once("://").map_or(store.url.as_str(), |(_, rest)| rest);
    let place = rest.split('/').next().unwrap_or_default();
    match (place.parse::<SocketAddr>(), place.rsplit_once(':')) {
        (Ok(door), _) => leads_to(address, door),
        (Err(_), Some((host, port))) => {
            let named =
                names.get(&address.ip()).is_some_and(|name| name.eq_ignore_ascii_case(host));
            let local = host == "localhost" && address.ip().is_loopback();
            (named || local) && port.parse() == Ok(address.port())
        }
        (Err(_), None) => false,
    }
}
