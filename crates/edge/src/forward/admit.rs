//! Phase 2: a place at a worker, and a connection to it.

use super::client::{Break, Client};
use super::failure::Failure;
use super::receive::Request;
use crate::http2::Link;
use crate::socket::{ConnectError, Transport};
use crate::timer::TICK;
use crate::upstream::{App, Ask, NoPlace, Ticket, Unavailable, reach};
use config::Priority;
use model::WorkerId;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Poll;
use std::time::Duration;

/// The tries of one request so far.
#[derive(Debug)]
pub struct Tries {
    /// The app whose workers are tried.
    pub app: Rc<App>,
    /// Workers that failed it after it was sent.
    pub failed: Vec<WorkerId>,
    /// How often it was sent.
    pub sends: u32,
    /// When it has waited long enough, in the timer's milliseconds; None before it waits.
    waits_until_ms: Option<u64>,
    /// A worker refused the connection, or hung up before anything was sent.
    pub refused: bool,
    /// How often a kept connection turned out to be of no use.
    pub stale: u32,
}

impl Tries {
    /// None yet.
    pub fn new(app: Rc<App>) -> Self {
        let failed = Vec::new();
        Tries { app, failed, sends: 0, waits_until_ms: None, refused: false, stale: 0 }
    }

    /// True as long as the request went to the first worker at once.
    pub fn is_direct(&self) -> bool {
        self.sends == 0 && !self.refused && self.waits_until_ms.is_none()
    }
}

/// A connection to a worker that this request may use.
#[derive(Debug)]
pub struct Line {
    /// The connection.
    pub socket: Transport,
    /// It has carried other requests before.
    pub reused: bool,
    /// The request's place at the worker.
    pub ticket: Ticket,
}

/// Get a connection to the best worker; wait for one if need be, but not for ever.
///
/// # Errors
/// See [`Failure`].
pub async fn admit(client: &Client, request: &Request, tries: &mut Tries) -> Result<Line, Failure> {
    loop {
        let ticket = match take(client, request, tries, false) {
            Some(Ok(ticket)) => ticket,
            Some(Err(failure)) => return Err(failure),
            None => wait(client, request, tries).await?,
        };
        let now = client.thread.timer.now_ms();
        if ticket.app().is_http2() || ticket.worker().is_http2() {
            match ask(client, &ticket).await? {
                Some((socket, reused)) => return Ok(Line { socket, reused, ticket }),
                None => {
                    ticket.worker().refused(now);
                    ticket.worker().load().connect_failures.fetch_add(1, Relaxed);
                    tries.refused = true;
                    continue;
                }
            }
        }
        if let Some(socket) = ticket.worker().idle(now) {
            return Ok(Line { socket, reused: true, ticket });
        }
        match open(client, &ticket).await? {
            Ok(socket) => return Ok(Line { socket, reused: false, ticket }),
            Err(error) => {
                // Nothing was sent, so any other worker will do, or this one in a moment.
                ticket.worker().refused(now);
                tries.refused = true;
                if !matches!(error, ConnectError::Busy) {
                    ticket.worker().load().connect_failures.fetch_add(1, Relaxed);
                }
            }
        }
    }
}

/// A place without waiting; None if it is worth waiting for one.
fn take(
    client: &Client,
    request: &Request,
    tries: &Tries,
    waited: bool,
) -> Option<Result<Ticket, Failure>> {
    let app = &tries.app;
    let max = client.thread.plan().limits.in_flight_max;
    // Who comes new stands behind those who wait.
    let priority = request.handling.priority;
    if !waited && app.gate().is_occupied(priority) && tries.waits_until_ms.is_none() {
        return None;
    }
    let ask = Ask {
        wish: request.wish.as_deref(),
        upgrade: request.upgrade.is_some(),
        tried: &tries.failed,
    };
    match app.take(max, &ask) {
        Ok(ticket) => Some(Ok(ticket)),
        Err(Unavailable::ForNow) => None,
        Err(Unavailable::Failed) => Some(Err(Failure::AppFailed)),
        Err(Unavailable::Stopped) => Some(Err(Failure::AppStopped)),
        Err(Unavailable::Unreachable) => Some(Err(Failure::Unreachable)),
    }
}

async fn wait(client: &Client, request: &Request, tries: &mut Tries) -> Result<Ticket, Failure> {
    let (waiting_max, wait_ms) = {
        let limits = &client.thread.plan().limits;
        (limits.waiting_max, limits.wait_timeout.as_millis() as u64)
    };
    let app = tries.app.clone();
    let gate = app.gate();
    let priority = request.handling.priority;
    let entered = gate.enter(priority, waiting_max, app.queue());
    let place = entered.map_err(|why| match why {
        NoPlace::Full => Failure::QueueFull,
        NoPlace::Hopeless => shed(&app, priority),
    })?;
    let until = client.thread.timer.now_ms() + wait_ms;
    let until = *tries.waits_until_ms.get_or_insert(until);
    loop {
        let mut turn = pin!(place.turn());
        if !gate.is_behind(priority)
            && let Some(taken) = take(client, request, tries, true)
        {
            return taken;
        }
        // A look at each tick as well: a worker that refused may have come back.
        client.alarm.set(TICK);
        let what = poll_fn(|cx| match turn.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(None),
            Poll::Pending => client.poll_break(cx, None, true).map(Some),
        });
        match what.await {
            Some(Break::Gone | Break::Cut) => return Err(Failure::Gone),
            // Also one that is woken again and again and finds the place taken each time.
            Some(Break::Late) | None => {
                let now = client.thread.timer.now_ms();
                if now >= until {
                    return Err(match tries.refused {
                        true => Failure::Refused,
                        false => Failure::NoWorker(Duration::from_millis(wait_ms)),
                    });
                }
                if app.is_hopeless(priority, (now + wait_ms).saturating_sub(until)) {
                    return Err(shed(&app, priority));
                }
            }
        }
    }
}

/// One more request that the app's workers cannot carry.
fn shed(app: &App, priority: Priority) -> Failure {
    if let Some(counter) = app.meters().shed.get(priority as usize) {
        counter.add(1);
    }
    Failure::Shed
}

/// Room for a request on the worker's HTTP/2 connection, and whether that was there already. None:
/// there is no such connection to be had.
async fn ask(client: &Client, ticket: &Ticket) -> Result<Option<(Transport, bool)>, Failure> {
    let worker = ticket.worker();
    for link in [worker.link(), None] {
        let reused = link.is_some();
        let mut link = match link {
            Some(link) => link,
            None => match open(client, ticket).await? {
                Ok(socket) => match Link::open(socket, &client.thread.buffers).await {
                    Ok(link) => link,
                    Err(_) => return Ok(None),
                },
                Err(_) => return Ok(None),
            },
        };
        match link.ask() {
            Ok(question) => {
                if !reused {
                    worker.set_link(Some(link));
                }
                return Ok(Some((Transport::Question(Box::new(question)), reused)));
            }
            // It has ended since: a new one is worth a try.
            Err(_) => worker.set_link(None),
        }
    }
    Ok(None)
}

/// Open a connection; the outer error ends the request, the inner one only this try.
async fn open(
    client: &Client,
    ticket: &Ticket,
) -> Result<Result<Transport, ConnectError>, Failure> {
    client.alarm.set(client.thread.plan().limits.connect_timeout);
    let stock = &client.thread.buffers;
    let connecting = reach(ticket.worker().endpoint(), ticket.app().tls(), stock);
    let mut connecting = pin!(connecting);
    let what = poll_fn(|cx| match connecting.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Ok(done)),
        Poll::Pending => client.poll_break(cx, None, true).map(Err),
    });
    match what.await {
        Ok(Err(ConnectError::Ours(_))) => Err(Failure::Exhausted),
        Ok(done) => Ok(done),
        Err(Break::Late) => Ok(Err(ConnectError::Late)),
        Err(Break::Gone | Break::Cut) => Err(Failure::Gone),
    }
}
