//! The edge's counts. Each thread writes its own, a reader adds them up.

use crate::access::AccessMeters;
use crate::cache::store::Store;
use crate::encode::EncodeMeters;
use crate::flow::RouteRates;
use crate::limit::{self, Limiter, redis};
use crate::origin::Board;
use crate::reply::Reason;
pub use crate::route_meters::RouteMeters;
use crate::upstream::Shared;
use base::clock;
use base::histogram::{Counts, Histogram};
use config::Priority;
use meter::{Snapshot, names};
use model::AppName;
use model::api::{EdgeStatus, UpstreamStatus};
use std::borrow::Borrow;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

/// Classes of status codes, as metrics call them.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Routes that are counted by themselves, those that are gone included.
const ROUTES_MAX: usize = 200;
/// What all others are called.
const OTHER_ROUTES: &str = "other";

/// A number that goes up and down.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    /// Add to it.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Relaxed);
    }

    /// Take from it.
    pub fn sub(&self, count: u64) {
        self.0.fetch_sub(count, Relaxed);
    }

    /// Its value.
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Add to it.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Relaxed);
    }

    /// Its value.
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// The counts of one thread. Aligned so that threads do not share cache lines.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct ThreadMeters {
    /// Client connections now open.
    pub connections: Gauge,
    /// Client connections ever accepted.
    pub accepted: Counter,
    /// Bytes read from clients.
    pub received: Counter,
    /// Bytes written to clients.
    pub sent: Counter,
    /// Replies of the edge itself, and connections that got none.
    pub refused: Refusals,
    /// Compression.
    pub encode: EncodeMeters,
}

/// Refusals by reason.
#[derive(Debug)]
pub struct Refusals(Vec<Counter>);

impl Default for Refusals {
    fn default() -> Self {
        Refusals(Reason::ALL.iter().map(|_| Counter::default()).collect())
    }
}

impl Refusals {
    /// Count one.
    pub fn add(&self, reason: Reason) {
        if let Some(counter) = self.0.get(reason as usize) {
            counter.add(1);
        }
    }

    /// Those of one reason.
    pub fn get(&self, reason: Reason) -> u64 {
        self.0.get(reason as usize).map_or(0, Counter::get)
    }
}

/// The counts of one app on one thread.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct AppMeters {
    /// Requests answered, by status class.
    pub classes: [Counter; 5],
    /// Requests sent a second time.
    pub retries: Counter,
    /// Requests refused because the workers were saturated, by priority.
    pub shed: [Counter; Priority::ALL.len()],
    /// Upgraded connections now open.
    pub upgraded: Gauge,
    /// Time from a request's head to the end of its reply.
    pub duration: Histogram,
}

impl AppMeters {
    /// Count one answered request.
    pub fn answered(&self, status: u16, took: Duration) {
        if let Some(class) = self.classes.get(usize::from(status / 100).wrapping_sub(1)) {
            class.add(1);
        }
        self.duration.record(took);
    }
}

/// Counts by name, for each name one of each thread.
type Named<N, M> = Mutex<Vec<(N, Vec<Arc<M>>)>>;

/// The counts of the whole edge.
#[derive(Debug)]
pub struct Meters {
    threads: Vec<Arc<ThreadMeters>>,
    apps: Named<AppName, AppMeters>,
    routes: Named<String, RouteMeters>,
    /// Who judges the workers of an app, for the apps now served.
    judges: Mutex<Vec<(AppName, Weak<Shared>)>>,
    limiters: Mutex<Vec<Weak<Limiter>>>,
    limit_store: Mutex<Option<Arc<redis::Shared>>>,
    waiting: Arc<AtomicU32>,
    board: Arc<Board>,
    access: Arc<AccessMeters>,
    rate: Mutex<Rate>,
    pub(crate) route_rates: Mutex<RouteRates>,
    /// Where cached replies are kept.
    pub(crate) store: OnceLock<Arc<Store>>,
}

/// Requests a second, measured between readings that are at least a second apart.
#[derive(Debug)]
struct Rate {
    at: Instant,
    requests: u64,
    per_second: f64,
}

impl Meters {
    pub(crate) fn new(threads: usize) -> Self {
        Meters {
            threads: (0..threads).map(|_| Arc::default()).collect(),
            apps: Mutex::default(),
            routes: Mutex::default(),
            judges: Mutex::default(),
            limiters: Mutex::default(),
            limit_store: Mutex::default(),
            waiting: Arc::default(),
            board: Arc::default(),
            access: Arc::default(),
            store: OnceLock::new(),
            route_rates: Mutex::new(RouteRates::new(clock::now())),
            rate: Mutex::new(Rate { at: clock::now(), requests: 0, per_second: 0.0 }),
        }
    }

    pub(crate) fn threads(&self) -> &[Arc<ThreadMeters>] {
        &self.threads
    }

    /// The count of requests that wait for a worker.
    pub(crate) fn waiting(&self) -> &Arc<AtomicU32> {
        &self.waiting
    }

    /// The counts of access log lines.
    pub(crate) fn access(&self) -> &Arc<AccessMeters> {
        &self.access
    }

    /// The counts of an app, one for each thread; made when first asked for and kept for ever.
    pub(crate) fn app(&self, name: &AppName) -> Vec<Arc<AppMeters>> {
        self.of(&self.apps, name)
    }

    /// The counts of a route, by its pattern, as [`Meters::app`].
    /// Those beyond so many share their counts under one name.
    pub(crate) fn route(&self, pattern: &str) -> Vec<Arc<RouteMeters>> {
        let known = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let full = known.len() >= ROUTES_MAX && !known.iter().any(|(known, _)| known == pattern);
        drop(known);
        self.of(&self.routes, if full { OTHER_ROUTES } else { pattern })
    }

    /// The counts of `name` in `all`.
    fn of<N, M>(&self, all: &Named<N::Owned, M>, name: &N) -> Vec<Arc<M>>
    where
        N: ToOwned<Owned: Borrow<N>> + PartialEq + ?Sized,
        M: Default,
    {
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, meters)) = all.iter().find(|(known, _)| known.borrow() == name) {
            return meters.clone();
        }
        let meters: Vec<Arc<M>> = self.threads.iter().map(|_| Arc::default()).collect();
        all.push((name.to_owned(), meters.clone()));
        meters
    }

    /// An app's workers are judged by what `shared` holds.
    pub(crate) fn judge(&self, name: &AppName, shared: &Arc<Shared>) {
        let mut judges = self.judges.lock().unwrap_or_else(PoisonError::into_inner);
        judges.retain(|(known, _)| known != name);
        judges.push((name.clone(), Arc::downgrade(shared)));
    }

    /// Cached replies are kept in `store`.
    pub(crate) fn caches(&self, store: &Arc<Store>) {
        let _ = self.store.set(store.clone());
    }

    /// These limits are in force now.
    pub(crate) fn limit(&self, limiters: &[Arc<Limiter>], store: Option<Arc<redis::Shared>>) {
        *self.limit_store.lock().unwrap_or_else(PoisonError::into_inner) = store;
        let mut now = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        *now = limiters.iter().map(Arc::downgrade).collect();
    }

    /// What is shown of upstreams.
    pub(crate) fn board(&self) -> &Arc<Board> {
        &self.board
    }

    /// The upstreams for the admin API.
    pub fn upstreams(&self) -> Vec<UpstreamStatus> {
        self.board.status()
    }

    /// For the admin API. The rate is that since the last call, or over a second if calls are
    /// closer together.
    pub fn status(&self) -> EdgeStatus {
        let sum = |of: fn(&ThreadMeters) -> u64| self.threads.iter().map(|one| of(one)).sum();
        let requests = self.routes().iter().flat_map(|(_, meters)| meters).map(answered).sum();
        EdgeStatus {
            connections: sum(|one| one.connections.get()),
            requests,
            requests_per_second: self.per_second(requests),
            refused: sum(|one| Reason::ALL.iter().map(|reason| one.refused.get(*reason)).sum()),
        }
    }

    /// Write every sample of the edge.
    pub fn write(&self, to: &mut Snapshot) {
        let sum =
            |of: fn(&ThreadMeters) -> u64| self.threads.iter().map(|one| of(one)).sum::<u64>();
        to.sample(&names::EDGE_CONNECTIONS, &[], sum(|one| one.connections.get()));
        to.sample(&names::EDGE_CONNECTIONS_TOTAL, &[], sum(|one| one.accepted.get()));
        to.sample(&names::EDGE_RECEIVED, &[], sum(|one| one.received.get()));
        to.sample(&names::EDGE_SENT, &[], sum(|one| one.sent.get()));
        to.sample(&names::EDGE_WAITING, &[], self.waiting.load(Relaxed));
        for reason in Reason::ALL {
            let count = self.threads.iter().map(|one| one.refused.get(*reason)).sum::<u64>();
            to.sample(&names::EDGE_REFUSED, &[reason.name()], count);
        }
        let AccessMeters { written, slow, failed } = &*self.access;
        to.sample(&names::EDGE_ACCESS_LINES, &[], written.get());
        for (why, count) in [("slow", slow), ("failed", failed)] {
            to.sample(&names::EDGE_ACCESS_DROPPED, &[why], count.get());
        }
        EncodeMeters::write(self.threads.iter().map(|one| &one.encode), to);
        self.write_apps(to);
        self.write_routes(to);
        self.write_judges(to);
        self.write_limits(to);
        self.board.write(to);
        self.write_cache(to);
    }

    fn write_apps(&self, to: &mut Snapshot) {
        let apps = self.apps();
        for (name, meters) in &apps {
            for (at, class) in CLASSES.into_iter().enumerate() {
                let counts = meters.iter().filter_map(|one| one.classes.get(at));
                let count = counts.map(Counter::get).sum::<u64>();
                to.sample(&names::EDGE_REQUESTS, &[name.as_str(), class], count);
            }
        }
        for (name, meters) in &apps {
            let mut all = Counts::default();
            meters.iter().for_each(|one| all.add(&one.duration.counts()));
            to.histogram(&names::EDGE_DURATION, &[name.as_str()], &all);
        }
        for (name, meters) in &apps {
            let count = meters.iter().map(|one| one.retries.get()).sum::<u64>();
            to.sample(&names::EDGE_RETRIES, &[name.as_str()], count);
        }
        for (name, meters) in &apps {
            for (at, priority) in Priority::ALL.into_iter().enumerate() {
                let counts = meters.iter().filter_map(|one| one.shed.get(at));
                let count = counts.map(Counter::get).sum::<u64>();
                to.sample(&names::EDGE_SHED, &[name.as_str(), priority.name()], count);
            }
        }
        for (name, meters) in &apps {
            let count = meters.iter().map(|one| one.upgraded.get()).sum::<u64>();
            to.sample(&names::EDGE_UPGRADED, &[name.as_str()], count);
        }
    }

    fn write_routes(&self, to: &mut Snapshot) {
        for (pattern, meters) in &self.routes() {
            for (at, class) in CLASSES.into_iter().enumerate() {
                let counts = meters.iter().filter_map(|one| one.classes.get(at));
                let count = counts.map(Counter::get).sum::<u64>();
                to.sample(&names::EDGE_ROUTE_REQUESTS, &[pattern, class], count);
            }
        }
        for (pattern, meters) in &self.routes() {
            let mut all = Counts::default();
            meters.iter().for_each(|one| all.add(&one.duration.counts()));
            to.histogram(&names::EDGE_ROUTE_DURATION, &[pattern], &all);
        }
    }

    fn write_judges(&self, to: &mut Snapshot) {
        let mut judges = self.judges.lock().unwrap_or_else(PoisonError::into_inner);
        judges.retain(|(_, shared)| shared.strong_count() > 0);
        let boards: Vec<_> =
            judges.iter().filter_map(|(name, shared)| Some((name, shared.upgrade()?))).collect();
        for (name, shared) in &boards {
            let count = shared.board.ejections();
            to.sample(&names::EDGE_EJECTIONS, &[name.as_str()], count);
        }
        for (name, shared) in &boards {
            to.sample(&names::EDGE_EJECTED, &[name.as_str()], shared.board.out());
        }
        for (name, shared) in &boards {
            let limit = shared.board.limit().unwrap_or(0);
            to.sample(&names::EDGE_SHED_LIMIT, &[name.as_str()], limit);
        }
    }

    fn write_limits(&self, to: &mut Snapshot) {
        let limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        let store = self.limit_store.lock().unwrap_or_else(PoisonError::into_inner);
        limit::write(&limiters, store.as_deref(), clock::now(), to);
    }

    fn apps(&self) -> Vec<(AppName, Vec<Arc<AppMeters>>)> {
        self.apps.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The counts of each route.
    pub(crate) fn routes(&self) -> Vec<(String, Vec<Arc<RouteMeters>>)> {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn per_second(&self, requests: u64) -> f64 {
        let mut rate = self.rate.lock().unwrap_or_else(PoisonError::into_inner);
        let now = clock::now();
        let passed = now.saturating_duration_since(rate.at).as_secs_f64();
        if passed >= 1.0 {
            let per_second = requests.saturating_sub(rate.requests) as f64 / passed;
            *rate = Rate { at: now, requests, per_second };
        }
        rate.per_second
    }
}

fn answered(meters: &Arc<RouteMeters>) -> u64 {
    meters.classes.iter().map(Counter::get).sum()
}
