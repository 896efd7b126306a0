//! What is handed over.

use serde::{Deserialize, Serialize};
use std::net::TcpListener;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;

/// What is handed over.
#[derive(Debug)]
pub struct Estate {
    /// The lock that says who runs the project.
    pub lock: OwnedFd,
    /// The admin API's unix socket.
    pub admin: UnixListener,
    /// The admin API's listener over TCP.
    pub admin_tcp: Option<TcpListener>,
    /// The edge's listeners.
    pub edge: Vec<TcpListener>,
    /// The store inside the process.
    pub store: Option<PassedStore>,
}

/// What an older process passes on of its store. The folder is the new one's when it has asked for the store.
#[derive(Debug)]
pub struct PassedStore {
    /// Listeners over TCP.
    pub tcp: Vec<TcpListener>,
    /// Unix sockets; the first is the private one.
    pub unix: Vec<UnixListener>,
    /// Where workers find it.
    pub url: String,
    /// Where its data is; None: in memory only.
    pub folder: Option<PathBuf>,
}

impl Estate {
    pub(super) fn header(&self) -> Header {
        let store = self.store.as_ref().map(|store| StoreHeader {
            tcp: store.tcp.len(),
            unix: store.unix.len(),
            url: store.url.clone(),
            folder: store.folder.clone(),
        });
        Header { edge: self.edge.len(), admin_tcp: self.admin_tcp.is_some(), store }
    }

    pub(super) fn descriptors(&self) -> Vec<BorrowedFd<'_>> {
        let mut all = vec![self.lock.as_fd(), self.admin.as_fd()];
        all.extend(self.edge.iter().chain(&self.admin_tcp).map(AsFd::as_fd));
        if let Some(store) = &self.store {
            all.extend(store.tcp.iter().map(AsFd::as_fd));
            all.extend(store.unix.iter().map(AsFd::as_fd));
        }
        all
    }

    pub(super) fn assemble(header: Header, descriptors: Vec<OwnedFd>) -> Option<Self> {
        let of_store =
            header.store.as_ref().map_or(0, |store| store.tcp.saturating_add(store.unix));
        if descriptors.len() != 2 + header.edge + usize::from(header.admin_tcp) + of_store {
            return None;
        }
        let mut descriptors = descriptors.into_iter();
        let (lock, admin) = (descriptors.next()?, descriptors.next()?.into());
        let edge = descriptors.by_ref().take(header.edge).map(TcpListener::from).collect();
        let admin_tcp = match header.admin_tcp {
            true => Some(TcpListener::from(descriptors.next()?)),
            false => None,
        };
        let store = header.store.map(|StoreHeader { tcp, url, folder, .. }| PassedStore {
            tcp: descriptors.by_ref().take(tcp).map(TcpListener::from).collect(),
            unix: descriptors.by_ref().map(UnixListener::from).collect(),
            url,
            folder,
        });
        Some(Estate { lock, admin, admin_tcp, edge, store })
    }
}

/// What the first message says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    /// How many of the descriptors are the edge's; they follow the lock and the admin socket.
    edge: usize,
    /// One more descriptor follows: the admin API's TCP listener.
    admin_tcp: bool,
    /// The store's follow as the last.
    #[serde(default)]
    store: Option<StoreHeader>,
}

/// What it says of the store.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoreHeader {
    tcp: usize,
    unix: usize,
    url: String,
    folder: Option<PathBuf>,
}
