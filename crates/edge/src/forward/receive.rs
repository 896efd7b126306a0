//! Phase 1: read a request's head, check it, find its route, and write the head for the worker.

use super::cached;
use super::client::{Break, Client};
use super::failure::Failure;
use super::flow::Flow;
use crate::access::{Asked, Entry};
use crate::balance::{Asker, Wish};
use crate::cache::flow::Errand;
use crate::encode::Demand;
use crate::handling::{Dress, Early, Handling, Look};
use crate::http::head::request::RequestHead;
use crate::http::head::{self, Accept, Limits, RequestId, Upgrade, Version, request};
use crate::http::{Body, Method};
use crate::socket::{Buffer, Transport};
use crate::upstream::App;
use std::future::poll_fn;
use std::net::IpAddr;
use std::rc::Rc;
use std::task::Poll;
use std::time::Instant;

/// Bytes of a first line that was not understood that the access log tells.
const UNREAD_BYTES_MAX: usize = 512;

/// A request whose head was read.
#[derive(Debug)]
pub struct Request {
    /// What is known of it, also for a reply of the edge itself.
    pub facts: Facts,
    /// How its route has it handled.
    pub handling: Rc<Handling>,
    /// What its reply gets.
    pub dress: Dress,
    /// What the cache has to do with it.
    pub errand: Option<Box<Errand>>,
    /// The edge asks for itself: no client waits for the reply.
    pub is_own: bool,
    /// What its client can decode, where replies are compressed. Boxed, as few as have it.
    pub demand: Option<Box<Demand>>,
    /// The answer, if that is known already.
    pub early: Option<Early>,
    /// What of it decides who of the app answers; boxed, since few apps have such.
    pub wish: Option<Box<Wish>>,
    /// The head as the worker gets it.
    pub head: Buffer,
    /// The body, from the client's input.
    pub body: Flow,
    /// A protocol that is asked for; the client's bytes are held until the worker agrees.
    pub upgrade: Option<Upgrade>,
    /// The client waits for a 100 before it sends its body.
    pub expects_continue: bool,
    /// When its head was complete.
    pub began: Instant,
    /// Its line in the access log.
    pub entry: Entry,
}

/// What is known of a request when it is refused while it is read.
#[derive(Debug, Default)]
pub struct Begun {
    /// What its head says, as far as it was understood.
    pub facts: Facts,
    /// What its reply gets.
    pub dress: Dress,
    /// Its line in the access log.
    pub entry: Entry,
}

/// What of a request matters for its reply.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// The method.
    pub method: Method,
    /// The client's version.
    pub version: Version,
    /// The client can send another request afterwards.
    pub keep_alive: bool,
    /// How an error page should look.
    pub accept: Accept,
    /// The id; None before there is one.
    pub id: Option<RequestId>,
}

impl Default for Facts {
    fn default() -> Self {
        Facts {
            method: Method::Other,
            version: Version::New,
            keep_alive: false,
            accept: Accept::Text,
            id: None,
        }
    }
}

/// Read the next request. `begun` is filled in as far as the request was understood, also when this
/// fails.
///
/// # Errors
/// See [`Failure`]; [`Failure::Gone`] if the client closes before a request begins.
pub async fn request(client: &mut Client, begun: &mut Begun) -> Result<Request, Failure> {
    let limit = client.thread.plan().limits.head_timeout;
    client.alarm.set(limit);
    // How much of the input was known not to hold a whole head. A head that comes in many pieces
    // is parsed again only when its end came, or the cost would grow with the square of its length.
    let mut looked = 0;
    loop {
        if has_end(client.input.bytes(), looked)
            && let Some(request) = take_head(client, begun)?
        {
            return Ok(request);
        }
        looked = client.input.len();
        let read = poll_fn(|cx| match client.poll_read(cx) {
            Poll::Ready(Ok(0) | Err(_)) => Poll::Ready(Err(Failure::Gone)),
            Poll::Ready(Ok(_)) => Poll::Ready(Ok(())),
            Poll::Pending => client.poll_break(cx, None, false).map(|what| {
                // A client that has not begun is not told off.
                let begun = what == Break::Late && !client.input.is_empty();
                Err(if begun { Failure::HeadTimeout(limit) } else { Failure::Gone })
            }),
        });
        read.await?;
    }
}

/// True if `bytes` may hold a whole head or are too many: always at the first look, later when an
/// empty line came, in whatever form.
fn has_end(bytes: &[u8], looked: usize) -> bool {
    const STEP: usize = 8 * 1024;
    if looked == 0 || bytes.len() / STEP > looked / STEP {
        return !bytes.is_empty();
    }
    let new = bytes.get(looked.saturating_sub(3)..).unwrap_or_default();
    memchr::memchr_iter(b'\n', new).any(|at| {
        let after = new.get(at + 1..).unwrap_or_default();
        after.starts_with(b"\r\n") || after.starts_with(b"\n")
    })
}

fn wish(look: &Look<'_, '_, '_>, app: &App) -> Option<Box<Wish>> {
    let balance = app.balance();
    if !Wish::matters(&balance) {
        return None;
    }
    let address = look.client.to_string();
    let asker = Asker {
        client: address.as_bytes(),
        path: look.head.path(),
        secure: look.head.is_secure(&look.peer),
    };
    Some(Wish::new(&balance, &asker, |name| look.head.values(name)).into())
}

/// The client, as trusted proxies tell it.
fn client_of(head: &RequestHead<'_, '_>, client: &Client) -> IpAddr {
    let plan = client.thread.plan();
    head.client(client.remote.address, |address| plan.trusts(address))
}

fn take_head(client: &mut Client, begun: &mut Begun) -> Result<Option<Request>, Failure> {
    let thread = client.thread.clone();
    let plan = thread.plan();
    let limits = Limits {
        head_bytes_max: plan.limits.head_bytes_max as usize,
        headers_max: usize::from(plan.limits.headers_max),
    };
    let mut scratch = head::scratch();
    let Some(mut head) = request::read(client.input.bytes(), &limits, &mut scratch)? else {
        return Ok(None);
    };
    let received = thread.timer.read();
    let id = head.id(|| thread.chance());
    begun.facts = Facts {
        method: head.method,
        version: head.version,
        keep_alive: head.keep_alive,
        accept: head.accept,
        id: Some(id),
    };
    let handling = plan.route(head.host(), head.path());
    let app = handling.as_ref().and_then(|handling| handling.app());
    let rule = handling.as_ref().and_then(|handling| handling.encode.as_deref());
    let demand = rule.map(|rule| Box::new(Demand::new(rule, &mut head)));
    let look = Look {
        head: &head,
        client: client_of(&head, client),
        peer: client.peer(),
        now: received,
        thread: &thread,
    };
    let name = app.map_or("", |app| app.name().as_str());
    begun.entry = thread.access.open(received, || asked(client, &look, &id, name));
    let handling = handling.clone();
    let rules = handling.as_ref().unwrap_or(plan.nowhere());
    begun.dress = Dress::new(rules, &look, || thread.nonce());
    let handling = handling.ok_or(Failure::NoRoute)?;
    let body = Body::new(head.framing, handling.body_bytes_max)?;
    let mut early = handling.consider(&look, &mut begun.dress);
    if early.is_none() && app.is_none() {
        early = Some(Early::Refused(Failure::NoRoute));
    }
    let mut errand = None;
    if early.is_none() {
        (early, errand) = cached::consider(client, &handling, &look, &id, &mut begun.dress);
    }
    let mut out = Buffer::new(&thread.buffers);
    if !matches!(early, Some(Early::Reply(_))) {
        begun.dress.tell_app(|told| out.append(|out| head.write_with(&look.peer, &id, told, out)));
    }
    let request = Request {
        facts: begun.facts,
        wish: app.filter(|_| early.is_none()).and_then(|app| wish(&look, app)),
        handling,
        dress: std::mem::take(&mut begun.dress),
        errand,
        is_own: false,
        demand,
        early,
        head: out,
        body: Flow::new(body, true),
        upgrade: head.upgrade,
        expects_continue: head.expects_continue,
        began: received,
        entry: std::mem::take(&mut begun.entry),
    };
    let len = head.len;
    client.input.consume(len);
    Ok(Some(request))
}

/// What the access log tells of a request.
fn asked<'a>(
    client: &Client,
    look: &Look<'_, '_, 'a>,
    id: &'a RequestId,
    app: &'a str,
) -> Asked<'a> {
    let head = look.head;
    let value = |name| head.values(name).next().unwrap_or_default();
    Asked {
        client: look.client,
        peer: client.remote.peer,
        method: head.method_text(),
        target: head.target(),
        host: head.authority(),
        referer: value("referer"),
        user_agent: value("user-agent"),
        app: app.as_bytes(),
        id: id.as_str().as_bytes(),
        protocol: match (&client.transport, head.version) {
            (Transport::Stream(_), _) => "HTTP/2.0",
            (_, Version::Old) => "HTTP/1.0",
            (_, Version::New) => "HTTP/1.1",
        },
        tls: client.remote.tls.unwrap_or_default(),
    }
}

/// The line of a request whose head was not understood: its first line, as it came.
pub fn unread(client: &Client, id: &str) -> Entry {
    let bytes = client.input.bytes();
    let end = memchr::memchr2(b'\r', b'\n', bytes).unwrap_or(bytes.len());
    let line = bytes.get(..end.min(UNREAD_BYTES_MAX)).unwrap_or_default();
    client.thread.access.open(client.thread.timer.read(), || Asked {
        client: client.remote.address,
        peer: client.remote.peer,
        method: b"",
        target: line,
        host: b"",
        referer: b"",
        user_agent: b"",
        app: b"",
        id: id.as_bytes(),
        protocol: "",
        tls: client.remote.tls.unwrap_or_default(),
    })
}
