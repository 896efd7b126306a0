//! Phases 3 and 4: send the request and await the reply's head; then pass the reply on, while the
//! rest of the request's body may still be on its way.

use super::admit::Line;
use super::client::{Break, Client};
use super::failure::Failure;
use super::flow::Flow;
use super::receive::Request;
use crate::balance::Attempt;
use crate::http::Body;
use crate::http::head::{self, Framing, Malformed, ReplyWriting, Upgrade, Version, reply};
use crate::socket::{Buffer, Socket};
use crate::upstream::Ticket;
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// More interim replies than this before the final one are an error of the worker.
const INTERIM_MAX: u32 = 32;

/// One request on one connection to a worker.
pub struct Exchange<'a> {
    client: &'a mut Client,
    request: &'a mut Request,
    /// The connection to the worker.
    socket: Socket,
    /// What the worker sent and was not yet passed on.
    input: Buffer,
    /// The request's place at the worker.
    pub ticket: Ticket,
    /// Bytes of the request's head and body that were sent.
    pub sent: u64,
    /// The connection to the worker carried other requests before.
    pub reused: bool,
    head_sent: usize,
    /// The worker takes no more bytes of the request; its reply may be there all the same.
    deaf: bool,
    /// Bytes for the client: reply heads.
    back: Buffer,
    interims: u32,
}

/// A reply whose head was read and written to `back`.
#[derive(Debug)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Flow,
    /// The worker's connection can be used again afterwards.
    pub worker_keeps: bool,
    /// How long the worker keeps it.
    pub idle_timeout: Option<Duration>,
    /// The client's connection stays open afterwards.
    pub client_keeps: bool,
    /// Only the close tells the client where the body ends.
    pub ends_by_close: bool,
}

/// Why a reply was not passed on to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Torn {
    /// The client has gone, was too slow, or sent a malformed body.
    ByClient,
    /// The worker closed early or sent malformed chunks.
    ByWorker,
}

impl<'a> Exchange<'a> {
    pub fn new(client: &'a mut Client, request: &'a mut Request, line: Line) -> Self {
        let buffer = || Buffer::new(&client.thread.buffers);
        request.body.rewind();
        Exchange {
            input: buffer(),
            back: buffer(),
            socket: line.socket,
            ticket: line.ticket,
            reused: line.reused,
            client,
            request,
            sent: 0,
            head_sent: 0,
            deaf: false,
            interims: 0,
        }
    }

    /// What `balance` needs to know of this try, which ended in `failure`; it was the request's
    /// `sends`-th that sent something.
    pub fn attempt(&self, failure: &Failure, sends: u32) -> Attempt {
        Attempt {
            method: self.request.facts.method,
            sent: self.sent > 0,
            sends,
            held: self.sent == 0 || self.request.body.can_rewind(),
            answered: self.interims > 0,
            by_client: failure.is_by_client(),
            timed_out: matches!(failure, Failure::ReplyTimeout(_) | Failure::NotRead(_)),
        }
    }

    /// The worker took the connection and closed it at once: leave it alone for a moment.
    pub fn worker_refused(&self) {
        self.ticket.worker().refused(self.client.thread.timer.now_ms());
    }

    /// Time since the request's head was complete.
    pub fn took(&self) -> Duration {
        self.request.took(&self.client.thread)
    }

    /// The protocol that the request asked for.
    pub fn upgrade(&self) -> Option<Upgrade> {
        self.request.upgrade
    }

    /// True if the client can begin another request: this one was read to its end.
    pub fn is_request_read(&self) -> bool {
        self.request.body.is_sent()
    }

    /// Keep the connection to the worker for another request if both messages were whole.
    pub fn keep(self, reply: &Reply) {
        let clean = self.input.is_empty() && !self.deaf && self.request.body.is_sent();
        if reply.worker_keeps && clean {
            let now = self.client.thread.timer.now_ms();
            self.ticket.worker().keep(self.socket, now, reply.idle_timeout);
        }
    }

    /// Phase 3: until the head of the final reply.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn until_reply(&mut self) -> Result<Reply, Failure> {
        self.await_progress();
        poll_fn(|cx| self.poll_reply(cx)).await
    }

    /// Phase 4: until the end of the reply.
    ///
    /// # Errors
    /// See [`Torn`].
    pub async fn deliver(&mut self, reply: &mut Reply) -> Result<(), Torn> {
        self.client.alarm.clear();
        poll_fn(|cx| self.poll_deliver(cx, reply)).await
    }

    fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply, Failure>> {
        let before = self.sent;
        let waits_for_client = match self.poll_send(cx) {
            Poll::Ready(done) => {
                done?;
                false
            }
            Poll::Pending => self.request.body.ready(&self.client.input).is_empty(),
        };
        if self.sent != before {
            self.await_progress();
        }
        self.poll_back(cx)?;
        if let Poll::Ready(reply) = self.poll_head(cx) {
            return Poll::Ready(reply);
        }
        self.release_idle();
        let intake = Some(self.ticket.worker().intake());
        match ready!(self.client.poll_break(cx, intake, !waits_for_client)) {
            Break::Late => Poll::Ready(Err(self.late(waits_for_client))),
            Break::Gone | Break::Cut => Poll::Ready(Err(Failure::Gone)),
        }
    }

    /// The deadline of whatever phase 3 waits for now.
    fn await_progress(&self) {
        let limits = &self.client.thread.plan().limits;
        let limit = if self.is_sent() { limits.reply_timeout } else { limits.stall_timeout };
        self.client.alarm.set(limit);
    }

    fn late(&self, waits_for_client: bool) -> Failure {
        let limits = &self.client.thread.plan().limits;
        match (self.is_sent(), waits_for_client) {
            (true, _) => Failure::ReplyTimeout(limits.reply_timeout),
            // The client waits with its body for a 100 of the worker.
            (false, true) if self.request.expects_continue && self.interims == 0 => {
                Failure::NotRead(limits.stall_timeout)
            }
            (false, true) => Failure::BodyTimeout(limits.stall_timeout),
            (false, false) => Failure::NotRead(limits.stall_timeout),
        }
    }

    fn is_sent(&self) -> bool {
        self.deaf || (self.head_sent == self.request.head.len() && self.request.body.is_sent())
    }

    /// Send what there is of the request. Ready when all was sent or the worker takes no more.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        loop {
            if self.is_sent() {
                return Poll::Ready(Ok(()));
            }
            self.request.body.check(&mut self.client.input)?;
            let head = self.request.head.from(self.head_sent);
            let body = self.request.body.ready(&self.client.input);
            if head.is_empty() && body.is_empty() {
                if ready!(self.client.poll_read(cx)).unwrap_or(0) == 0 {
                    return Poll::Ready(Err(Failure::Gone));
                }
                continue;
            }
            let head_len = head.len();
            match ready!(self.socket.poll_write(cx, head, body)) {
                Ok(written) => {
                    self.sent += written as u64;
                    self.head_sent += written.min(head_len);
                    let of_body = written.saturating_sub(head_len);
                    self.request.body.sent(of_body, &mut self.client.input);
                }
                // It closed. It may have answered first, so its reply is looked for before
                // anything else is concluded.
                Err(_) => self.deaf = true,
            }
        }
    }

    /// Write interim replies to the client.
    fn poll_back(&mut self, cx: &mut Context<'_>) -> Result<(), Failure> {
        while !self.back.is_empty() {
            match self.client.poll_write(cx, self.back.bytes(), &[]) {
                Poll::Ready(Ok(written)) => self.back.consume(written),
                Poll::Ready(Err(_)) => return Err(Failure::Gone),
                Poll::Pending => break,
            }
        }
        Ok(())
    }

    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply, Failure>> {
        loop {
            while !self.input.is_empty() {
                match self.take_head()? {
                    Head::Final(reply) => return Poll::Ready(Ok(reply)),
                    Head::Interim => self.poll_back(cx)?,
                    Head::Partial => break,
                }
            }
            if ready!(self.socket.poll_read(cx, &mut self.input)).unwrap_or(0) == 0 {
                return Poll::Ready(Err(Failure::Cut));
            }
        }
    }

    fn take_head(&mut self) -> Result<Head, Failure> {
        let facts = self.request.facts;
        let mut scratch = head::scratch();
        let bytes = self.input.bytes();
        let head = reply::read(bytes, facts.method, self.request.upgrade, &mut scratch)?;
        let Some(head) = head else { return Ok(Head::Partial) };
        let len = head.len;
        let thread = &self.client.thread;
        let mut how =
            ReplyWriting { version: facts.version, keep_alive: true, server_timing: None };
        if head.is_interim() {
            self.interims += 1;
            if self.interims > INTERIM_MAX {
                return Err(Malformed::TooLarge.into());
            }
            // HTTP/1.0 knows no interim replies (RFC 9110 section 15.2).
            if facts.version == Version::New {
                self.back.append(|out| head.write(&how, out));
            }
            self.input.consume(len);
            return Ok(Head::Interim);
        }
        // A client whose request is not read to its end cannot begin another.
        let decode = head.framing == Framing::Chunked && facts.version == Version::Old;
        let ends_by_close = decode || head.framing == Framing::UntilClose;
        let again = facts.keep_alive && self.request.body.is_read() && !ends_by_close;
        how.keep_alive = head.status == 101 || again && !thread.is_draining();
        how.server_timing = thread.plan().server_timing.then(|| self.request.took(thread));
        self.back.append(|out| head.write(&how, out));
        // A reply is never too large: the limit is of requests.
        let body =
            Flow::new(Body::new(head.framing, u64::MAX).map_err(|_| Malformed::Framing)?, false);
        let reply = Reply {
            status: head.status,
            body: if decode { body.decoded() } else { body },
            worker_keeps: head.keep_alive,
            idle_timeout: head.idle_timeout,
            client_keeps: how.keep_alive,
            ends_by_close,
        };
        self.input.consume(len);
        // From here on nothing is sent again.
        self.request.head.consume(self.head_sent);
        self.head_sent = 0;
        self.request.body.let_go(&mut self.client.input);
        Ok(Head::Final(reply))
    }

    fn poll_deliver(&mut self, cx: &mut Context<'_>, reply: &mut Reply) -> Poll<Result<(), Torn>> {
        let before = self.sent;
        // A failure of the request's body ends the reply as well: what the worker makes of half a
        // body is nothing to rely on.
        let sending = self.poll_send(cx).map_err(|_| Torn::ByClient)?.is_pending();
        let (progress, blocked) = match self.poll_pass(cx, reply)? {
            Pass::Done => return Poll::Ready(Ok(())),
            Pass::AwaitsWorker { progress } => (progress, false),
            Pass::AwaitsClient { progress } => (progress, true),
        };
        self.release_idle();
        let limits = &self.client.thread.plan().limits;
        match (blocked || sending, progress || self.sent != before) {
            (true, true) => self.client.alarm.set(limits.stall_timeout),
            (true, false) => self.client.alarm.set_if_clear(limits.stall_timeout),
            // A worker may be silent for as long as it likes: that is what event streams do.
            (false, _) => self.client.alarm.clear(),
        }
        let intake = Some(self.ticket.worker().intake());
        let reads_client = sending && self.request.body.ready(&self.client.input).is_empty();
        match ready!(self.client.poll_break(cx, intake, !reads_client)) {
            Break::Cut => Poll::Ready(Err(Torn::ByWorker)),
            Break::Gone | Break::Late => Poll::Ready(Err(Torn::ByClient)),
        }
    }

    /// Pass on what there is of the reply, head and body together.
    fn poll_pass(&mut self, cx: &mut Context<'_>, reply: &mut Reply) -> Result<Pass, Torn> {
        let mut progress = false;
        loop {
            reply.body.check(&mut self.input).map_err(|_| Torn::ByWorker)?;
            let (head, body) = (self.back.bytes(), reply.body.ready(&self.input));
            if head.is_empty() && body.is_empty() {
                if reply.body.is_read() {
                    return Ok(Pass::Done);
                }
                match self.socket.poll_read(cx, &mut self.input) {
                    Poll::Ready(Ok(read)) if read > 0 => {}
                    Poll::Ready(end) => reply.ended(end).map_err(|_| Torn::ByWorker)?,
                    Poll::Pending => return Ok(Pass::AwaitsWorker { progress }),
                }
                continue;
            }
            let head_len = head.len();
            match self.client.poll_write(cx, head, body) {
                Poll::Ready(Ok(written)) => {
                    progress = true;
                    self.back.consume(written.min(head_len));
                    reply.body.sent(written.saturating_sub(head_len), &mut self.input);
                }
                Poll::Ready(Err(_)) => return Err(Torn::ByClient),
                Poll::Pending => return Ok(Pass::AwaitsClient { progress }),
            }
        }
    }

    /// While waiting, hold no buffer that is empty: a stream may be silent for hours.
    fn release_idle(&mut self) {
        self.input.release();
        self.back.release();
        self.client.input.release();
        self.request.head.release();
    }

    /// Write what is left of a 101's head, and hand out what the tunnel needs.
    ///
    /// # Errors
    /// [`Torn::ByClient`].
    pub async fn into_tunnel(self) -> Result<(Socket, Buffer, Ticket), Torn> {
        self.client.write_all(self.back.bytes()).await.map_err(|_| Torn::ByClient)?;
        Ok((self.socket, self.input, self.ticket))
    }
}

impl Reply {
    fn ended(&mut self, end: io::Result<usize>) -> Result<(), Torn> {
        end.map_err(|_| Torn::ByWorker)?;
        self.body.close().map_err(|_| Torn::ByWorker)
    }
}

enum Head {
    Final(Reply),
    Interim,
    Partial,
}

enum Pass {
    Done,
    AwaitsWorker { progress: bool },
    AwaitsClient { progress: bool },
}
