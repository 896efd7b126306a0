//! Taking new connections.

use super::Thread;
use crate::forward;
use crate::listen::{Door, Listener};
use crate::reply::{self, Reason};
use crate::socket::{Socket, register};
use rustix::io::Errno;
use rustix::net::{SendFlags, SocketAddrAny};
use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::unix::AsyncFd;

/// How long accepting pauses when the process has no file descriptor or memory left.
const PAUSE: Duration = Duration::from_millis(200);

/// A listening socket on this thread's runtime.
pub struct Acceptor {
    fd: AsyncFd<OwnedFd>,
    door: Door,
}

impl Acceptor {
    /// Take over a non-blocking listener.
    ///
    /// # Errors
    /// When epoll cannot take it.
    pub fn new(listener: Listener) -> io::Result<Self> {
        Ok(Acceptor { fd: register(listener.socket.into())?, door: listener.door })
    }

    /// Accept and serve connections for ever.
    pub async fn run(&self, thread: &Rc<Thread>) {
        loop {
            match poll_fn(|cx| self.poll_accept(cx)).await {
                Ok((fd, address)) => begin(thread, fd, address, self.door),
                // The one connection has gone already (accept(2)).
                Err(Errno::CONNABORTED | Errno::CONNRESET | Errno::INTR | Errno::PROTO) => {}
                // No descriptor or memory left. The connection stays in the queue, so trying again
                // at once would spin.
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Take what is in the queue already: closing the listener would reset these.
    pub fn take_waiting(&self, thread: &Rc<Thread>) {
        while let Ok((fd, address)) = accept(self.fd.get_ref()) {
            begin(thread, fd, address, self.door);
        }
    }

    fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<Result<Accepted, Errno>> {
        loop {
            let mut guard = ready!(self.fd.poll_read_ready(cx)).map_err(|_| Errno::IO)?;
            match accept(self.fd.get_ref()) {
                Err(Errno::AGAIN) => guard.clear_ready(),
                done => return Poll::Ready(done),
            }
        }
    }
}

type Accepted = (OwnedFd, Option<SocketAddrAny>);

#[cfg(target_os = "linux")]
fn accept(listener: &OwnedFd) -> Result<Accepted, Errno> {
    use rustix::net::SocketFlags;
    rustix::net::acceptfrom_with(listener, SocketFlags::NONBLOCK | SocketFlags::CLOEXEC)
}

#[cfg(not(target_os = "linux"))]
fn accept(listener: &OwnedFd) -> Result<Accepted, Errno> {
    let (fd, address) = rustix::net::acceptfrom(listener)?;
    rustix::io::fcntl_setfd(&fd, rustix::io::FdFlags::CLOEXEC)?;
    rustix::io::ioctl_fionbio(&fd, true)?;
    Ok((fd, address))
}

fn begin(thread: &Rc<Thread>, fd: OwnedFd, address: Option<SocketAddrAny>, door: Door) {
    // TCP_NODELAY is inherited from the listener.
    if thread.connections.load(Relaxed) >= thread.plan().limits.connections_max {
        let limit = thread.plan().limits.connections_max;
        thread.refused(Reason::Connections, || {
            let address = address.as_ref().and_then(|one| SocketAddr::try_from(one.clone()).ok());
            let address =
                address.map_or("unknown".into(), |one| one.ip().to_canonical().to_string());
            format!("{address}: {limit} connections are open already (connections)")
        });
        if !door.tls {
            let _ = rustix::net::send(&fd, reply::TOO_MANY_CONNECTIONS, SendFlags::empty());
        }
        return;
    }
    let address = address.and_then(|address| SocketAddr::try_from(address).ok());
    let address = address.map_or(Ipv4Addr::UNSPECIFIED.into(), |address| address.ip());
    let Ok(socket) = Socket::accepted(fd) else { return };
    let serve = forward::serve(thread.opened(), socket, address.to_canonical(), door);
    tokio::task::spawn_local(serve);
}
