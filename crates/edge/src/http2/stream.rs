//! One request on an HTTP/2 connection, as a client that speaks HTTP/1.

use super::reply::ReplyReader;
use super::request::{self, Form};
use crate::http::Method;
use crate::socket::Buffer;
use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream, SendStream};
use std::cell::RefCell;
use std::fmt;
use std::io::{self, Write};
use std::task::{Context, Poll, ready};

/// A stream. What is read from it is the request's body and what is written to it the reply, both
/// as HTTP/1.1 bytes.
pub struct Stream(RefCell<State>);

struct State {
    request: RecvStream,
    form: Form,
    /// All of the request was read.
    read: bool,
    respond: SendResponse<Bytes>,
    /// The reply's body, once its head was sent.
    body: Option<SendStream<Bytes>>,
    reply: ReplyReader,
    /// Content that the client has no room for yet.
    pending: Bytes,
    /// The stream ends with `pending`.
    ends: bool,
    /// Bytes of the caller's that `pending` came from.
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
        let reply = ReplyReader::new(method, form == Form::Tunnel);
        Stream(RefCell::new(State {
            read: request.is_end_stream() && form != Form::Chunks,
            request,
            form,
            respond,
            body: None,
            reply,
            pending: Bytes::new(),
            ends: false,
            accepted: 0,
        }))
    }

    /// Read more of the request's body; 0 is its end.
    pub fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut Buffer) -> Poll<io::Result<usize>> {
        let state = &mut *self.0.borrow_mut();
        let before = buffer.len();
        while buffer.len() == before && !state.read {
            match ready!(state.request.poll_data(cx)) {
                // Empty frames mean nothing, while an empty chunk would be the end.
                Some(Ok(data)) => state.take_in(&data, buffer)?,
                Some(Err(error)) => return Poll::Ready(Err(broken(error))),
                None => {
                    let trailers = ready!(state.request.poll_trailers(cx)).map_err(broken)?;
                    state.read = true;
                    if state.form == Form::Chunks {
                        buffer.append(|out| {
                            out.extend_from_slice(b"0\r\n");
                            trailers.iter().for_each(|map| request::trailers(map, out));
                            out.extend_from_slice(b"\r\n");
                        });
                    }
                }
            }
        }
        Poll::Ready(Ok(buffer.len() - before))
    }

    /// Ready when the client has given the request up.
    pub fn poll_gone(&self, cx: &mut Context<'_>) -> Poll<()> {
        let state = &mut *self.0.borrow_mut();
        let reset = match &mut state.body {
            Some(body) => body.poll_reset(cx),
            None => state.respond.poll_reset(cx),
        };
        reset.map(|_| ())
    }

    /// Write more of the reply. Ready when all of it was taken by the connection, which holds no
    /// more than the client allows. Called again after `Pending` it must be given the same bytes,
    /// to which more may have been added.
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
        ready!(state.poll_send(cx))?;
        Poll::Ready(Ok(std::mem::take(&mut state.accepted)))
    }

    /// The reply is whole.
    pub fn finish(&self) {
        let state = &mut *self.0.borrow_mut();
        if !state.ends
            && let Some(body) = &mut state.body
        {
            let _ = body.send_data(Bytes::new(), true);
            state.ends = true;
        }
        if !state.read {
            // The client need not send the rest (RFC 9113 section 8.1).
            state.reset(Reason::NO_ERROR);
        }
    }

    /// The reply will not become whole.
    pub fn reset(&self) {
        self.0.borrow_mut().reset(Reason::INTERNAL_ERROR);
    }
}

impl State {
    fn take_in(&mut self, data: &[u8], buffer: &mut Buffer) -> io::Result<()> {
        let chunks = self.form == Form::Chunks && !data.is_empty();
        buffer.append(|out| {
            if chunks {
                // Writing into a Vec cannot fail.
                let _ = write!(out, "{:x}\r\n", data.len());
            }
            out.extend_from_slice(data);
            if chunks {
                out.extend_from_slice(b"\r\n");
            }
        });
        // Room for the next bytes: these are held by the one who asked for them.
        self.request.flow_control().release_capacity(data.len()).map_err(broken)
    }

    fn accept(&mut self, first: &[u8], second: &[u8]) -> io::Result<()> {
        let malformed = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        let read = self.reply.read([first, second]).map_err(malformed)?;
        for interim in read.interims {
            self.respond.send_informational(interim).map_err(broken)?;
        }
        let ends_with_content = read.ends && read.trailers.is_none();
        if let Some(head) = read.head {
            let ends = ends_with_content && read.content.is_empty();
            self.body = Some(self.respond.send_response(head, ends).map_err(broken)?);
            self.ends |= ends;
        }
        self.pending = read.content;
        self.accepted = first.len() + second.len();
        self.hand_over(ends_with_content)?;
        if let (Some(trailers), Some(body)) = (read.trailers, &mut self.body) {
            // `h2` holds them back until the content before them was sent.
            if !self.pending.is_empty() {
                body.send_data(std::mem::take(&mut self.pending), false).map_err(broken)?;
            }
            body.send_trailers(trailers).map_err(broken)?;
            self.ends = true;
        }
        Ok(())
    }

    /// Give what the client has room for to the connection. `last`: the stream ends with it.
    fn hand_over(&mut self, last: bool) -> io::Result<()> {
        let Some(body) = &mut self.body else { return Ok(()) };
        if self.pending.is_empty() {
            if last && !self.ends {
                self.ends = true;
                body.send_data(Bytes::new(), true).map_err(broken)?;
            }
            return Ok(());
        }
        body.reserve_capacity(self.pending.len());
        let room = body.capacity().min(self.pending.len());
        if room > 0 {
            let part = self.pending.split_to(room);
            self.ends = last && self.pending.is_empty();
            body.send_data(part, self.ends).map_err(broken)?;
        }
        Ok(())
    }

    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.pending.is_empty() {
            let Some(body) = &mut self.body else { break };
            match ready!(body.poll_capacity(cx)) {
                Some(Ok(_)) => self.hand_over(self.reply.is_done())?,
                Some(Err(error)) => return Poll::Ready(Err(broken(error))),
                None => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            }
        }
        Poll::Ready(Ok(()))
    }

    fn reset(&mut self, reason: Reason) {
        match &mut self.body {
            Some(body) => body.send_reset(reason),
            None => self.respond.send_reset(reason),
        }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").finish_non_exhaustive()
    }
}

fn broken(error: h2::Error) -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, error)
}
