//! The addresses on which clients connect.
//!
//! Every thread has a listening socket of its own for every address (`SO_REUSEPORT`), so that the
//! kernel spreads connections and no thread wakes for another's. Sockets that were inherited, from
//! the process before or from systemd, are all used: connections wait in their queues already.

use socket2::{Domain, Protocol, Socket, TcpKeepalive, Type};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

/// Connections that may wait to be accepted; the kernel caps it at `net.core.somaxconn`.
const BACKLOG: i32 = 4096;
/// A silent client is asked for a sign of life after this long, so that one that vanished without
/// a word does not hold an upgraded connection for ever.
const KEEPALIVE: Duration = Duration::from_secs(120);

/// Listening sockets, shared out to threads.
#[derive(Debug)]
pub struct Listeners {
    threads: Vec<Vec<Listener>>,
}

/// One listening socket.
#[derive(Debug)]
pub struct Listener {
    /// The socket; non-blocking.
    pub socket: TcpListener,
    /// What its clients find there.
    pub door: Door,
}

/// A listener, as its connections know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// Clients speak TLS.
    pub tls: bool,
    /// Its place in [`Listeners::addresses`].
    pub number: u8,
}

/// Why an address cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another program listens there.
    #[error(
        "port {} is in use: another program listens on {address}. Stop it (`ss -ltnp` names it), \
         or give another address with --listen or [edge] listen",
        address.port()
    )]
    InUse {
        /// The address.
        address: SocketAddr,
    },
    /// Ports below 1024 need a privilege.
    #[error(
        "not allowed to listen on {address}: ports below 1024 need a privilege. Use a higher port, \
         or run `setcap cap_net_bind_service=+ep` on the ostler binary"
    )]
    Denied {
        /// The address.
        address: SocketAddr,
    },
    /// The machine has no such address.
    #[error(
        "cannot listen on {address}: this machine does not have that address. Use 0.0.0.0 or [::] \
         for all of its addresses"
    )]
    NoAddress {
        /// The address.
        address: SocketAddr,
    },
    /// Anything else.
    #[error("cannot listen on {address}: {cause}")]
    Other {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
}

/// Open a listening socket for every address and thread, using `inherited` ones first.
///
/// # Errors
/// See [`BindError`]; nothing stays open then.
pub fn bind(edge: &config::Edge, inherited: Vec<TcpListener>) -> Result<Listeners, BindError> {
    let threads = edge.threads.max(1) as usize;
    let mut given: Vec<(SocketAddr, TcpListener)> = Vec::new();
    for listener in inherited {
        let address = listener.local_addr().map_err(|cause| BindError::Other {
            address: SocketAddr::from(([0, 0, 0, 0], 0)),
            cause,
        })?;
        prepare(&listener).map_err(|cause| BindError::Other { address, cause })?;
        given.push((address, listener));
    }
    let mut shares: Vec<Vec<Listener>> = (0..threads).map(|_| Vec::new()).collect();
    let tls = edge.tls.iter().flat_map(|tls| &tls.listen).map(|address| (address, true));
    let all: Vec<_> = edge.listen.iter().map(|address| (address, false)).chain(tls).collect();
    for (number, (address, tls)) in all.iter().enumerate() {
        let (mine, rest) = given.into_iter().partition(|(bound, _)| is_same(*bound, **address));
        given = rest;
        let v6_only = all.iter().any(|(other, _)| {
            address.is_ipv6() && other.is_ipv4() && other.port() == address.port()
        });
        let mine: Vec<_> = mine.into_iter().map(|(_, listener)| listener).collect();
        let sockets = open_all(**address, v6_only, mine, threads)
            .map_err(|cause| explain(**address, cause))?;
        share_out(sockets, Door::new(*tls, number), &mut shares);
    }
    // An inherited socket that is not in the settings has clients in its queue all the same.
    let rest = given.into_iter().map(|(_, listener)| listener).collect();
    share_out(rest, Door::new(false, all.len()), &mut shares);
    Ok(Listeners { threads: shares })
}

impl Door {
    fn new(tls: bool, number: usize) -> Self {
        Door { tls, number: u8::try_from(number).unwrap_or(u8::MAX) }
    }
}

impl Listeners {
    /// The addresses and whether TLS is spoken there, with the ports that the system chose for port 0.
    pub fn addresses(&self) -> Vec<(SocketAddr, bool)> {
        let all = self
            .threads
            .iter()
            .flatten()
            .filter_map(|one| Some((one.socket.local_addr().ok()?, one.door.tls)));
        let mut addresses = Vec::new();
        for address in all {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        addresses
    }

    /// A duplicate of every socket, to be handed over to another process.
    ///
    /// # Errors
    /// When the process has no descriptor left.
    pub fn duplicates(&self) -> io::Result<Vec<OwnedFd>> {
        self.threads.iter().flatten().map(|one| one.socket.as_fd().try_clone_to_owned()).collect()
    }

    pub(crate) fn into_threads(self) -> Vec<Vec<Listener>> {
        self.threads
    }
}

/// One socket for each thread, more if more were inherited.
fn open_all(
    address: SocketAddr,
    v6_only: bool,
    inherited: Vec<TcpListener>,
    threads: usize,
) -> io::Result<Vec<TcpListener>> {
    let mut sockets = inherited;
    if sockets.is_empty() && address.port() != 0 {
        probe(address, v6_only)?;
    }
    let first_given = sockets.len();
    while sockets.len() < threads {
        let bound = sockets.first().map_or(Ok(address), TcpListener::local_addr)?;
        match open(bound, v6_only, true) {
            Ok(socket) => {
                socket.listen(BACKLOG)?;
                sockets.push(socket.into());
            }
            // An inherited socket without SO_REUSEPORT stands alone: threads share it.
            Err(_) if first_given > 0 => {
                let at = sockets.len() % first_given;
                let shared = sockets.get(at).map(TcpListener::try_clone);
                sockets.push(shared.ok_or(io::ErrorKind::NotFound)??);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(sockets)
}

/// With `SO_REUSEPORT` two programs of one user can share a port without noticing: one without it
/// is refused when anybody listens there.
fn probe(address: SocketAddr, v6_only: bool) -> io::Result<()> {
    open(address, v6_only, false).map(drop)
}

fn open(address: SocketAddr, v6_only: bool, share: bool) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(v6_only)?;
    }
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(share)?;
    set_options(&socket)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

/// Options that accepted connections inherit from their listener, which saves a call for each.
fn set_options(socket: &Socket) -> io::Result<()> {
    socket.set_nonblocking(true)?;
    socket.set_tcp_nodelay(true)?;
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE))
}

fn prepare(listener: &TcpListener) -> io::Result<()> {
    let socket = Socket::from(listener.try_clone()?);
    socket.set_cloexec(true)?;
    set_options(&socket)
}

/// True if a socket bound to `bound` serves `wanted`: also `[::]` for `0.0.0.0`, since systemd
/// binds both at once.
fn is_same(bound: SocketAddr, wanted: SocketAddr) -> bool {
    let all = bound.ip().is_unspecified() && wanted.ip().is_unspecified();
    let port = bound.port() == wanted.port() || wanted.port() == 0;
    port && (bound.ip() == wanted.ip() || all)
}

fn share_out(sockets: Vec<TcpListener>, door: Door, shares: &mut [Vec<Listener>]) {
    let count = shares.len();
    for (at, socket) in sockets.into_iter().enumerate() {
        if let Some(share) = shares.get_mut(at % count) {
            share.push(Listener { socket, door });
        }
    }
}

fn explain(address: SocketAddr, cause: io::Error) -> BindError {
    match cause.kind() {
        io::ErrorKind::AddrInUse => BindError::InUse { address },
        io::ErrorKind::PermissionDenied => BindError::Denied { address },
        io::ErrorKind::AddrNotAvailable => BindError::NoAddress { address },
        _ => BindError::Other { address, cause },
    }
}

#[cfg(test)]
mod tests;
