//! The handle to the thread of upstreams, which is started with the first of them.

use super::board::Board;
use super::resolve::Resolve;
use super::thread::{self, Order, Told};
use crate::news::News;
use crate::setup::{Served, Setup};
use crate::start::StartError;
use crate::tls::{self, AuthorityError};
use config::{Protocol, Server, Upstream};
use model::{AppName, Fleet, FleetState};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// How long upstreams wait for things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection.
    pub connect_timeout: Duration,
    /// For the requests of an upstream that was removed.
    pub drain_timeout: Duration,
}

/// All upstreams. Dropping it ends them.
pub struct Origins {
    resolver: Arc<dyn Resolve>,
    news: News,
    board: Arc<Board>,
    known: Mutex<Known>,
}

/// An upstream that is there.
#[derive(Debug, Clone)]
struct One {
    name: AppName,
    /// Where it is heard of.
    fleet: watch::Receiver<Arc<Fleet>>,
    /// Whom to trust, if its servers speak TLS.
    tls: Option<tls::Client>,
}

/// The other end of `One::fleet`, if it is a new one.
type Sender = Option<watch::Sender<Arc<Fleet>>>;

/// Upstreams that are to come, to stay and to go.
pub struct Change<'a> {
    known: MutexGuard<'a, Known>,
    now: Vec<One>,
    order: Option<Order>,
}

#[derive(Default)]
struct Known {
    all: Vec<One>,
    /// An order a reload, so that it needs no bound.
    thread: Option<mpsc::UnboundedSender<Order>>,
}

impl fmt::Debug for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Origins").field("board", &self.board).finish_non_exhaustive()
    }
}

impl Origins {
    /// No upstreams yet. Nothing runs before there is one.
    pub fn new(resolver: Arc<dyn Resolve>, news: News, board: Arc<Board>) -> Self {
        Origins { resolver, news, board, known: Mutex::default() }
    }

    /// `setup` with its upstreams among its apps, and the change that this is; nothing happens before
    /// that is committed. Upstreams that are there already keep their servers, counts and
    /// connections.
    ///
    /// # Errors
    /// When authorities cannot be used, or the thread cannot be started.
    pub fn complete(&self, setup: &Setup) -> Result<(Setup, Change<'_>), StartError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut setup = setup.clone();
        if setup.upstreams.is_empty() && known.thread.is_none() {
            return Ok((setup, Change { known, now: Vec::new(), order: None }));
        }
        let limits = &setup.edge.limits;
        let patience = Patience {
            connect_timeout: limits.connect_timeout,
            drain_timeout: limits.drain_timeout,
        };
        if known.thread.is_none() {
            let (resolver, news) = (self.resolver.clone(), self.news.clone());
            known.thread = Some(thread::start(resolver, news, self.board.clone(), patience)?);
        }
        let (mut told, mut now) = (Vec::new(), Vec::new());
        for settings in &setup.upstreams {
            let (one, sender) = known.follow(settings)?;
            let Upstream { balance, protocol, .. } = settings.clone();
            let (fleet, tls) = (one.fleet.clone(), one.tls.clone());
            setup.apps.push(Served { fleet, balance, protocol, tls: tls.clone() });
            told.push(Told { settings: settings.clone(), tls, fleet: sender });
            now.push(one);
        }
        Ok((setup, Change { known, now, order: Some(Order { told, patience }) }))
    }
}

impl Change<'_> {
    /// Put it in force.
    pub fn commit(mut self) {
        self.known.all = std::mem::take(&mut self.now);
        if let (Some(thread), Some(order)) = (&self.known.thread, self.order.take()) {
            // The thread ends only when this end of the channel does.
            let _ = thread.send(order);
        }
    }
}

impl Known {
    /// An upstream as it is to be; with the other end of its channel if it is a new one.
    fn follow(&self, settings: &Upstream) -> Result<(One, Sender), AuthorityError> {
        let name = &settings.name;
        let known = self.all.iter().find(|one| one.name == *name);
        let client = |_: &Server| {
            let http2 = settings.protocol == Protocol::Http2;
            let before = known.and_then(|one| one.tls.as_ref());
            tls::Client::new(settings.ca.as_deref(), http2, before)
        };
        let tls = settings.servers.iter().find(|one| one.tls).map(client).transpose()?;
        if let Some(known) = known {
            return Ok((One { tls, ..known.clone() }, None));
        }
        let fleet = Fleet { app: name.clone(), state: FleetState::Starting, members: Vec::new() };
        let (sender, fleet) = watch::channel(Arc::new(fleet));
        Ok((One { name: name.clone(), fleet, tls }, Some(sender)))
    }
}
