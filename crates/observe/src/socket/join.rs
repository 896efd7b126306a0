//! From tables of sockets, and who holds which, to who talks to whom. Pure.

use super::{tcp, unix};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::SocketAddr;

/// Who is at the other end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peer {
    /// A TCP address.
    Tcp(SocketAddr),
    /// A unix socket.
    Unix(String),
}

/// A process, and what descends from it, has connections to a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its place in the list that was asked about.
    pub owner: usize,
    /// The peer.
    pub peer: Peer,
    /// How many are open.
    pub connections: u32,
    /// How many wait for the peer's first answer.
    pub pending: u32,
    /// The ports that the open ones come from, by TCP.
    pub ports: Vec<u16>,
}

/// What was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sight {
    /// Connections that owners opened.
    pub links: Vec<Link>,
    /// The ports that owners listen on.
    pub ports: Vec<(usize, u16)>,
    /// How many clients each door has, in the order that was asked about.
    pub clients: Vec<u32>,
    /// What could not be seen, and why.
    pub notes: Vec<String>,
}

/// Join the tables. `doors` are addresses that somebody else listens on, whose clients are counted.
pub fn join(
    owners: &HashMap<u64, usize>,
    tcp: &[tcp::Row],
    unix: &[unix::Row],
    doors: &[SocketAddr],
) -> Sight {
    let mut sight = Sight { clients: vec![0; doors.len()], ..Sight::default() };
    let listening = tcp.iter().filter(|row| row.state == tcp::State::Listening);
    let ports: HashSet<(usize, u16)> =
        listening.filter_map(|row| Some((*owners.get(&row.inode)?, row.local.port()))).collect();
    let taken: HashSet<u16> = ports.iter().map(|(_, port)| *port).collect();
    let mut links: BTreeMap<(usize, Peer), Link> = BTreeMap::new();
    for row in tcp.iter().filter(|row| row.state != tcp::State::Listening) {
        let at_door = doors.iter().position(|door| is_at(*door, row.local));
        if let Some(count) = at_door.and_then(|at| sight.clients.get_mut(at)) {
            *count += 1;
        }
        // What came in at an owner's own port is no link of its.
        let Some(owner) = owners.get(&row.inode).filter(|_| !taken.contains(&row.local.port()))
        else {
            continue;
        };
        let link = entry(&mut links, *owner, Peer::Tcp(row.remote));
        match row.state {
            tcp::State::Connecting => link.pending += 1,
            tcp::State::Open | tcp::State::Listening => {
                link.connections += 1;
                link.ports.push(row.local.port());
            }
        }
    }
    let paths: HashMap<u64, &str> =
        unix.iter().filter_map(|row| Some((row.inode, row.path.as_deref()?))).collect();
    // A socket with a path of its own is the end that accepted.
    for row in unix.iter().filter(|row| row.path.is_none()) {
        let Some(owner) = owners.get(&row.inode) else { continue };
        let Some(path) = row.peer.and_then(|peer| paths.get(&peer)) else { continue };
        entry(&mut links, *owner, Peer::Unix((*path).to_owned())).connections += 1;
    }
    sight.links = links.into_values().collect();
    sight.ports = ports.into_iter().collect();
    sight.ports.sort_unstable();
    sight
}

fn entry(links: &mut BTreeMap<(usize, Peer), Link>, owner: usize, peer: Peer) -> &mut Link {
    links.entry((owner, peer.clone())).or_insert(Link {
        owner,
        peer,
        connections: 0,
        pending: 0,
        ports: Vec::new(),
    })
}

fn is_at(door: SocketAddr, local: SocketAddr) -> bool {
    door.port() == local.port()
        && (door.ip().is_unspecified() || door.ip().to_canonical() == local.ip())
}
