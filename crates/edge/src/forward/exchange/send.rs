//! An exchange from its start, and sending its request, which may last until the reply's end.

use super::{Exchange, Reply, Torn};
use crate::access::Entry;
use crate::balance::Attempt;
use crate::forward::admit::Line;
use crate::forward::client::Client;
use crate::forward::failure::Failure;
use crate::forward::pace::Pace;
use crate::forward::receive::Request;
use crate::handling::Handling;
use crate::http::head::Upgrade;
use crate::limit::Held;
use crate::socket::{Buffer, Transport};
use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, ready};
use std::time::Duration;

impl<'a> Exchange<'a> {
    /// Nothing is sent yet.
    pub fn new(client: &'a mut Client, request: &'a mut Request, line: Line) -> Self {
        let buffer = || Buffer::new(&client.thread.buffers);
        request.body.rewind();
        Exchange {
            // A connection's streams are many, and each frame of theirs is small.
            input: buffer().modest(matches!(client.transport, Transport::Stream(_))),
            back: buffer(),
            socket: line.socket,
            ticket: line.ticket,
            reused: line.reused,
            client,
            request,
            sent: 0,
            writes: 0,
            unread: false,
            head_sent: 0,
            deaf: false,
            interims: 0,
            read_ms: 0,
            sends: Pace::default(),
            takes: Pace::default(),
            abandoned: false,
        }
    }

    /// True if the worker may have seen some of the request.
    pub fn is_seen(&self) -> bool {
        self.has_begun() && !self.unread
    }

    fn has_begun(&self) -> bool {
        self.sent > 0 || self.socket.has_begun()
    }

    /// Part of an interim reply may have gone to the client: nothing else can follow it.
    pub fn owes_client(&self) -> bool {
        !self.back.is_empty()
    }

    /// The worker did not answer in time: perhaps the connection leads nowhere any more.
    pub fn forget_link(&self) {
        self.ticket.worker().set_link(None);
    }

    /// What `balance` needs to know of this try, which ended in `failure`; it was the request's
    /// `sends`-th that sent something.
    pub fn attempt(&self, failure: &Failure, sends: u32) -> Attempt {
        let late = matches!(failure, Failure::ReplyTimeout(_) | Failure::NotRead(_));
        let stuck = self.ticket.worker().load().stuck.load(Relaxed);
        Attempt {
            method: self.request.facts.method,
            sent: self.is_seen(),
            sends,
            held: !self.has_begun() || self.request.body.can_rewind(),
            answered: self.interims > 0,
            by_client: failure.is_by_client(),
            timed_out: late || (stuck && self.is_seen()),
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

    /// True if the worker got the whole request at once: from then on it is its own time.
    pub fn is_prompt(&self) -> bool {
        self.writes == 1 && self.request.body.is_sent()
    }

    /// The protocol that the request asked for.
    pub fn upgrade(&self) -> Option<Upgrade> {
        self.request.upgrade
    }

    /// How its route has it handled.
    pub fn handling(&self) -> &Handling {
        &self.request.handling
    }

    /// By which listener its client came.
    pub fn listener(&self) -> u8 {
        self.client.remote.listener
    }

    /// What it holds of limits, which somebody else goes on with.
    pub fn take_held(&mut self) -> Held {
        std::mem::take(&mut self.request.dress.held)
    }

    /// The edge asks for itself.
    pub fn is_own(&self) -> bool {
        self.request.is_own
    }

    /// The client has gone. True if the reply is wanted all the same, by others: it goes on without
    /// the client.
    pub(super) fn abandon(&mut self) -> bool {
        if !self.is_awaited() || self.abandoned {
            return false;
        }
        self.abandoned = true;
        self.client.transport = Transport::Nobody;
        self.client.alarm.set(self.client.thread.plan().limits.reply_timeout);
        true
    }

    /// Others than the client wait for the reply.
    pub(super) fn is_awaited(&self) -> bool {
        self.request.errand.as_ref().is_some_and(|errand| errand.is_awaited())
    }

    /// No client takes the reply.
    pub(super) fn is_detached(&self) -> bool {
        self.abandoned || self.request.is_own
    }

    /// Its line in the access log, which somebody else goes on with.
    pub fn take_entry(&mut self) -> Entry {
        std::mem::take(&mut self.request.entry)
    }

    /// Tell the access log how it ended.
    pub fn log(&mut self, took: Duration, end: &Result<(), Torn>) {
        let entry = &mut self.request.entry;
        match end {
            Ok(()) => {}
            Err(Torn::ByClient) => entry.torn("torn_by_client"),
            Err(Torn::ByWorker) => entry.torn("torn_by_worker"),
        }
        entry.unsent(self.back.len() as u64);
        entry.over(took);
    }

    /// True if the client can begin another request: this one was read to its end.
    pub fn is_request_read(&self) -> bool {
        self.request.body.is_sent()
    }

    /// Keep the connection to the worker for another request if both messages were whole.
    pub fn keep(self, reply: &Reply) {
        let clean = self.input.is_empty() && !self.deaf && self.request.body.is_sent();
        let shared = matches!(self.socket, Transport::Question(_));
        if reply.worker_keeps && clean && !shared {
            self.ticket.worker().keep(self.socket, self.read_ms, reply.idle_timeout);
        }
    }

    pub(super) fn is_sent(&self) -> bool {
        self.deaf || (self.head_sent == self.request.head.len() && self.request.body.is_sent())
    }

    /// Send what there is of the request. Ready when all was sent or the worker takes no more.
    pub(super) fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
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
                    self.writes += 1;
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

    /// True while the rest of the request is awaited from the client, so that its going away is
    /// noticed by reading.
    pub(super) fn reads_client(&self) -> bool {
        !self.is_sent()
            && self.head_sent == self.request.head.len()
            && self.request.body.ready(&self.client.input).is_empty()
    }

    /// `bytes` more of the request were sent: was it the client that was waited for, and is it now?
    /// True if something has changed.
    pub(super) fn watch_sending(&mut self, bytes: u64) -> bool {
        let now = self.client.thread.timer.now_ms();
        let (waited, waits) = (self.sends.is_waiting(), self.reads_client());
        if bytes > 0 || (waited && !waits) {
            self.sends.moved(bytes, now);
        }
        if waits {
            self.sends.waits(now);
        }
        bytes > 0 || waits != waited
    }

    /// How long the client may be waited for: until it stalls, or falls behind the least pace.
    pub(super) fn patience(&self, pace: &Pace) -> Duration {
        let limits = &self.client.thread.plan().limits;
        let left = pace.left_ms(limits.client_rate_min, self.client.thread.timer.now_ms());
        limits.stall_timeout.min(Duration::from_millis(left))
    }

    /// Read more of what the worker sends.
    pub(super) fn poll_worker(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.read_ms = self.client.thread.timer.now_ms();
        self.socket.poll_read(cx, &mut self.input)
    }

    /// While waiting, hold no buffer that is empty: a stream may be silent for hours.
    pub(super) fn release_idle(&mut self) {
        self.input.release();
        self.back.release();
        self.client.input.release();
        self.request.head.release();
    }
}
