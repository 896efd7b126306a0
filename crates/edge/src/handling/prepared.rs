use super::early::{Content, Local};
use super::{Dress, Early};
use crate::cache::flow::Rule;
use crate::cors::Cors;
use crate::encode;
use crate::files::Site;
use crate::forward::Failure;
use crate::guard::{self, Guard, Redirect, Secure, Stop};
use crate::headers::Headers;
use crate::http::Refusal;
use crate::http::head::{Peer, RequestHead};
use crate::limit::Limits;
use crate::meters::RouteMeters;
use crate::thread::Thread;
use crate::upstream::App;
use bytes::Bytes;
use config::{Edge, Priority, Route, Rules};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

/// How the requests of one route are handled, ready for use by one thread.
#[derive(Debug)]
pub struct Handling {
    app: Option<Rc<App>>,
    limits: Limits,
    site: Option<Site>,
    /// How important its requests are to an app that has more than it can do.
    pub priority: Priority,
    /// The thread's counts of the route.
    pub meters: Arc<RouteMeters>,
    /// The largest body of a request, in bytes.
    pub body_bytes_max: u64,
    /// What is kept of its replies.
    pub cache: Option<Rule>,
    /// How replies are compressed, if they are.
    pub encode: Option<Rc<encode::Rule>>,
    guard: Guard,
    headers: Headers,
    cors: Option<Cors>,
    redirect: Option<Redirect>,
}

/// A request as its route's rules see it.
#[derive(Debug)]
pub struct Look<'a, 'h, 'b> {
    /// Its head.
    pub head: &'a RequestHead<'h, 'b>,
    /// The client, as trusted proxies tell it.
    pub client: IpAddr,
    /// Who is at the other end of the connection.
    pub peer: Peer<'a>,
    /// When the head was complete.
    pub now: Instant,
    /// The thread that looks: its clock and its chance.
    pub thread: &'a Thread,
}

impl Look<'_, '_, '_> {
    /// The client came by TLS, as far as trusted proxies tell.
    pub fn is_secure(&self) -> bool {
        self.head.is_secure(&self.peer)
    }
}

impl Handling {
    /// By the rules of a route that leads to `app`.
    pub fn new(
        edge: &Edge,
        route: &Route,
        app: Option<Rc<App>>,
        limits: Limits,
        meters: Arc<RouteMeters>,
    ) -> Self {
        let (redirect, files) = (route.rules.redirect.as_ref(), route.rules.files.as_ref());
        let has_app = app.is_some();
        let common = Handling::by(edge, &route.rules, app, meters);
        let site = |files| Site::new(files, &route.path, has_app, common.encode.clone());
        Handling {
            redirect: redirect.map(|redirect| Redirect::new(redirect, &route.path)),
            site: files.map(site),
            limits,
            ..common
        }
    }

    /// The same, with replies that are kept as `cache` says.
    #[must_use]
    pub fn cached(mut self, cache: Option<Rule>) -> Self {
        self.cache = cache;
        self
    }

    /// By the rules that hold for what no route is for.
    pub fn of_nowhere(edge: &Edge) -> Self {
        Handling::by(edge, &edge.rules, None, Arc::default())
    }

    fn by(edge: &Edge, rules: &Rules, app: Option<Rc<App>>, meters: Arc<RouteMeters>) -> Self {
        let body_bytes_max = match rules.body_bytes_max {
            0 => u64::MAX,
            max => max,
        };
        Handling {
            app,
            meters,
            body_bytes_max,
            cache: None,
            encode: rules.compress.as_ref().map(encode::Rule::new).map(Rc::new),
            guard: Guard::new(&rules.guard, Secure::new(edge)),
            headers: Headers::new(&rules.headers),
            cors: rules.cors.as_ref().map(Cors::new),
            limits: Limits::default(),
            priority: rules.priority,
            redirect: None,
            site: None,
        }
    }

    /// Who answers, unless the edge does.
    pub fn app(&self) -> Option<&Rc<App>> {
        self.app.as_ref()
    }

    /// What replies get and lose.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// Which pages of other origins may use the replies.
    pub fn cors(&self) -> Option<&Cors> {
        self.cors.as_ref()
    }

    /// Replies get or lose something.
    pub fn dresses(&self) -> bool {
        self.cors.is_some() || !self.headers.is_empty()
    }

    /// Look at a request before anything is done with it. Some: that is the answer.
    pub fn consider(&self, look: &Look<'_, '_, '_>, dress: &mut Dress) -> Option<Early> {
        let head = look.head;
        let asked = guard::Asked {
            client: look.client,
            host: head.host(),
            authority: head.authority(),
            target: head.target(),
            secure: look.is_secure(),
            proxied: look.peer.trusted,
        };
        if let Err(stop) = self.guard.enter(&asked) {
            return Some(stopped(stop));
        }
        if let Some(cors) = &self.cors
            && Cors::is_preflight(head.method, |name| head.values(name))
        {
            let lines = cors.preflight(&dress.page(), |name| head.values(name));
            dress.without_cors();
            return Some(local(204, lines, Content::None));
        }
        if let Some(allow) = self.guard.without(head.method_text()) {
            dress.lines.extend_from_slice(allow);
            return Some(Early::Refused(Failure::MethodNotTaken));
        }
        if !self.limits.is_empty() {
            dress.limited = self.limits.are_told();
            match self.limits.pass(look, &mut dress.lines) {
                Ok(held) => dress.held = held,
                Err(failure) => return Some(Early::Refused(failure)),
            }
        }
        if let Some(site) = &self.site {
            return site.answer(look, dress);
        }
        let redirect = self.redirect.as_ref()?;
        Some(elsewhere(redirect.status, &redirect.address(head.target())))
    }
}

fn stopped(stop: Stop) -> Early {
    let failure = match stop {
        Stop::Secure(address) => return elsewhere(308, &address),
        Stop::Refused(guard::Refused::Client) => Failure::Denied,
        Stop::Refused(guard::Refused::Host) => Failure::HostNotServed,
        Stop::Refused(guard::Refused::Target) => Failure::Head(Refusal::TargetTooLong),
        Stop::Refused(guard::Refused::Plain) => Failure::Insecure,
    };
    Early::Refused(failure)
}

fn elsewhere(status: u16, address: &[u8]) -> Early {
    let lines = [b"Location: ", address, b"\r\n"].concat();
    local(status, lines, Content::Bytes(Bytes::new()))
}

fn local(status: u16, lines: Vec<u8>, content: Content) -> Early {
    Early::Reply(Box::new(Local { status, lines: lines.into(), content }))
}
