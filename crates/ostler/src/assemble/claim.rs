//! Everything that must be ours before anything runs: the project's lock and all sockets.

use super::plan::Plan;
use super::store::{Claimed, Embedded};
use crate::cli::{Exit, Failure};
use crate::handover::{self, Estate, Taken};
use config::Config;
use control::place::{Held, TakeError};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixListener;

/// What was claimed.
#[derive(Debug)]
pub struct Claim {
    /// The project's place, locked.
    pub held: Held,
    /// The edge's listeners.
    pub edge: edge::listen::Listeners,
    /// The admin API's unix socket.
    pub admin: UnixListener,
    /// The admin API's TCP listener.
    pub admin_tcp: Option<TcpListener>,
    /// What `REDIS_URL` leads to.
    pub store: Claimed,
    /// The Ostler this one takes over from.
    pub taken: Option<Taken>,
}

/// Claim them, from the running Ostler if the plan says so.
pub fn claim(plan: &Plan, config: &Config) -> Result<Claim, Failure> {
    let place = plan.project.place()?;
    if plan.options.takeover {
        let (estate, taken) =
            handover::take(&place.run_folder().join(handover::SOCKET)).map_err(|error| {
                Failure::new(Exit::NotRunning, format!("cannot take over: {error}"))
            })?;
        let held = place.inherit(estate.lock);
        let edge = bind_edge(config, estate.edge)?;
        let admin_tcp = bind_admin(config.admin.listen, estate.admin_tcp)?;
        let store = Claimed::claim(config, &held, estate.store)?;
        return Ok(Claim { held, edge, admin: estate.admin, admin_tcp, store, taken: Some(taken) });
    }
    let held = place.take().map_err(taken_by_another)?;
    let edge = bind_edge(config, handover::from_systemd()?)?;
    let admin_tcp = bind_admin(config.admin.listen, None)?;
    let store = Claimed::claim(config, &held, None)?;
    let admin = held.bind()?;
    Ok(Claim { held, edge, admin, admin_tcp, store, taken: None })
}

impl Claim {
    /// What a newer Ostler would need, as copies.
    pub fn estate(
        held: &Held,
        edge: Vec<OwnedFd>,
        admin: &UnixListener,
        admin_tcp: Option<&TcpListener>,
        store: Option<&Embedded>,
    ) -> std::io::Result<Estate> {
        let lock = held.as_fd().try_clone_to_owned()?;
        let admin_tcp = admin_tcp.map(TcpListener::try_clone).transpose()?;
        let edge = edge.into_iter().map(TcpListener::from).collect();
        let store = store.map(|store| store.here().passed()).transpose()?;
        Ok(Estate { lock, admin: admin.try_clone()?, admin_tcp, edge, store })
    }
}

fn taken_by_another(error: TakeError) -> Failure {
    match error {
        TakeError::Running { .. } => Failure::new(Exit::AlreadyRunning, error),
        TakeError::Foreign { .. } | TakeError::Io(_) => Failure::new(Exit::Unrunnable, error),
    }
}

fn bind_edge(
    config: &Config,
    passed: Vec<TcpListener>,
) -> Result<edge::listen::Listeners, Failure> {
    edge::listen::bind(&config.edge, passed).map_err(|error| Failure::new(Exit::Address, error))
}

fn bind_admin(
    wanted: Option<SocketAddr>,
    passed: Option<TcpListener>,
) -> Result<Option<TcpListener>, Failure> {
    let Some(address) = wanted else { return Ok(None) };
    let same = |socket: &TcpListener| {
        let bound = socket.local_addr().ok();
        bound.is_some_and(|bound| {
            bound == address || (address.port() == 0 && bound.ip() == address.ip())
        })
    };
    if let Some(socket) = passed.filter(same) {
        return Ok(Some(socket));
    }
    let socket = TcpListener::bind(address).map_err(|error| {
        let text = match error.kind() {
            std::io::ErrorKind::AddrInUse => format!(
                "the admin address {address} is in use, perhaps by an Ostler of another project: \
                 choose another with --admin :PORT or [admin] listen, or --admin off"
            ),
            _ => format!("cannot listen on the admin address {address}: {error}"),
        };
        Failure::new(Exit::Address, text)
    })?;
    Ok(Some(socket))
}
