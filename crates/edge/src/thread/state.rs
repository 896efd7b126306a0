//! What the connections of one thread share.

use super::Phase;
use super::date::DateLine;
use crate::access::Lane;
use crate::encode::{Effort, Encoders, Used};
use crate::headers::{Nonce, Nonces};
use crate::meters::{Gauge, ThreadMeters};
use crate::notice::Notices;
use crate::plan::ThreadPlan;
use crate::reply::Reason;
use crate::socket::Buffers;
use crate::timer::Timer;
use base::random::{Random, secret};
use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::Notify;

/// What the connections of one thread share.
#[derive(Debug)]
pub struct Thread {
    /// Clock and deadlines.
    pub timer: Rc<Timer>,
    /// What encoders share.
    pub encoders: Rc<Encoders>,
    /// Free buffers.
    pub buffers: Rc<Buffers>,
    /// Counts.
    pub meters: Arc<ThreadMeters>,
    pub(super) plan: RefCell<Rc<ThreadPlan>>,
    pub(super) phase: Cell<Phase>,
    pub(super) random: RefCell<Random>,
    pub(super) nonces: RefCell<Nonces>,
    /// Client connections of all threads.
    pub(super) connections: Arc<AtomicU32>,
    /// The way to the access log.
    pub access: Rc<Lane>,
    /// Tells of refusals.
    pub notices: Arc<Notices>,
    pub(super) closed: Notify,
    /// When the edge itself replies.
    pub date: DateLine,
}

/// A client connection, counted until dropped.
#[derive(Debug)]
pub struct Open(Rc<Thread>);

impl Thread {
    /// The settings, routes and apps now in force.
    pub fn plan(&self) -> Rc<ThreadPlan> {
        self.plan.borrow().clone()
    }

    /// Whether idle connections are to end and replies say `Connection: close`.
    pub fn is_draining(&self) -> bool {
        self.phase.get() >= Phase::Draining
    }

    /// Whether upgraded connections are to be closed.
    pub fn is_closing(&self) -> bool {
        self.phase.get() >= Phase::Closing
    }

    /// Whether everything is to end now.
    pub fn is_cut(&self) -> bool {
        self.phase.get() == Phase::Cut
    }

    /// A random number.
    pub fn chance(&self) -> u128 {
        let mut random = self.random.borrow_mut();
        u128::from(random.next_u64()) << 64 | u128::from(random.next_u64())
    }

    /// A fresh nonce; None if the kernel gives no random bytes.
    pub fn nonce(&self) -> Option<Nonce> {
        self.nonces.borrow_mut().next(|| secret().ok())
    }

    /// How hard encoders may try now.
    pub fn effort(&self) -> Effort {
        let now = Duration::from_millis(self.timer.now_ms());
        self.encoders.effort(now, || {
            let runtime = tokio::runtime::Handle::current().metrics();
            let busy = runtime.worker_total_busy_duration(0);
            Used { busy, encoding: self.meters.encode.spent() }
        })
    }

    /// Count a refusal, and tell of it. `what` names the client and what was wrong.
    pub fn refused<T: Display>(&self, reason: Reason, what: impl FnOnce() -> T) {
        self.meters.refused.add(reason);
        // That something is not there is no news: every site is asked for what it never had.
        if reason != Reason::NoFile {
            self.notices.refused(reason, what);
        }
    }

    /// Count a client connection.
    pub fn opened(self: &Rc<Self>) -> Open {
        self.connections.fetch_add(1, Relaxed);
        self.meters.connections.add(1);
        self.meters.accepted.add(1);
        Open(self.clone())
    }

    pub(super) fn connections(&self) -> &Gauge {
        &self.meters.connections
    }
}

impl Open {
    /// The thread that serves it.
    pub fn thread(&self) -> &Rc<Thread> {
        &self.0
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Relaxed);
        self.0.meters.connections.sub(1);
        self.0.closed.notify_one();
    }
}
