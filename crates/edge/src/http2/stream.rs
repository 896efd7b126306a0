//! One request of an HTTP/2 client, as a client that speaks HTTP/1.

use super::backlog::Backlog;
use super::conduct::Conduct;
use super::error::broken;
use super::incoming::Incoming;
use super::outgoing::Outgoing;
use super::reply::ReplyReader;
use super::request::Form;
use crate::http::Method;
use crate::socket::Buffer;
use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use std::cell::RefCell;
use std::fmt;
use std::io;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

/// What is taken of a reply at a time, and held beside the caller's own bytes: a frame's worth.
const PART_BYTES_MAX: usize = 16 * 1024;

/// A stream. What is read from it is the request's body and what is written to it the reply, both
/// as HTTP/1.1 bytes.
pub struct Stream(RefCell<State>);

struct State {
    request: Incoming,
    respond: SendResponse<Bytes>,
    /// The reply's body, once its head was sent.
    body: Option<Outgoing>,
    reply: ReplyReader,
    /// Bytes of the caller's that are not all sent yet.
    accepted: usize,
    connection: Connection,
    /// `conduct` was told how this request ended.
    judged: bool,
}

/// What the streams of a connection share.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    pub conduct: Rc<Conduct>,
    pub backlog: Rc<Backlog>,
}

impl Stream {
    /// A stream whose request has a body of this form.
    pub fn new(
        request: RecvStream,
        form: Form,
        method: Method,
        respond: SendResponse<Bytes>,
        connection: Connection,
    ) -> Self {
        Stream(RefCell::new(State {
            request: Incoming::new(request, form == Form::Chunks),
            respond,
            body: None,
            reply: ReplyReader::new(method, form == Form::Tunnel),
            accepted: 0,
            connection,
            judged: false,
        }))
    }

    /// Read more of the request's body; 0 is its end.
    pub fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut Buffer) -> Poll<io::Result<usize>> {
        let state = &mut *self.0.borrow_mut();
        let read = state.request.poll_read(cx, buffer);
        if matches!(read, Poll::Ready(Err(_))) {
            state.wasted();
        }
        read
    }

    /// Ready when the client has given the request up.
    pub fn poll_gone(&self, cx: &mut Context<'_>) -> Poll<()> {
        let state = &mut *self.0.borrow_mut();
        let gone = match &mut state.body {
            Some(body) => body.poll_reset(cx),
            None => state.respond.poll_reset(cx).map(|_| ()),
        };
        if gone.is_ready() {
            state.wasted();
        }
        gone
    }

    /// Write more of the reply. Ready, with their number, when the connection has taken the first of
    /// these bytes. Called again after `Pending` it must be given the same bytes, to which more may
    /// have been added.
    pub fn poll_write(
        &self,
        cx: &mut Context<'_>,
        first: &[u8],
        second: &[u8],
    ) -> Poll<io::Result<usize>> {
        let state = &mut *self.0.borrow_mut();
        if state.accepted == 0 {
            let first = first.get(..PART_BYTES_MAX).unwrap_or(first);
            let room = PART_BYTES_MAX - first.len();
            state.accept(first, second.get(..room).unwrap_or(second))?;
        }
        if let Some(body) = &mut state.body {
            ready!(body.poll_send(cx))?;
        }
        Poll::Ready(Ok(std::mem::take(&mut state.accepted)))
    }

    /// The reply is whole. When the stream is dropped before the request is, the client is told
    /// that it need not send the rest (RFC 9113 section 8.1). A reset from here would overtake the
    /// reply.
    pub fn finish(&self) {
        let state = &mut *self.0.borrow_mut();
        if let Some(body) = &mut state.body {
            body.end();
        }
        if !std::mem::replace(&mut state.judged, true) {
            state.connection.conduct.answered();
        }
    }

    /// The reply will not become whole.
    pub fn reset(&self) {
        self.0.borrow_mut().reset(Reason::INTERNAL_ERROR);
    }
}

impl State {
    /// The client has given the request up.
    fn wasted(&mut self) {
        if !std::mem::replace(&mut self.judged, true) {
            self.connection.conduct.wasted();
        }
    }

    fn accept(&mut self, first: &[u8], second: &[u8]) -> io::Result<()> {
        let malformed = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        let read = self.reply.read([first, second]).map_err(malformed)?;
        for interim in read.interims {
            self.respond.send_informational(interim).map_err(broken)?;
        }
        if let Some(head) = read.head {
            let ends = read.ends && read.trailers.is_none() && read.content.is_empty();
            let stream = self.respond.send_response(head, ends).map_err(broken)?;
            self.body = Some(Outgoing::new(stream, ends, self.connection.backlog.clone()));
        }
        self.accepted = first.len() + second.len();
        match &mut self.body {
            Some(body) => body.push(read.content, read.ends, read.trailers),
            None => Ok(()),
        }
    }

    fn reset(&mut self, reason: Reason) {
        match &mut self.body {
            Some(body) => body.reset(reason),
            None => self.respond.send_reset(reason),
        }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").finish_non_exhaustive()
    }
}
