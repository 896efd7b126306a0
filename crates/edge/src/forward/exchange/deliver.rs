//! Phase 4: pass the reply on, while the rest of the request's body may still be on its way.

use super::{Exchange, Pass, Reply, Torn};
use crate::forward::client::{Break, COPIED_BYTES_MAX};
use crate::forward::flow::Copied;
use crate::socket::{Buffer, Transport};
use crate::upstream::Ticket;
use base::clock;
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, ready};

impl Exchange<'_> {
    /// Until the end of the reply.
    ///
    /// # Errors
    /// See [`Torn`].
    pub async fn deliver(&mut self, reply: &mut Reply) -> Result<(), Torn> {
        self.client.alarm.clear();
        let end = poll_fn(|cx| self.poll_deliver(cx, reply)).await;
        if self.abandoned { Err(Torn::ByClient) } else { end }
    }

    fn poll_deliver(&mut self, cx: &mut Context<'_>, reply: &mut Reply) -> Poll<Result<(), Torn>> {
        let before = self.sent;
        // A failure of the request's body ends the reply as well: what the worker makes of half a
        // body is nothing to rely on.
        let sending = self.poll_send(cx).map_err(|_| Torn::ByClient)?.is_pending();
        let (passed, blocked) = match self.poll_pass(cx, reply)? {
            Pass::Done => return Poll::Ready(Ok(())),
            Pass::AwaitsWorker { passed } => (passed, false),
            Pass::AwaitsClient { passed } => (passed, true),
        };
        self.ticket.delivers();
        self.release_idle();
        let moved = passed > 0 || self.sent != before;
        self.watch_taking(blocked, passed);
        let patience = if blocked {
            self.patience(&self.takes)
        } else {
            self.client.thread.plan().limits.stall_timeout
        };
        if self.abandoned && !self.is_awaited() {
            return Poll::Ready(Err(Torn::ByClient));
        }
        match (blocked || sending, moved) {
            // Nobody would ever go away: the rest has as long as a reply may take to begin.
            _ if self.is_detached() => {
                let limit = self.client.thread.plan().limits.reply_timeout;
                self.client.alarm.set_if_clear(limit);
            }
            (true, true) => self.client.alarm.set(patience),
            (true, false) => self.client.alarm.set_if_clear(patience),
            // A worker may be silent for as long as it likes: that is what event streams do.
            (false, _) => self.client.alarm.clear(),
        }
        let intake = Some(self.ticket.worker().intake());
        let reads_client = self.reads_client();
        match ready!(self.client.poll_break(cx, intake, !reads_client)) {
            Break::Late if !(blocked || reads_client) => Poll::Ready(Err(Torn::ByWorker)),
            Break::Late | Break::Gone if self.abandon() => self.poll_deliver(cx, reply),
            Break::Late | Break::Gone => Poll::Ready(Err(Torn::ByClient)),
            Break::Cut => Poll::Ready(Err(Torn::ByWorker)),
        }
    }

    /// `passed` bytes of the reply went to the client: was it waited for, and is it now?
    fn watch_taking(&mut self, blocked: bool, passed: u64) {
        let now = self.client.thread.timer.now_ms();
        if passed > 0 || !blocked {
            self.takes.moved(passed, now);
        }
        if blocked {
            self.takes.waits(now);
        }
    }

    /// Pass on what there is of the reply, head and body together.
    fn poll_pass(&mut self, cx: &mut Context<'_>, reply: &mut Reply) -> Result<Pass, Torn> {
        if let Some(mut encoding) = reply.encoding.take() {
            let pass = self.poll_encoded(cx, reply, &mut encoding);
            reply.encoding = Some(encoding);
            return pass;
        }
        let mut passed = 0;
        loop {
            reply.body.check(&mut self.input).map_err(|_| Torn::ByWorker)?;
            self.keep_copy(reply);
            let (head, body) = (self.back.bytes(), reply.body.ready(&self.input));
            if head.is_empty() && body.is_empty() {
                if reply.body.is_read() {
                    return Ok(Pass::Done);
                }
                match self.poll_worker(cx) {
                    Poll::Ready(Ok(read)) if read > 0 => {}
                    Poll::Ready(end) => reply.ended(end).map_err(|_| Torn::ByWorker)?,
                    Poll::Pending => return Ok(Pass::AwaitsWorker { passed }),
                }
                continue;
            }
            if !head.is_empty() && (1..=COPIED_BYTES_MAX).contains(&body.len()) {
                self.back.append(|out| out.extend_from_slice(body));
                let len = body.len();
                self.request.entry.sent(len as u64);
                reply.body.sent(len, &mut self.input);
                continue;
            }
            let head_len = head.len();
            match self.client.poll_write(cx, head, body) {
                Poll::Ready(Ok(written)) => {
                    passed += written as u64;
                    self.back.consume(written.min(head_len));
                    let of_body = written.saturating_sub(head_len);
                    self.request.entry.sent(of_body as u64);
                    reply.body.sent(of_body, &mut self.input);
                }
                Poll::Ready(Err(_)) if self.abandon() => {}
                Poll::Ready(Err(_)) => return Err(Torn::ByClient),
                Poll::Pending => return Ok(Pass::AwaitsClient { passed }),
            }
        }
    }

    /// Hand the reply to the cache once it is whole, or let those who wait for it go.
    pub(super) fn keep_copy(&mut self, reply: &mut Reply) {
        if let Some(errand) = &mut self.request.errand
            && let Some(rule) = &self.request.handling.cache
        {
            match reply.body.copied() {
                Copied::Nothing => {}
                Copied::Whole(body) => errand.complete(rule, body, clock::wall_ms()),
                Copied::TooLarge => errand.passed(clock::wall_ms()),
            }
        }
    }

    /// Write what is left of heads, such as a 101's.
    ///
    /// # Errors
    /// [`Torn::ByClient`].
    pub async fn send_head(&mut self) -> Result<(), Torn> {
        self.client.write_all(self.back.bytes()).await.map_err(|_| Torn::ByClient)
    }

    /// Hand out what a tunnel needs.
    pub fn into_parts(self) -> (Transport, Buffer, Ticket) {
        (self.socket, self.input, self.ticket)
    }
}

impl Reply {
    /// The worker has closed.
    pub(super) fn ended(&mut self, end: io::Result<usize>) -> Result<(), Torn> {
        end.map_err(|_| Torn::ByWorker)?;
        self.body.close().map_err(|_| Torn::ByWorker)
    }
}
