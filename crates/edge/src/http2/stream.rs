//! One request of an HTTP/2 client, as a client that speaks HTTP/1.

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
use std::task::{Context, Poll, ready};

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
}

impl Stream {
    /// A stream whose request has a body of this form.
    pub fn new(
        request: RecvStream,
        form: Form,
        method: Method,
        respond: SendResponse<Bytes>,
    ) -> Self {
        Stream(RefCell::new(State {
            request: Incoming::new(request, form == Form::Chunks),
            respond,
            body: None,
            reply: ReplyReader::new(method, form == Form::Tunnel),
            accepted: 0,
        }))
    }

    /// Read more of the request's body; 0 is its end.
    pub fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut Buffer) -> Poll<io::Result<usize>> {
        self.0.borrow_mut().request.poll_read(cx, buffer)
    }

    /// Ready when the client has given the request up.
    pub fn poll_gone(&self, cx: &mut Context<'_>) -> Poll<()> {
        let state = &mut *self.0.borrow_mut();
        match &mut state.body {
            Some(body) => body.poll_reset(cx),
            None => state.respond.poll_reset(cx).map(|_| ()),
        }
    }

    /// Write more of the reply. Ready when the connection has taken all of it. Called again after
    /// `Pending` it must be given the same bytes, to which more may have been added.
    pub fn poll_write(
        &self,
        cx: &mut Context<'_>,
        first: &[u8],
        second: &[u8],
    ) -> Poll<io::Result<usize>> {
        let state = &mut *self.0.borrow_mut();
        if state.accepted == 0 {
            state.accept(first, second)?;
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
        if let Some(body) = &mut self.0.borrow_mut().body {
            body.end();
        }
    }

    /// The reply will not become whole.
    pub fn reset(&self) {
        self.0.borrow_mut().reset(Reason::INTERNAL_ERROR);
    }
}

impl State {
    fn accept(&mut self, first: &[u8], second: &[u8]) -> io::Result<()> {
        let malformed = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        let read = self.reply.read([first, second]).map_err(malformed)?;
        for interim in read.interims {
            self.respond.send_informational(interim).map_err(broken)?;
        }
        if let Some(head) = read.head {
            let ends = read.ends && read.trailers.is_none() && read.content.is_empty();
            let stream = self.respond.send_response(head, ends).map_err(broken)?;
            self.body = Some(Outgoing::new(stream, ends));
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
