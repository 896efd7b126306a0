//! The edge as a whole: its threads, and the one handle to them.

use crate::access::Writer;
use crate::cache::store::{Purge, Store};
use crate::listen::Listeners;
use crate::meters::Meters;
use crate::news::{self, News, NewsReader};
use crate::notice::Notices;
use crate::origin::{Origins, Resolve, SystemResolver};
use crate::plan::Plan;
use crate::setup::Setup;
use crate::thread::{self, Drained, Order};
use crate::tls::{AuthorityError, CertificateError};
use model::api::{CacheStatus, PurgeReport};
use std::io;
use std::os::fd::OwnedFd;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use tokio::sync::{oneshot, watch};

/// A running edge. Dropping it ends its threads after a drain that nobody waits for.
#[derive(Debug)]
pub struct Edge {
    meters: Arc<Meters>,
    plan: watch::Sender<Arc<Plan>>,
    origins: Origins,
    news: Mutex<Option<NewsReader>>,
    /// For what a new plan has to say.
    say: News,
    stop: watch::Sender<bool>,
    /// For handing over; given up when draining, or the ports would stay open.
    sockets: Mutex<Vec<OwnedFd>>,
    ends: Mutex<Vec<oneshot::Receiver<Drained>>>,
    access: Writer,
    store: Arc<Store>,
}

/// Why an edge cannot start, or cannot take on new settings.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A certificate cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The authorities of an upstream cannot be used.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// TLS cannot be offered.
    #[error("TLS cannot be offered: {0}")]
    Tls(#[from] rustls::Error),
    /// A thread, its runtime or a descriptor could not be had.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Start the threads of the edge. They accept connections as soon as this returns.
///
/// # Errors
/// See [`StartError`].
pub fn start(listeners: Listeners, setup: &Setup) -> Result<Edge, StartError> {
    start_resolving(listeners, setup, Arc::new(SystemResolver))
}

/// As [`start`], with somebody else who knows what the names of upstreams stand for.
///
/// # Errors
/// See [`StartError`].
pub fn start_resolving(
    listeners: Listeners,
    setup: &Setup,
    resolver: Arc<dyn Resolve>,
) -> Result<Edge, StartError> {
    let sockets = listeners.duplicates()?;
    let threads = listeners.into_threads();
    let meters = Arc::new(Meters::new(threads.len()));
    let (news, reader) = news::channel();
    let origins = Origins::new(resolver, news.clone(), meters.board().clone());
    let (setup, change) = origins.complete(setup)?;
    let store = Store::start(&setup.edge.cache, &setup.cache, &news)?;
    meters.caches(&store);
    let plan = Arc::new(Plan::new(&setup, &meters, &store, &news, None)?);
    change.commit();
    let (plan, plans) = watch::channel(plan);
    let (stop, stops) = watch::channel(false);
    let notices = Arc::new(Notices::new(news.clone()));
    let say = news.clone();
    let (access, lanes) = Writer::start(threads.len(), meters.access().clone(), news)?;
    access.switch(setup.access.clone());
    let connections = Arc::new(AtomicU32::new(0));
    let mut ends = Vec::new();
    let each = threads.into_iter().zip(meters.threads()).zip(lanes).enumerate();
    for (number, ((listeners, counts), access)) in each {
        let order = Order {
            number,
            listeners,
            plan: plans.clone(),
            stop: stops.clone(),
            meters: counts.clone(),
            connections: connections.clone(),
            access,
            notices: notices.clone(),
        };
        ends.push(spawn(order)?);
    }
    let (sockets, ends) = (Mutex::new(sockets), Mutex::new(ends));
    let news = Mutex::new(Some(reader));
    Ok(Edge { meters, plan, origins, news, say, stop, sockets, ends, access, store })
}

fn spawn(order: Order) -> io::Result<oneshot::Receiver<Drained>> {
    let (started, begun) = mpsc::channel();
    let (ended, end) = oneshot::channel();
    let name = format!("edge-{}", order.number);
    std::thread::Builder::new().name(name).spawn(move || {
        let drained = thread::run(order, |result| {
            let _ = started.send(result);
        });
        let _ = ended.send(drained);
    })?;
    begun.recv().map_err(|_| io::Error::other("an edge thread ended at its start"))??;
    Ok(end)
}

impl Edge {
    /// The counts.
    pub fn meters(&self) -> Arc<Meters> {
        self.meters.clone()
    }

    /// What the edge has to say, for one reader: None for whoever asks second.
    pub fn news(&self) -> Option<NewsReader> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Duplicates of all listening sockets, for the process that takes over.
    ///
    /// # Errors
    /// When the process has no descriptor left.
    pub fn duplicates(&self) -> io::Result<Vec<OwnedFd>> {
        let sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        sockets.iter().map(OwnedFd::try_clone).collect()
    }

    /// Put other limits, routes and apps in force, without dropping a connection. Requests that
    /// have begun go on under the old ones. Addresses and the number of threads stay as they are.
    ///
    /// # Errors
    /// When a certificate cannot be used, or the thread of the first upstreams cannot be started;
    /// nothing has changed then.
    pub fn apply(&self, setup: &Setup) -> Result<(), StartError> {
        let (setup, change) = self.origins.complete(setup)?;
        let before = self.plan.borrow().clone();
        let plan = Plan::new(&setup, &self.meters, &self.store, &self.say, Some(&before))?;
        change.commit();
        self.store.follow(&setup.edge.cache);
        self.plan.send_replace(Arc::new(plan));
        self.access.switch(setup.access.clone());
        Ok(())
    }

    /// Purge cached replies. What is meant is not used any more when this returns.
    ///
    /// # Errors
    /// When a purge could not be noted on disk: it holds until this process ends.
    pub async fn purge(&self, purge: Purge) -> io::Result<PurgeReport> {
        self.store.purge(purge).await
    }

    /// What the cache keeps, for the admin API.
    pub fn cache(&self) -> CacheStatus {
        self.meters.cache()
    }

    /// Stop accepting, close idle connections, let requests finish for up to
    /// `limits.drain_timeout`, then cut what is left. A second call finds nothing to do.
    pub async fn drain(&self) -> Drained {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.stop.send_replace(true);
        // At once: who takes over may be waiting for the folder.
        self.store.close().await;
        let ends = std::mem::take(&mut *self.ends.lock().unwrap_or_else(PoisonError::into_inner));
        let mut all = Drained::default();
        for end in ends {
            let one = end.await.unwrap_or_default();
            all.finished += one.finished;
            all.cut += one.cut;
        }
        self.access.finish().await;
        all
    }
}
