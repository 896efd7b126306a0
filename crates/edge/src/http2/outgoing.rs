//! What is sent on a stream, at the pace of who reads it.

use super::backlog::Backlog;
use super::error::broken;
use bytes::Bytes;
use h2::{Reason, SendStream};
use http::HeaderMap;
use std::io;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

/// The sending half of a stream, after its head.
#[derive(Debug)]
pub struct Outgoing {
    stream: SendStream<Bytes>,
    /// Content that the peer has no room for yet.
    pending: Bytes,
    /// The stream ends with `pending`, or with the trailers after it.
    last: bool,
    trailers: Option<HeaderMap>,
    /// The end was sent.
    ended: bool,
    /// That of the connection.
    backlog: Rc<Backlog>,
}

impl Outgoing {
    /// A stream of the connection that has this backlog; `ended`: its head was all.
    pub fn new(stream: SendStream<Bytes>, ended: bool, backlog: Rc<Backlog>) -> Self {
        Outgoing { stream, pending: Bytes::new(), last: ended, trailers: None, ended, backlog }
    }

    /// Send `content` after what was sent before, all of which must be gone. `last`: it is the end,
    /// perhaps after trailers.
    ///
    /// # Errors
    /// When the stream is over.
    pub fn push(
        &mut self,
        content: Bytes,
        last: bool,
        trailers: Option<HeaderMap>,
    ) -> io::Result<()> {
        if self.ended {
            return Ok(());
        }
        self.pending = content;
        self.last = last;
        self.trailers = trailers;
        self.hand_over()
    }

    /// Ready when the connection has taken everything, of which it holds no more than the peer
    /// allows.
    pub fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.pending.is_empty() {
            if !self.backlog.has_room(cx) {
                return Poll::Pending;
            }
            // There may be capacity already, of which `poll_capacity` tells only once.
            self.hand_over()?;
            if self.pending.is_empty() {
                break;
            }
            match ready!(self.stream.poll_capacity(cx)) {
                Some(Ok(_)) => {}
                Some(Err(error)) => return Poll::Ready(Err(broken(error))),
                None => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Send the end, if it was not.
    pub fn end(&mut self) {
        if !std::mem::replace(&mut self.ended, true) {
            let _ = self.stream.send_data(Bytes::new(), true);
        }
    }

    /// Cut the stream.
    pub fn reset(&mut self, reason: Reason) {
        self.stream.send_reset(reason);
    }

    /// Ready when the peer has cut the stream.
    pub fn poll_reset(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.stream.poll_reset(cx).map(|_| ())
    }

    /// Give what the peer has room for to the connection.
    fn hand_over(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            return self.conclude();
        }
        if self.backlog.is_full() {
            return Ok(());
        }
        self.stream.reserve_capacity(self.pending.len());
        let room = self.stream.capacity().min(self.pending.len());
        if room > 0 {
            self.backlog.add(room, self.pending.len());
            let part = self.pending.split_to(room);
            self.ended = self.last && self.pending.is_empty() && self.trailers.is_none();
            self.stream.send_data(part, self.ended).map_err(broken)?;
        }
        if self.pending.is_empty() { self.conclude() } else { Ok(()) }
    }

    /// All content is sent: send what ends the stream, if this is the end.
    fn conclude(&mut self) -> io::Result<()> {
        if self.ended || !self.last {
            return Ok(());
        }
        self.ended = true;
        match self.trailers.take() {
            Some(trailers) => self.stream.send_trailers(trailers),
            None => self.stream.send_data(Bytes::new(), true),
        }
        .map_err(broken)
    }
}
