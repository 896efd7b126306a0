//! Phase 3: send the request and await the head of its reply.

use super::encoding::{self, Coded};
use super::{Exchange, Reply};
use crate::cache::flow::{Known, Says, Taken};
use crate::forward::cached;
use crate::forward::client::{Break, Client};
use crate::forward::failure::Failure;
use crate::forward::flow::Flow;
use crate::forward::receive::{Facts, Request};
use crate::http::head::{self, Framing, Malformed, ReplyHead, ReplyWriting, Version, reply};
use crate::http::{Body, Refusal};
use model::Endpoint;
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, ready};

/// More interim replies than this before the final one are an error of the worker.
const INTERIM_MAX: u32 = 32;

/// What Node reads at once from a socket, in bytes.
const WHOLE_READ_BYTES: u64 = 64 * 1024;

/// What of a reply's head is in the buffer.
enum Head {
    Final(Reply),
    Interim,
    Partial,
}

impl Exchange<'_> {
    /// Until the head of the final reply.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn until_reply(&mut self) -> Result<Reply, Failure> {
        self.await_progress();
        poll_fn(|cx| self.poll_reply(cx)).await
    }

    fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply, Failure>> {
        let before = self.sent;
        let sent = self.poll_send(cx);
        let changed = self.watch_sending(self.sent - before);
        if let Poll::Ready(Err(failure)) = sent {
            return Poll::Ready(Err(failure));
        }
        if changed {
            self.await_progress();
        }
        self.poll_back(cx)?;
        if let Poll::Ready(reply) = self.poll_head(cx) {
            return Poll::Ready(reply);
        }
        self.release_idle();
        // A worker that is being killed will close its socket: how it does tells whether it had
        // read the request, and so whether another may have it.
        match ready!(self.client.poll_break(cx, None, !self.reads_client())) {
            Break::Late => Poll::Ready(Err(self.late())),
            Break::Gone if self.abandon() => self.poll_reply(cx),
            Break::Gone | Break::Cut => Poll::Ready(Err(Failure::Gone)),
        }
    }

    /// The deadline of whatever phase 3 waits for now.
    fn await_progress(&self) {
        let limits = &self.client.thread.plan().limits;
        let limit = match (self.is_sent(), self.reads_client()) {
            (true, _) => limits.reply_timeout,
            (false, true) => self.patience(&self.sends),
            (false, false) => limits.stall_timeout,
        };
        self.client.alarm.set(limit);
    }

    fn late(&self) -> Failure {
        let limits = &self.client.thread.plan().limits;
        match (self.is_sent(), self.reads_client()) {
            (true, _) => Failure::ReplyTimeout(limits.reply_timeout),
            // The client waits with its body for a 100 of the worker.
            (false, true) if self.request.expects_continue && self.interims == 0 => {
                Failure::NotRead(limits.stall_timeout)
            }
            (false, true) => Failure::BodyTimeout(limits.stall_timeout),
            (false, false) => Failure::NotRead(limits.stall_timeout),
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
            match ready!(self.poll_worker(cx)) {
                Ok(read) if read > 0 => {}
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                    // HTTP/2 is stricter about hosts.
                    return Poll::Ready(Err(Refusal::Host.into()));
                }
                end => {
                    self.unread = end.is_err_and(|error| self.proves_unread(&error));
                    return Poll::Ready(Err(Failure::Cut));
                }
            }
        }
    }

    /// A stream that is refused was not looked at, says HTTP/2; neither was one after a GOAWAY.
    ///
    /// A unix socket is reset, not ended, when its reader closes it or dies with bytes unread. Who
    /// listens on one is Node, which reads up to 64 KiB at once: if all was sent in one write of
    /// no more than that, it was read as a whole or not at all.
    fn proves_unread(&self, error: &io::Error) -> bool {
        if error.kind() == io::ErrorKind::ConnectionRefused {
            return true;
        }
        error.kind() == io::ErrorKind::ConnectionReset
            && matches!(self.ticket.worker().endpoint(), Endpoint::Unix(_))
            && self.writes == 1
            && self.sent <= WHOLE_READ_BYTES
            && self.input.is_empty()
            && self.interims == 0
    }

    fn take_head(&mut self) -> Result<Head, Failure> {
        let (method, version) = (self.request.facts.method, self.request.facts.version);
        let mut scratch = head::scratch();
        let head = reply::read(self.input.bytes(), method, self.request.upgrade, &mut scratch)?;
        let Some(mut head) = head else { return Ok(Head::Partial) };
        let len = head.len;
        if head.is_interim() {
            self.interims += 1;
            if self.interims > INTERIM_MAX {
                return Err(Malformed::TooLarge.into());
            }
            // HTTP/1.0 knows no interim replies (RFC 9110 section 15.2).
            if version == Version::New {
                let how = ReplyWriting {
                    version,
                    keep_alive: true,
                    server_timing: None,
                    set_cookie: None,
                    lines: b"",
                };
                self.back.append(|out| head.write(&how, out));
            }
            self.input.consume(len);
            return Ok(Head::Interim);
        }
        let cookie = self.ticket.set_cookie(self.request.wish.as_deref());
        let lines = self.request.dress.lines.len();
        let mut reply = Reply::new(&head)?;
        reply.instead = ask_cache(self.client, self.request, &head, &mut reply.body);
        let mut coded = Coded::Not;
        if !reply.instead {
            self.request.dress.reply(&mut head);
            let behind = self.input.from(len);
            coded = encoding::decide(self.request, &mut head, behind, &self.client.thread);
        }
        self.judge(&head, &coded, &mut reply);
        let owed = self.back.len();
        if !reply.instead {
            let thread = &self.client.thread;
            let how = ReplyWriting {
                version,
                keep_alive: reply.client_keeps,
                server_timing: thread.plan().server_timing.then(|| self.took()),
                set_cookie: cookie.as_deref(),
                lines: &self.request.dress.lines,
            };
            self.back.append(|out| head.write(&how, out));
        }
        self.input.consume(len);
        if self.request.entry.is_open() && !reply.instead {
            let now = self.client.thread.timer.read();
            self.request.entry.replied(reply.status, now);
        }
        // What is there of the body is looked at before the head is passed on: this is the last
        // moment at which the request can be given to another worker.
        if reply.body.check(&mut self.input).is_err() {
            // What is left in there then is of interim replies.
            self.back.rewrite(owed, &[]);
            self.request.dress.lines.truncate(lines);
            return Err(Malformed::Chunks.into());
        }
        match coded {
            Coded::Not => {}
            Coded::Whole(made) => {
                reply.body.discard(&mut self.input);
                self.request.entry.sent(made.len() as u64);
                self.back.reserve(made.len());
                self.back.extend(&made);
            }
            Coded::Stream(encoding) => reply.encoding = Some(encoding),
        }
        self.request.head.consume(self.head_sent);
        self.head_sent = 0;
        self.request.body.let_go(&mut self.client.input);
        Ok(Head::Final(reply))
    }

    /// What a final reply's head means for the client's connection, and for how the body is read.
    fn judge(&self, head: &ReplyHead<'_, '_>, coded: &Coded, reply: &mut Reply) {
        let Facts { version, keep_alive, .. } = self.request.facts;
        let old = head.outer() == Framing::Chunked && version == Version::Old;
        reply.ends_by_close = old || head.outer() == Framing::UntilClose;
        // A client whose request is not read to its end cannot begin another.
        let again = keep_alive && self.request.body.is_read() && !reply.ends_by_close;
        let draining = self.client.thread.is_draining();
        reply.client_keeps = head.status == 101 || again && !draining;
        let content_only = old || matches!(coded, Coded::Stream(_));
        if content_only && head.framing == Framing::Chunked {
            reply.body.decode();
        }
    }
}

impl Reply {
    /// What a final reply's head means for the worker's connection.
    fn new(head: &ReplyHead<'_, '_>) -> Result<Reply, Failure> {
        // A reply is never too large: the limit is of requests.
        let body = Body::new(head.framing, u64::MAX).map_err(|_| Malformed::Framing)?;
        Ok(Reply {
            status: head.status,
            body: Flow::new(body, false),
            worker_keeps: head.keep_alive,
            idle_timeout: head.idle_timeout,
            client_keeps: false,
            ends_by_close: false,
            instead: false,
            encoding: None,
        })
    }
}

/// Tell the cache of a final reply's head. True if the client gets what the cache has instead.
fn ask_cache(
    client: &Client,
    request: &mut Request,
    head: &ReplyHead<'_, '_>,
    body: &mut Flow,
) -> bool {
    let Request { errand, handling, dress, facts, head: asked, .. } = request;
    let (Some(errand), Some(rule)) = (errand, &handling.cache) else { return false };
    // A page with a nonce in it is for one client, and for once.
    let never = dress.has_nonce();
    let known = Known { never, ..cached::known(client, facts, asked) };
    match errand.replied(rule, &known, head, &mut dress.lines) {
        Says::Pass => false,
        Says::Instead => true,
        Says::Copy(bytes_max) => {
            let expected = match head.framing {
                Framing::Length(length) => length,
                _ => 0,
            };
            let bytes = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
            let room = Taken::none(&rule.fills.room);
            body.copy(bytes(bytes_max), bytes(expected), room);
            false
        }
    }
}
