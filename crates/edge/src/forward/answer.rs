//! One request from top to bottom.

use super::admit::{Tries, admit};
use super::client::Client;
use super::exchange::{Exchange, Reply, Torn};
use super::failure::Failure;
use super::receive::{self, Facts, Request};
use super::refuse::{Refused, refuse};
use crate::access::Entry;
use crate::balance::{Attempt, Verdict};
use crate::http::head::RequestId;
use crate::reply;
use crate::socket::Buffer;
use crate::thread::Thread;
use crate::upgrade::Tunnel;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// So many kept connections of no use are bad luck. After more, the worker is left alone for a moment,
/// and the request waits as for any other place.
const STALE_MAX: u32 = 4;

/// What comes after a request.
#[derive(Debug)]
pub enum Next {
    /// Another request on this connection.
    Request,
    /// Close.
    Close,
    /// Close, but first let the client end what it is still sending.
    Linger,
    /// Close: the client has gone, or cannot be told anything more.
    Drop,
    /// Close so that the client sees that the reply is not whole.
    Reset,
    /// No more HTTP here.
    Tunnel(Box<Tunnel>),
}

/// Answer the next request of a client.
pub async fn answer(client: &mut Client) -> Next {
    let failed = match receive(client).await {
        Ok(mut request) => match carry(client, &mut request).await {
            Ok(next) => return next,
            Err(failure) => request.given_up(client, failure),
        },
        Err(failed) => failed,
    };
    // The entry lives on until the reply is sent.
    match failed.refuse(client) {
        (Some(refused), _entry) => refused.send(client).await,
        (None, _) => Next::Drop,
    }
}

/// A request that no worker answered.
struct Unanswered {
    facts: Facts,
    entry: Entry,
    failure: Failure,
    /// The head as the worker would have got it; None if the client's is still in its input.
    head: Option<Buffer>,
}

impl Unanswered {
    fn refuse(mut self, client: &Client) -> (Option<Refused>, Entry) {
        let head = self.head.as_ref().unwrap_or(&client.input);
        let refused = refuse(client, head.bytes(), &self.facts, &self.failure, &mut self.entry);
        (refused, self.entry)
    }
}

async fn receive(client: &mut Client) -> Result<Request, Unanswered> {
    let (mut facts, mut entry) = (Facts::default(), Entry::default());
    match receive::request(client, &mut facts, &mut entry).await {
        Ok(request) => Ok(request),
        Err(failure) => {
            // Where this request ends is not known, so none can follow.
            facts.keep_alive = false;
            if facts.id.is_none() && !client.input.is_empty() {
                let id = facts.id.insert(RequestId::random(client.thread.chance()));
                entry = receive::unread(client, id.as_str());
            }
            Err(Unanswered { facts, entry, failure, head: None })
        }
    }
}

/// Give the request to a worker, and to another if the first fails and that does no harm; then
/// pass the reply on.
async fn carry(client: &mut Client, request: &mut Request) -> Result<Next, Failure> {
    let mut tries = Tries::default();
    request.app.budget().borrow_mut().earn(client.thread.timer.now_ms());
    loop {
        let line = admit(client, request, &mut tries).await?;
        request.entry.sent_to(line.ticket.worker().number());
        let mut exchange = Exchange::new(client, request, line);
        match exchange.until_reply().await {
            Ok(reply) if reply.status == 101 => {
                exchange.ticket.replied(101, None);
                return Ok(match tunnel(&mut exchange).await {
                    Ok(()) => tunnelled(exchange),
                    Err(_) => Next::Drop,
                });
            }
            Ok(mut reply) => {
                // A body that came bit by bit, or a wait for a worker, tells nothing of this one.
                let prompt = tries.is_direct() && exchange.is_prompt();
                exchange.ticket.replied(reply.status, prompt.then(|| exchange.took()));
                let end = exchange.deliver(&mut reply).await;
                return Ok(settle(exchange, &reply, end));
            }
            Err(failure) => {
                let attempt = blame(&exchange, &failure, &mut tries);
                let owes_client = exchange.owes_client();
                if !may_repeat(client, request, &attempt) {
                    return if owes_client { Ok(Next::Drop) } else { Err(failure) };
                }
            }
        }
    }
}

/// Count a try that failed against its worker.
fn blame(exchange: &Exchange<'_>, failure: &Failure, tries: &mut Tries) -> Attempt {
    let worker = exchange.ticket.worker();
    let seen = exchange.is_seen();
    // A worker may close an idle connection whenever it likes: that is no fault. Closing a new one
    // at once is.
    let hung_up = !seen && !exchange.reused;
    if !failure.is_by_client() && (seen || hung_up) {
        exchange.ticket.failed();
        tries.failed.push(worker.id());
        if *failure == Failure::Cut {
            worker.load().connect_failures.fetch_add(1, Relaxed);
        }
        if hung_up {
            exchange.worker_refused();
            tries.refused = true;
        }
    }
    if !seen && !hung_up && !failure.is_by_client() {
        tries.stale += 1;
        if tries.stale >= STALE_MAX {
            exchange.worker_refused();
            tries.refused = true;
        }
    }
    if matches!(failure, Failure::ReplyTimeout(_) | Failure::NotRead(_)) {
        exchange.forget_link();
    }
    tries.sends += u32::from(seen);
    exchange.attempt(failure, tries.sends)
}

fn may_repeat(client: &Client, request: &Request, attempt: &Attempt) -> bool {
    match attempt.verdict() {
        Verdict::Free => true,
        Verdict::Never => false,
        Verdict::IfBudget => {
            let now = client.thread.timer.now_ms();
            let enough = request.app.budget().borrow_mut().spend(now);
            if enough {
                request.app.meters().retries.add(1);
            }
            enough
        }
    }
}

/// The reply is through, or torn: count it, and decide what becomes of both connections.
fn settle(mut exchange: Exchange<'_>, reply: &Reply, end: Result<(), Torn>) -> Next {
    let took = exchange.took();
    let load = exchange.ticket.worker().load();
    load.requests.fetch_add(1, Relaxed);
    // A 5xx was counted when it came.
    if reply.status < 500 && end == Err(Torn::ByWorker) {
        exchange.ticket.failed();
    }
    load.latency.record(took);
    exchange.ticket.app().meters().answered(reply.status, took);
    exchange.log(took, &end);
    match end {
        Ok(()) => {
            let read = exchange.is_request_read();
            exchange.keep(reply);
            match (read, reply.client_keeps) {
                (true, true) => Next::Request,
                (true, false) => Next::Close,
                (false, _) => Next::Linger,
            }
        }
        // Without a length the client could take what it has for the whole.
        Err(Torn::ByWorker) if reply.ends_by_close => Next::Reset,
        Err(_) => Next::Drop,
    }
}

/// The worker switched protocols: count it, and hand both connections on.
async fn tunnel(exchange: &mut Exchange<'_>) -> Result<(), Torn> {
    let load = exchange.ticket.worker().load();
    load.requests.fetch_add(1, Relaxed);
    let took = exchange.took();
    exchange.ticket.app().meters().answered(101, took);
    exchange.send_head().await
}

fn tunnelled(mut exchange: Exchange<'_>) -> Next {
    let (upgrade, entry) = (exchange.upgrade(), exchange.take_entry());
    let (socket, input, ticket) = exchange.into_parts();
    let place = ticket.upgraded();
    Next::Tunnel(Box::new(Tunnel { socket, input, place, upgrade, entry }))
}

impl Request {
    /// Time since its head was complete.
    pub fn took(&self, thread: &Thread) -> Duration {
        thread.timer.read().saturating_duration_since(self.began)
    }

    /// Nobody will answer it: count that, let go of what is held, and see whether another request
    /// may follow.
    fn given_up(mut self, client: &mut Client, failure: Failure) -> Unanswered {
        if let Some(verdict) = reply::verdict(&failure) {
            self.app.meters().answered(verdict.status, self.took(&client.thread));
        }
        self.body.let_go(&mut client.input);
        let keep_alive = self.facts.keep_alive && self.body.is_sent();
        let facts = Facts { keep_alive, ..self.facts };
        Unanswered { facts, entry: self.entry, failure, head: Some(self.head) }
    }
}
