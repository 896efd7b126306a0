//! The client's side of a connection.

use super::Failure;
use super::remote::Remote;
use crate::http::head::Peer;
use crate::socket::{Buffer, Transport};
use crate::thread::Thread;
use crate::timer::Alarm;
use model::Intake;
use std::future::poll_fn;
use std::io;
use std::os::fd::AsFd;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

/// A body of up to so many bytes is copied behind its head: one plain write costs the kernel less
/// than gathering from two places.
pub const COPIED_BYTES_MAX: usize = 2 * 1024;

/// One client connection.
#[derive(Debug)]
pub struct Client {
    /// Its thread.
    pub thread: Rc<Thread>,
    /// The connection.
    pub transport: Transport,
    /// What was read and not yet passed on.
    pub input: Buffer,
    /// The one deadline; what it means depends on the phase.
    pub alarm: Alarm,
    /// Who it is.
    pub remote: Rc<Remote>,
}

/// Something that ends whatever the connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// The client closed its side or the connection broke.
    Gone,
    /// The alarm's deadline has passed.
    Late,
    /// Everything, or everything at this worker, is being cut.
    Cut,
}

impl Client {
    /// A connection of `remote`.
    pub fn new(thread: &Rc<Thread>, transport: Transport, remote: Rc<Remote>) -> Self {
        Client {
            transport,
            input: Buffer::new(&thread.buffers),
            alarm: thread.timer.alarm(),
            remote,
            thread: thread.clone(),
        }
    }

    /// What workers are told of it.
    pub fn peer(&self) -> Peer<'_> {
        self.remote.peer()
    }

    /// Read more into the input.
    pub fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let read = ready!(self.transport.poll_read(cx, &mut self.input))?;
        self.thread.meters.received.add(read as u64);
        Poll::Ready(Ok(read))
    }

    /// Write what fits of two pieces.
    pub fn poll_write(
        &self,
        cx: &mut Context<'_>,
        first: &[u8],
        second: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(self.transport.poll_write(cx, first, second))?;
        self.thread.meters.sent.add(written as u64);
        Poll::Ready(Ok(written))
    }

    /// Let the kernel write up to `count` bytes of `file` from `at` on; 0 at its end. Only plain
    /// connections can.
    pub fn poll_send_file(
        &self,
        cx: &mut Context<'_>,
        file: impl AsFd,
        at: u64,
        count: u64,
    ) -> Poll<io::Result<usize>> {
        let sent = ready!(self.transport.poll_send_file(cx, file, at, count))?;
        self.thread.meters.sent.add(sent as u64);
        Poll::Ready(Ok(sent))
    }

    /// Ready when there is no use in waiting on. With `watch` also when the client goes away.
    pub fn poll_break(
        &self,
        cx: &mut Context<'_>,
        intake: Option<Intake>,
        watch: bool,
    ) -> Poll<Break> {
        if self.thread.is_cut() || intake == Some(Intake::Cut) {
            return Poll::Ready(Break::Cut);
        }
        if watch && self.transport.poll_gone(cx).is_ready() {
            return Poll::Ready(Break::Gone);
        }
        self.alarm.poll(cx).map(|()| Break::Late)
    }

    /// Write all of `bytes`, or fail when the client does not take them in time.
    ///
    /// # Errors
    /// [`Failure::Gone`].
    pub async fn write_all(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let stall = self.thread.plan().limits.stall_timeout;
        let mut rest = bytes;
        while !rest.is_empty() {
            let written = poll_fn(|cx| match self.poll_write(cx, rest, &[]) {
                Poll::Ready(done) => Poll::Ready(done.map_err(|_| Failure::Gone)),
                Poll::Pending => self.poll_break(cx, None, false).map(|_| Err(Failure::Gone)),
            });
            let written = written.await?;
            rest = rest.get(written..).unwrap_or_default();
            self.alarm.set(stall);
        }
        self.alarm.clear();
        Ok(())
    }
}
