//! What the edge is to do: settings, routes and apps. One is made at start and at each reload, and
//! every thread makes its own copy of it that shares nothing with the others but the counts.

use crate::cache::flow::{Fills, Rule};
use crate::cache::store::Store;
use crate::guard::contain;
use crate::handling::Handling;
use crate::limit::{self, Limiter, Limits, redis};
use crate::meters::{AppMeters, Meters, RouteMeters};
use crate::news::News;
use crate::route::Table;
use crate::setup::{Served, Setup};
use crate::start::StartError;
use crate::timer::Timer;
use crate::tls::{self, Certificates, Tickets};
use crate::upstream::{App, Shared, Told};
use config::{Balance, Edge, Protocol, Route};
use model::{AppName, Fleet};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use tokio::sync::watch;

/// What all threads are told.
#[derive(Debug, Clone)]
pub struct Plan {
    settings: Edge,
    routes: Vec<Planned>,
    apps: Vec<Source>,
    limiters: Vec<Arc<Limiter>>,
    limit_store: Option<Arc<redis::Shared>>,
    certificates: Option<Certificates>,
    tickets: Tickets,
    store: Arc<Store>,
    fills: Arc<Fills>,
}

/// A route as threads are told of it.
#[derive(Debug, Clone)]
struct Planned {
    route: Route,
    limits: Limits,
    meters: Vec<Arc<RouteMeters>>,
}

/// An app as threads are told of it.
#[derive(Debug, Clone)]
struct Source {
    name: AppName,
    fleet: watch::Receiver<Arc<Fleet>>,
    balance: Balance,
    protocol: Protocol,
    tls: Option<tls::Client>,
    shared: Arc<Shared>,
    meters: Vec<Arc<AppMeters>>,
}

impl Plan {
    /// A plan; what `before` knows of an app that goes on is kept. `store` has the cached replies.
    pub fn new(
        setup: &Setup,
        meters: &Meters,
        store: &Arc<Store>,
        news: &News,
        before: Option<&Plan>,
    ) -> Result<Self, StartError> {
        let source = |served: &Served| {
            let fleet = served.fleet.clone();
            let name = fleet.borrow().app.clone();
            let known = before.and_then(|plan| plan.apps.iter().find(|app| app.name == name));
            let (balance, tls) = (served.balance.clone(), served.tls.clone());
            let shared = known.map(|app| app.shared.clone());
            let shared = shared.unwrap_or_else(|| Shared::new(&balance, meters.waiting().clone()));
            meters.judge(&name, &shared);
            let meters = meters.app(&name);
            let protocol = served.protocol;
            Source { name, fleet, balance, protocol, tls, shared, meters }
        };
        let apps = setup.apps.iter().map(source).collect();
        let tls = setup.edge.tls.as_ref();
        let certificates = tls.map(|tls| Certificates::load(&tls.certificates)).transpose()?;
        let known = before.map(|before| Ok(before.tickets.clone()));
        let tickets = known.unwrap_or_else(Tickets::new)?;
        let settings = setup.edge.clone();
        let mut limiters = limit::limiters(&settings, before.map(|plan| plan.limiters.as_slice()));
        let planned = |route: &Route| Planned {
            limits: limiters.of_route(route),
            meters: meters.route(&route.pattern),
            route: route.clone(),
        };
        let routes = setup.routes.iter().map(planned).collect();
        let limiters = limiters.all();
        let known = before.and_then(|before| before.limit_store.as_ref());
        let limit_store = settings.limit_store.as_ref();
        let limit_store = limit_store
            .map(|store| redis::Shared::new(store, news, setup.store.as_ref(), known))
            .transpose()?;
        meters.limit(&limiters, limit_store.clone());
        let store = store.clone();
        let fills = before.map(|before| before.fills.clone()).unwrap_or_default();
        let plan = Plan {
            settings,
            routes,
            apps,
            limiters,
            limit_store,
            certificates,
            tickets,
            store,
            fills,
        };
        // Each thread makes its own; that it can is found out here, where it can still be told.
        plan.tls()?;
        Ok(plan)
    }

    /// What a thread offers to TLS clients.
    fn tls(&self) -> Result<Option<tls::Server>, rustls::Error> {
        let server = |certificates: &Certificates| {
            tls::Server::new(certificates.clone(), &self.tickets, self.settings.http2)
        };
        self.certificates.as_ref().map(server).transpose()
    }
}

impl Source {
    /// For thread number `thread`.
    fn told(&self, thread: usize) -> Option<Told> {
        Some(Told {
            fleet: self.fleet.clone(),
            shared: self.shared.clone(),
            balance: self.balance.clone(),
            protocol: self.protocol,
            tls: self.tls.clone(),
            meters: self.meters.get(thread)?.clone(),
            threads: self.meters.len(),
        })
    }
}

/// The plan of one thread.
#[derive(Debug)]
pub struct ThreadPlan {
    /// Every limit.
    pub limits: config::Limits,
    /// Add `Server-Timing` to replies.
    pub server_timing: bool,
    /// `Forwarded` is sent to workers.
    pub forwarded: bool,
    /// Trusted proxies begin with a PROXY protocol header.
    pub proxy_protocol: bool,
    /// Speak HTTP/2 too.
    pub http2: bool,
    /// What is offered to TLS clients.
    pub tls: Option<tls::Server>,
    /// Cached replies.
    pub store: Arc<Store>,
    /// Through which machines count together.
    pub limit_store: Option<Rc<redis::Client>>,
    trusted: Vec<(IpAddr, u8)>,
    routes: Table<Rc<Handling>>,
    nowhere: Rc<Handling>,
    apps: Vec<Rc<App>>,
}

impl ThreadPlan {
    /// The plan of thread number `thread`; the apps of `before` are kept with their connections.
    pub fn new(plan: &Plan, thread: usize, timer: &Rc<Timer>, before: Option<&Self>) -> Self {
        let known = |name: &AppName| {
            before.and_then(|plan| plan.apps.iter().find(|app| app.name() == name)).cloned()
        };
        let app = |source: &Source| match known(&source.name) {
            Some(app) => {
                let (fleet, balance) = (source.fleet.clone(), source.balance.clone());
                app.follow(fleet, balance, source.protocol, source.tls.clone());
                Some(app)
            }
            None => Some(App::new(source.told(thread)?, timer)),
        };
        let apps: Vec<Rc<App>> = plan.apps.iter().filter_map(app).collect();
        let handling = |planned: &Planned| {
            let Planned { route, limits, meters } = planned;
            let app = apps.iter().find(|app| Some(app.name()) == route.app.as_ref()).cloned();
            let meters = meters.get(thread).cloned().unwrap_or_default();
            let limits = limits.clone();
            let cache = route.rules.cache.as_ref().map(|settings| Rule {
                settings: settings.clone(),
                store: plan.store.clone(),
                fills: plan.fills.clone(),
                counts: meters.clone(),
            });
            let handling = Handling::new(&plan.settings, route, app, limits, meters);
            (route.clone(), Rc::new(handling.cached(cache)))
        };
        let store = |shared: &Arc<redis::Shared>| {
            let known = before.and_then(|plan| plan.limit_store.as_ref());
            let known = known.filter(|known| Arc::ptr_eq(known.shared(), shared)).cloned();
            known.unwrap_or_else(|| redis::Client::new(shared))
        };
        ThreadPlan {
            limits: plan.settings.limits.clone(),
            server_timing: plan.settings.server_timing,
            forwarded: plan.settings.forwarded,
            proxy_protocol: plan.settings.proxy_protocol,
            http2: plan.settings.http2,
            tls: plan.tls().ok().flatten(),
            store: plan.store.clone(),
            limit_store: plan.limit_store.as_ref().map(store),
            trusted: plan.settings.trusted_proxies.clone(),
            routes: Table::new(plan.routes.iter().map(handling)),
            nowhere: Rc::new(Handling::of_nowhere(&plan.settings)),
            apps,
        }
    }

    /// How a request for a path at a host is handled.
    pub fn route(&self, host: &[u8], path: &[u8]) -> Option<Rc<Handling>> {
        self.routes.find(host, path).cloned()
    }

    /// What holds for requests that were not understood, or that no route is for.
    pub fn nowhere(&self) -> &Rc<Handling> {
        &self.nowhere
    }

    /// The apps.
    pub fn apps(&self) -> &[Rc<App>] {
        &self.apps
    }

    /// True if what `address` says of a client is to be believed.
    pub fn trusts(&self, address: IpAddr) -> bool {
        contain(&self.trusted, address)
    }
}
