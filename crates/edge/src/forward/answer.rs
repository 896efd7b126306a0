//! One request from top to bottom.

use super::admit::{Tries, admit};
use super::cached;
use super::client::Client;
use super::exchange::{Exchange, Reply, Torn};
use super::failure::Failure;
use super::local;
use super::receive::{self, Begun, Request};
use super::refuse::{Refused, refuse};
use crate::access::Entry;
use crate::balance::{Attempt, Verdict};
use crate::handling::{Dress, Early};
use crate::http::head::RequestId;
use crate::reply;
use crate::socket::Buffer;
use crate::thread::Thread;
use crate::upgrade::Tunnel;
use crate::upstream::App;
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

/// A request that nobody answered.
struct Unanswered {
    begun: Begun,
    failure: Failure,
    /// The head as the worker would have got it; None if the client's is still in its input.
    head: Option<Buffer>,
}

impl Unanswered {
    fn refuse(mut self, client: &Client) -> (Option<Refused>, Entry) {
        let head = self.head.as_ref().unwrap_or(&client.input);
        let refused = refuse(client, head.bytes(), &mut self.begun, &self.failure);
        (refused, self.begun.entry)
    }
}

async fn receive(client: &mut Client) -> Result<Request, Unanswered> {
    let mut begun = Begun::default();
    match receive::request(client, &mut begun).await {
        Ok(request) => Ok(request),
        Err(failure) => {
            // Where this request ends is not known, so none can follow.
            begun.facts.keep_alive = false;
            if begun.facts.id.is_none() && !client.input.is_empty() {
                let id = begun.facts.id.insert(RequestId::random(client.thread.chance()));
                begun.entry = receive::unread(client, id.as_str());
            }
            Err(Unanswered { begun, failure, head: None })
        }
    }
}

/// Answer a request that was read.
pub async fn carry_own(client: &mut Client, request: &mut Request) {
    // Nobody is there to be told of a failure.
    let _ = carry(client, request).await;
}

/// Answer the request at once if its route's rules or the cache do; else give it to a worker, and to
/// another if the first fails and that does no harm; then pass the reply on.
async fn carry(client: &mut Client, request: &mut Request) -> Result<Next, Failure> {
    if request.dress.held.asks() {
        // Boxed, as below.
        Box::pin(ask_store(client, request)).await?;
    }
    let mut local = match request.early.take() {
        Some(Early::Refused(failure)) => return Err(failure),
        Some(Early::Reply(local)) => Some(local),
        None => None,
    };
    if request.errand.is_some() {
        // Boxed, so that the many connections that wait for no cache need no room for it.
        local = Box::pin(cached::before(client, request)).await?;
    }
    if local.is_none() {
        local = match fetch(client, request).await {
            Ok(Some(next)) => return Ok(next),
            Ok(None) => cached::instead(client, request),
            Err(failure) => Some(cached::stand_in(request, failure).ok_or(failure)?),
        };
    }
    match local {
        Some(local) => Ok(local::send(client, request, *local).await),
        None => Ok(Next::Drop),
    }
}

/// See what the store that machines share says of the limits.
async fn ask_store(client: &Client, request: &mut Request) -> Result<(), Failure> {
    let store = client.thread.plan().limit_store.clone();
    let Dress { held, lines, .. } = &mut request.dress;
    held.ask(store.as_deref(), lines).await
}

/// Until a worker has answered. None: the client gets something else, which the cache has.
async fn fetch(client: &mut Client, request: &mut Request) -> Result<Option<Next>, Failure> {
    let app = request.handling.app().cloned().ok_or(Failure::NoRoute)?;
    app.budget().borrow_mut().earn(client.thread.timer.now_ms());
    let mut tries = Tries::new(app);
    loop {
        let line = admit(client, request, &mut tries).await?;
        request.entry.sent_to(line.ticket.worker().number());
        let mut exchange = Exchange::new(client, request, line);
        match exchange.until_reply().await {
            Ok(reply) if reply.status == 101 => {
                exchange.ticket.replied(101, None);
                return Ok(Some(match tunnel(&mut exchange).await {
                    Ok(()) => tunnelled(exchange),
                    Err(_) => Next::Drop,
                }));
            }
            Ok(reply) if reply.instead => {
                exchange.ticket.replied(reply.status, None);
                // Interim replies that the client has not taken yet go first.
                if exchange.send_head().await.is_err() {
                    return Ok(Some(Next::Drop));
                }
                set_aside(exchange, &reply);
                return Ok(None);
            }
            Ok(mut reply) => {
                // A body that came bit by bit, or a wait for a worker, tells nothing of this one.
                let prompt = tries.is_direct() && exchange.is_prompt();
                exchange.ticket.replied(reply.status, prompt.then(|| exchange.took()));
                let end = exchange.deliver(&mut reply).await;
                return Ok(Some(settle(exchange, &reply, end)));
            }
            Err(failure) => {
                let attempt = blame(&exchange, &failure, &mut tries);
                let owes_client = exchange.owes_client();
                if !may_repeat(client, &tries.app, &attempt) {
                    return if owes_client { Ok(Some(Next::Drop)) } else { Err(failure) };
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

fn may_repeat(client: &Client, app: &App, attempt: &Attempt) -> bool {
    match attempt.verdict() {
        Verdict::Free => true,
        Verdict::Never => false,
        Verdict::IfBudget => {
            let now = client.thread.timer.now_ms();
            let enough = app.budget().borrow_mut().spend(now);
            if enough {
                app.meters().retries.add(1);
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
    let route = &exchange.handling().meters;
    route.passed(reply.status);
    if !exchange.is_own() {
        route.answered(reply.status, took, exchange.listener());
    }
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

/// The client gets another reply than this one: count it, and keep the worker's connection.
fn set_aside(exchange: Exchange<'_>, reply: &Reply) {
    let load = exchange.ticket.worker().load();
    load.requests.fetch_add(1, Relaxed);
    load.latency.record(exchange.took());
    exchange.handling().meters.passed(reply.status);
    if reply.body.is_read() {
        exchange.keep(reply);
    }
}

/// The worker switched protocols: count it, and hand both connections on.
async fn tunnel(exchange: &mut Exchange<'_>) -> Result<(), Torn> {
    let load = exchange.ticket.worker().load();
    load.requests.fetch_add(1, Relaxed);
    let took = exchange.took();
    exchange.ticket.app().meters().answered(101, took);
    let route = &exchange.handling().meters;
    route.passed(101);
    route.answered(101, took, exchange.listener());
    exchange.send_head().await
}

fn tunnelled(mut exchange: Exchange<'_>) -> Next {
    let (upgrade, entry) = (exchange.upgrade(), exchange.take_entry());
    let held = exchange.take_held();
    let (socket, input, ticket) = exchange.into_parts();
    let place = ticket.upgraded();
    Next::Tunnel(Box::new(Tunnel { socket, input, place, upgrade, held, entry }))
}

impl Request {
    /// Time since its head was complete.
    pub fn took(&self, thread: &Thread) -> Duration {
        thread.timer.read().saturating_duration_since(self.began)
    }

    /// It was answered with `status`, by whom else than a worker: count that, take what is there of its
    /// body away, and see whether another request may follow.
    pub fn closed(&mut self, client: &mut Client, status: u16) -> bool {
        let took = self.took(&client.thread);
        if let Some(app) = self.handling.app() {
            app.meters().answered(status, took);
        }
        if !self.is_own {
            self.handling.meters.answered(status, took, client.remote.listener);
        }
        self.body.discard(&mut client.input);
        self.facts.keep_alive && self.body.is_sent()
    }

    /// Nobody will answer it.
    fn given_up(mut self, client: &mut Client, failure: Failure) -> Unanswered {
        match reply::verdict(&failure) {
            Some(verdict) => self.facts.keep_alive = self.closed(client, verdict.status),
            None => self.body.let_go(&mut client.input),
        }
        let Request { facts, dress, entry, head, .. } = self;
        Unanswered { begun: Begun { facts, dress, entry }, failure, head: Some(head) }
    }
}
