//! A connection, and what is known of its readiness.

use super::{Buffer, register};
use rustix::io::{Errno, retry_on_intr};
use rustix::net::{RecvFlags, SendFlags};
use std::cell::Cell;
use std::io::{self, IoSlice};
use std::os::fd::{AsFd, OwnedFd};
use std::task::{Context, Poll, ready};
use tokio::io::unix::AsyncFd;

/// A connected, non-blocking stream socket, TCP or unix.
#[derive(Debug)]
pub struct Socket {
    pub(super) fd: AsyncFd<OwnedFd>,
    /// There may be bytes of which epoll will not tell (again): try before waiting.
    unread: Cell<bool>,
    /// The last write found no room: wait before trying.
    full: Cell<bool>,
}

impl Socket {
    /// Take over `fd`, which must be a non-blocking stream socket, on the current runtime.
    ///
    /// # Errors
    /// When epoll cannot take it.
    pub fn new(fd: OwnedFd) -> io::Result<Self> {
        Ok(Socket { fd: register(fd)?, unread: Cell::new(false), full: Cell::new(false) })
    }

    /// As [`Socket::new`], for a connection that was just accepted: its first bytes are often
    /// there already, so the first read is tried at once.
    ///
    /// # Errors
    /// When epoll cannot take it.
    pub fn accepted(fd: OwnedFd) -> io::Result<Self> {
        let socket = Socket::new(fd)?;
        socket.unread.set(true);
        Ok(socket)
    }

    /// Read into the free part of `buffer`; 0 is the end of the stream.
    pub fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut Buffer) -> Poll<io::Result<usize>> {
        if self.unread.take() {
            let room = buffer.make_room();
            match buffer.fill(&self.fd) {
                Err(Errno::AGAIN) => {}
                Ok(read) => {
                    self.unread.set(read == room);
                    return Poll::Ready(Ok(read));
                }
                Err(error) => return Poll::Ready(Err(error.into())),
            }
        }
        loop {
            let mut guard = ready!(self.fd.poll_read_ready(cx))?;
            // Memory is taken only now: while nothing comes none is needed.
            let room = buffer.make_room();
            match buffer.fill(&self.fd) {
                Ok(read) => {
                    if read < room {
                        // All there was; if more comes, epoll tells. An end stays known.
                        guard.clear_ready();
                    }
                    return Poll::Ready(Ok(read));
                }
                Err(Errno::AGAIN) => guard.clear_ready(),
                Err(error) => return Poll::Ready(Err(error.into())),
            }
        }
    }

    /// Fill `bytes` from its start with what there is to read, without taking it away; 0 is the end
    /// of the stream. After `Pending` and each call that found no more than `known` bytes, the task
    /// is woken when there are more.
    pub fn poll_peek(
        &self,
        cx: &mut Context<'_>,
        bytes: &mut [u8],
        known: usize,
    ) -> Poll<io::Result<usize>> {
        // What was read aside is peeked at in any case: the first look needs no word of epoll.
        let first = known == 0 && self.unread.take();
        loop {
            let guard = if first { None } else { Some(ready!(self.fd.poll_read_ready(cx))?) };
            let peeked =
                retry_on_intr(|| rustix::net::recv(&self.fd, &mut *bytes, RecvFlags::PEEK));
            match (peeked.map(|(_, count)| count), guard) {
                (Ok(count), _) if count > known || count == 0 => {
                    // Nothing was taken, so a read must be tried whatever epoll told before.
                    self.unread.set(true);
                    return Poll::Ready(Ok(count));
                }
                // No more will come, and epoll would tell so for ever.
                (Ok(_), Some(guard)) if guard.ready().is_read_closed() => {
                    return Poll::Ready(Ok(0));
                }
                (Ok(_) | Err(Errno::AGAIN), Some(mut guard)) => guard.clear_ready(),
                (Ok(_) | Err(Errno::AGAIN), None) => return self.poll_peek(cx, bytes, known),
                (Err(error), _) => return Poll::Ready(Err(error.into())),
            }
        }
    }

    /// Take away `count` bytes that were peeked at.
    ///
    /// # Errors
    /// When the connection broke meanwhile.
    pub fn skip(&self, count: usize) -> io::Result<()> {
        let mut left = count;
        let mut away = [0; 512];
        while left > 0 {
            let room = away.get_mut(..left.min(512)).unwrap_or_default();
            match retry_on_intr(|| rustix::net::recv(&self.fd, &mut *room, RecvFlags::empty())) {
                Ok((_, 0)) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok((_, taken)) => left -= taken,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Ready when there is something to read (or an end, or an error), without reading it: no
    /// buffer is needed while nothing comes.
    pub fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<()> {
        // Readiness that was put aside may have been that of bytes that were read since.
        if self.unread.take() && self.peek() != Err(Errno::AGAIN) {
            self.unread.set(true);
            return Poll::Ready(());
        }
        match ready!(self.fd.poll_read_ready(cx)) {
            Ok(mut guard) => guard.retain_ready(),
            // The runtime is ending; a read will say so.
            Err(_) => self.unread.set(true),
        }
        Poll::Ready(())
    }

    /// Ready when the peer has closed its side or the connection broke. Bytes that come in are
    /// left for a later read.
    pub fn poll_gone(&self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let Ok(mut guard) = ready!(self.fd.poll_read_ready(cx)) else { return Poll::Ready(()) };
            if guard.ready().is_read_closed() || guard.ready().is_error() {
                guard.retain_ready();
                return Poll::Ready(());
            }
            guard.clear_ready();
            self.unread.set(true);
        }
    }

    /// Write what fits of `first` and then `second`, in one call.
    pub fn poll_write(
        &self,
        cx: &mut Context<'_>,
        first: &[u8],
        second: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_send(cx, || self.send(first, second))
    }

    /// Let the kernel write up to `count` bytes of `file` from `at` on; 0 at its end. Where the system
    /// has no such call that is an error.
    pub fn poll_send_file(
        &self,
        cx: &mut Context<'_>,
        file: impl AsFd,
        at: u64,
        count: u64,
    ) -> Poll<io::Result<usize>> {
        self.poll_send(cx, || self.send_file(&file, at, count))
    }

    /// Try, and wait for room if there was none.
    fn poll_send(
        &self,
        cx: &mut Context<'_>,
        send: impl Fn() -> Result<usize, Errno>,
    ) -> Poll<io::Result<usize>> {
        if !self.full.get() {
            match send() {
                Err(Errno::AGAIN) => {}
                done => return Poll::Ready(done.map_err(io::Error::from)),
            }
        }
        self.full.set(true);
        loop {
            let mut guard = ready!(self.fd.poll_write_ready(cx))?;
            match send() {
                Err(Errno::AGAIN) => guard.clear_ready(),
                done => {
                    self.full.set(false);
                    return Poll::Ready(done.map_err(io::Error::from));
                }
            }
        }
    }

    #[cfg(target_os = "linux")]
    fn send_file(&self, file: impl AsFd, at: u64, count: u64) -> Result<usize, Errno> {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let send = || rustix::fs::sendfile(&self.fd, &file, Some(&mut { at }), count);
        retry_on_intr(send)
    }

    #[cfg(not(target_os = "linux"))]
    fn send_file(&self, _file: impl AsFd, _at: u64, _count: u64) -> Result<usize, Errno> {
        Err(Errno::NOSYS)
    }

    fn send(&self, first: &[u8], second: &[u8]) -> Result<usize, Errno> {
        retry_on_intr(|| match (first, second) {
            (one, []) | ([], one) => rustix::net::send(&self.fd, one, SendFlags::empty()),
            _ => rustix::io::writev(&self.fd, &[IoSlice::new(first), IoSlice::new(second)]),
        })
    }

    /// True if an idle connection can be used again: nothing has come in, not even its end.
    /// `look` asks the kernel; without it only what epoll has told is considered.
    pub fn is_quiet(&self, look: bool) -> bool {
        if look || self.unread.get() {
            let quiet = self.peek() == Err(Errno::AGAIN);
            // Whoever reads what has come must not wait for epoll to tell of it too.
            self.unread.set(!quiet);
            return quiet;
        }
        // Does nothing but pass WouldBlock on while epoll has told nothing.
        let told =
            self.fd.try_io(tokio::io::Interest::READABLE, |_| self.peek().map_err(io::Error::from));
        matches!(told, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    /// How many bytes, of one, could be read now.
    fn peek(&self) -> Result<usize, Errno> {
        rustix::net::recv(&self.fd, &mut [0][..], RecvFlags::PEEK).map(|(_, count)| count)
    }

    /// Say that nothing more will be written.
    pub fn finish(&self) {
        let _ = rustix::net::shutdown(&self.fd, rustix::net::Shutdown::Write);
    }

    /// Make the coming close a reset, so that the peer cannot take a cut message for a whole one.
    pub fn reset_on_close(&self) {
        let zero = Some(std::time::Duration::ZERO);
        let _ = rustix::net::sockopt::set_socket_linger(&self.fd, zero);
    }
}
