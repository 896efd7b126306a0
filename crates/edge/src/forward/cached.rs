//! What the cache needs of a request's way: waiting for who fetches the same, the head with which the
//! app is asked, and answers in place of the app's.

use super::answer::carry_own;
use super::client::{Break, Client};
use super::failure::Failure;
use super::flow::Flow;
use super::receive::{Facts, Request};
use crate::access::Entry;
use crate::cache::flow::{Considered, End, Errand, Known, Stage};
use crate::cache::policy::Trouble;
use crate::handling::{Dress, Early, Handling, Local, Look};
use crate::http::head::{Framing, RequestId};
use crate::http::{Body, Method};
use crate::socket::{Buffer, Transport};
use base::clock;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use tokio::sync::watch;

/// How often a request takes the place of one that was to fetch and went away, before it asks for
/// itself alone.
const ROUNDS_MAX: usize = 4;

/// What the app is told of the cache: it heeds `Surrogate-Control`, and by which name.
const CAPABILITY: &[u8] = b"Surrogate-Capability: ostler=\"Surrogate/1.0\"\r\n\r\n";

/// Let the cache look at a request: it may be answered at once.
pub fn consider(
    client: &Client,
    handling: &Rc<Handling>,
    look: &Look<'_, '_, '_>,
    id: &RequestId,
    dress: &mut Dress,
) -> (Option<Early>, Option<Box<Errand>>) {
    let Some(rule) = &handling.cache else { return (None, None) };
    let thread = &client.thread;
    let chance = || thread.chance();
    match rule.consider(look.head, &look.peer, clock::wall_ms(), chance, &mut dress.lines) {
        Considered::Errand(errand) => (None, Some(errand)),
        Considered::Reply(local) => (Some(Early::Reply(local)), None),
        Considered::ReplyAndRefresh(local, errand) => {
            // A page with a nonce is made for one request, which is not this one.
            if !dress.has_nonce() {
                let mut head = Buffer::new(&thread.buffers);
                head.append(|out| look.head.write(&look.peer, id, out));
                refresh(client, handling, head, errand);
            }
            (Some(Early::Reply(local)), None)
        }
    }
}

/// Until it is clear that this request asks the app; or its answer.
///
/// # Errors
/// [`Failure::Gone`] while it waits.
pub async fn before(
    client: &mut Client,
    request: &mut Request,
) -> Result<Option<Box<Local>>, Failure> {
    let Some(mut errand) = request.errand.take() else { return Ok(None) };
    let handling = request.handling.clone();
    let Some(rule) = &handling.cache else { return Ok(None) };
    let Request { facts, head, dress, .. } = request;
    client.alarm.set(rule.settings.wait);
    if errand.may_load(rule) {
        let known = known(client, facts, head);
        let loaded = wait(client, errand.load(rule, &known, &mut dress.lines)).await?;
        if let Some(local) = loaded.flatten() {
            return Ok(Some(local));
        }
    }
    for _ in 0..ROUNDS_MAX {
        let end = match errand.turn(rule, &known(client, facts, head), &mut dress.lines) {
            Stage::Go => break,
            Stage::Reply(local) => return Ok(Some(local)),
            Stage::Wait(end) => wait_for(client, end).await?,
        };
        if let End::Abandoned = end {
            continue;
        }
        let known = known(client, facts, head);
        if let Some(local) = errand.waited(rule, &end, &known, &mut dress.lines) {
            return Ok(Some(local));
        }
        break;
    }
    // In place of the empty line at its end.
    head.rewrite(head.len().saturating_sub(2), CAPABILITY);
    if let Some(changed) = errand.sent(rule, head.bytes(), clock::wall_ms()) {
        head.rewrite(0, &changed);
    }
    request.errand = Some(errand);
    Ok(None)
}

/// Until who fetches has ended, or the alarm goes off: [`End::Pending`].
async fn wait_for(client: &Client, mut end: watch::Receiver<End>) -> Result<End, Failure> {
    let ended = async { drop(end.wait_for(|end| !matches!(end, End::Pending)).await) };
    wait(client, ended).await?;
    let end = end.borrow().clone();
    Ok(end)
}

/// Until `what` is there. None: the alarm went off before.
async fn wait<T>(client: &Client, what: impl Future<Output = T>) -> Result<Option<T>, Failure> {
    let mut what = pin!(what);
    let first = poll_fn(|cx| match what.as_mut().poll(cx) {
        Poll::Ready(what) => Poll::Ready(Ok(Some(what))),
        Poll::Pending => match client.poll_break(cx, None, true) {
            Poll::Ready(Break::Late) => Poll::Ready(Ok(None)),
            Poll::Ready(Break::Gone | Break::Cut) => Poll::Ready(Err(Failure::Gone)),
            Poll::Pending => Poll::Pending,
        },
    });
    first.await
}

/// What the cache needs to know of a request that has come so far.
pub fn known<'a>(client: &Client, facts: &Facts, head: &'a Buffer) -> Known<'a> {
    Known {
        method: facts.method,
        head: head.bytes(),
        now_ms: clock::wall_ms(),
        chance: client.thread.chance(),
        never: false,
    }
}

/// The app has failed: the answer, if the cache has one.
pub fn stand_in(request: &mut Request, failure: Failure) -> Option<Box<Local>> {
    if failure.is_by_client() {
        return None;
    }
    let rule = request.handling.cache.as_ref()?;
    let (method, lines) = (request.facts.method, &mut request.dress.lines);
    let errand = request.errand.as_mut()?;
    errand.stand_in(rule, Trouble::Unreachable, method, clock::wall_ms(), lines)
}

/// The answer that the cache has in place of the app's.
pub fn instead(client: &Client, request: &mut Request) -> Option<Box<Local>> {
    let rule = request.handling.cache.as_ref()?;
    let errand = request.errand.as_mut()?;
    errand.take_instead(rule, client.thread.chance(), &mut request.dress.lines)
}

/// Fetch a newer reply, with the head of a request that was answered with an older one.
fn refresh(client: &Client, handling: &Rc<Handling>, head: Buffer, errand: Box<Errand>) {
    let Ok(body) = Body::new(Framing::None, 0) else { return };
    let thread = &client.thread;
    let mut nobody = Client::new(thread, Transport::Nobody, client.remote.clone());
    let mut request = Request {
        facts: Facts { method: Method::Get, ..Facts::default() },
        handling: handling.clone(),
        dress: Dress::default(),
        errand: Some(errand),
        is_own: true,
        demand: None,
        early: None,
        wish: None,
        head,
        body: Flow::new(body, true),
        upgrade: None,
        expects_continue: false,
        began: thread.timer.read(),
        entry: Entry::default(),
    };
    tokio::task::spawn_local(async move { carry_own(&mut nobody, &mut request).await });
}
