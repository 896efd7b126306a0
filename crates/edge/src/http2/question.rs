//! One request on an HTTP/2 connection to a worker, as a connection that speaks HTTP/1.

use super::asked::{Form, RequestReader, write_head, write_interim};
use super::backlog::Backlog;
use super::error::broken;
use super::incoming::Incoming;
use super::outgoing::Outgoing;
use crate::socket::Buffer;
use bytes::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use http::Method;
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

/// A stream to a worker. What is written to it is the request and what is read from it the reply,
/// both as HTTP/1.1 bytes.
pub struct Question(RefCell<State>);

struct State {
    send: SendRequest<Bytes>,
    request: RequestReader,
    to_head: bool,
    /// The request's body, once its head was sent.
    body: Option<Outgoing>,
    /// Bytes of the caller's that are not all sent yet.
    accepted: usize,
    reply: Reply,
    backlog: Rc<Backlog>,
}

enum Reply {
    /// Nothing was asked yet.
    None,
    /// HTTP/2 has no words for the request.
    Unfit,
    Awaited(ResponseFuture),
    Begun(Incoming),
}

impl Question {
    /// A request on a connection that is ready for one.
    pub fn new(send: SendRequest<Bytes>, backlog: Rc<Backlog>) -> Self {
        Question(RefCell::new(State {
            send,
            request: RequestReader::default(),
            to_head: false,
            body: None,
            accepted: 0,
            reply: Reply::None,
            backlog,
        }))
    }

    /// Write more of the request. Ready when the connection has taken all of it. Called again after
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

    /// Some of the request may have left already.
    pub fn has_begun(&self) -> bool {
        self.0.borrow().body.is_some()
    }

    /// Read more of the reply; 0 is its end.
    pub fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut Buffer) -> Poll<io::Result<usize>> {
        let state = &mut *self.0.borrow_mut();
        let before = buffer.len();
        match &mut state.reply {
            Reply::None => return Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
            Reply::Unfit => return Poll::Ready(Err(io::ErrorKind::InvalidInput.into())),
            Reply::Begun(body) => return body.poll_read(cx, buffer),
            Reply::Awaited(awaited) => {
                if let Poll::Ready(Some(interim)) = awaited.poll_informational(cx) {
                    let interim = interim.map_err(broken)?;
                    buffer.append(|out| write_interim(&interim, out));
                    return Poll::Ready(Ok(buffer.len() - before));
                }
                let reply = ready!(Pin::new(awaited).poll(cx)).map_err(broken)?;
                let whole = reply.body().is_end_stream();
                let form = buffer.append(|out| write_head(&reply, whole, state.to_head, out));
                let body = Incoming::new(reply.into_body(), form == Form::Chunks);
                state.reply = Reply::Begun(body);
            }
        }
        Poll::Ready(Ok(buffer.len() - before))
    }
}

impl State {
    fn accept(&mut self, first: &[u8], second: &[u8]) -> io::Result<()> {
        let read = match self.request.read([first, second]) {
            Ok(read) => read,
            Err(error) => {
                // No worker is to blame, and none would do better.
                self.reply = Reply::Unfit;
                return Err(io::Error::new(io::ErrorKind::InvalidInput, error));
            }
        };
        if let Some(head) = read.head {
            self.to_head = head.method() == Method::HEAD;
            let ends = read.ends && read.trailers.is_none() && read.content.is_empty();
            let (reply, stream) = self.send.send_request(head, ends).map_err(broken)?;
            self.reply = Reply::Awaited(reply);
            self.body = Some(Outgoing::new(stream, ends, self.backlog.clone()));
        }
        self.accepted = first.len() + second.len();
        match &mut self.body {
            Some(body) => body.push(read.content, read.ends, read.trailers),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question").finish_non_exhaustive()
    }
}
