//! The handle to the thread of upstreams, which is started with the first of them.

use super::board::Board;
use super::resolve::Resolve;
use super::thread::{self, Order};
use crate::news::News;
use crate::setup::{Served, Setup};
use model::{AppName, Fleet, FleetState};
use std::fmt;
use std::io;
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

type Heard = watch::Receiver<Arc<Fleet>>;

/// Upstreams that are to come, to stay and to go.
pub struct Change<'a> {
    known: MutexGuard<'a, Known>,
    fleets: Vec<(AppName, Heard)>,
    order: Option<Order>,
}

#[derive(Default)]
struct Known {
    fleets: Vec<(AppName, Heard)>,
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
    /// When the thread cannot be started.
    pub fn complete(&self, setup: &Setup) -> io::Result<(Setup, Change<'_>)> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut setup = setup.clone();
        if setup.upstreams.is_empty() && known.thread.is_none() {
            return Ok((setup, Change { known, fleets: Vec::new(), order: None }));
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
        let (mut told, mut fleets) = (Vec::new(), Vec::new());
        for upstream in &setup.upstreams {
            let (sender, fleet) = known.follow(&upstream.name);
            fleets.push((upstream.name.clone(), fleet.clone()));
            told.push((upstream.clone(), sender));
            let (balance, protocol) = (upstream.balance.clone(), upstream.protocol);
            setup.apps.push(Served { fleet, balance, protocol });
        }
        Ok((setup, Change { known, fleets, order: Some(Order { told, patience }) }))
    }
}

impl Change<'_> {
    /// Put it in force.
    pub fn commit(mut self) {
        self.known.fleets = std::mem::take(&mut self.fleets);
        if let (Some(thread), Some(order)) = (&self.known.thread, self.order.take()) {
            // The thread ends only when this end of the channel does.
            let _ = thread.send(order);
        }
    }
}

impl Known {
    /// Where the upstream is heard of; with the other end if it is a new one.
    fn follow(&self, name: &AppName) -> (Option<watch::Sender<Arc<Fleet>>>, Heard) {
        if let Some((_, fleet)) = self.fleets.iter().find(|(known, _)| known == name) {
            return (None, fleet.clone());
        }
        let fleet = Fleet { app: name.clone(), state: FleetState::Starting, members: Vec::new() };
        let (sender, fleet) = watch::channel(Arc::new(fleet));
        (Some(sender), fleet)
    }
}
