//! Putting a descriptor under the watch of the runtime's epoll.
#![expect(unsafe_code, reason = "AsyncFd leaves one promise about descriptors to its caller")]

use std::io;
use std::os::fd::OwnedFd;
use tokio::io::unix::AsyncFd;

/// Watch `fd` for as long as the result lives.
///
/// # Errors
/// When epoll cannot take it.
pub fn register(fd: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    // SAFETY: the promise is that the descriptor stays open and the same until it is deregistered.
    // An `OwnedFd` is closed by nobody else, its `AsRawFd` always gives the same number, and the
    // AsyncFd deregisters it before it drops it.
    let registered = unsafe { AsyncFd::register(fd) };
    registered.map_err(io::Error::from)
}
