//! One worker and this thread's idle connections to it.

use crate::balance::{Candidate, Record};
use crate::http2::Link;
use crate::socket::Transport;
use model::{Endpoint, Intake, Load, Member, WorkerId};
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// An idle connection is closed after this long at the latest: before Node's default of 5 s.
const IDLE_MAX: Duration = Duration::from_secs(4);
/// By how much the edge closes earlier than the worker said it would.
const IDLE_MARGIN: Duration = Duration::from_secs(1);
/// Idle connections kept to one worker.
const IDLE_COUNT_MAX: usize = 1024;
/// A worker that refused a connection is left alone for so long.
const REFUSAL_MS: u64 = 100;

/// One worker.
#[derive(Debug)]
pub struct Worker {
    id: WorkerId,
    endpoint: Endpoint,
    number: u32,
    http2: bool,
    load: Arc<Load>,
    record: Arc<Record>,
    intake: Cell<Intake>,
    used: Cell<u64>,
    refuses_until_ms: Cell<u64>,
    idle: RefCell<Vec<Idle>>,
    link: RefCell<Option<Link>>,
}

/// The time, and what is told by it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    /// On the thread's clock.
    pub ms: u64,
    /// On the board's clock.
    pub board_ms: u64,
    /// How long a worker may be silent.
    pub silence_ms: u64,
}

#[derive(Debug)]
struct Idle {
    socket: Transport,
    until_ms: u64,
}

impl Worker {
    pub(super) fn new(member: &Member, record: Arc<Record>) -> Self {
        Worker {
            id: member.worker,
            endpoint: member.endpoint.clone(),
            number: member.number,
            http2: member.http2,
            load: member.load.clone(),
            record,
            intake: Cell::new(member.intake),
            used: Cell::new(0),
            refuses_until_ms: Cell::new(0),
            idle: RefCell::default(),
            link: RefCell::default(),
        }
    }

    /// The process.
    pub fn id(&self) -> WorkerId {
        self.id
    }

    /// Its number, which a replacement keeps.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Where it listens.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// It speaks HTTP/2 alone.
    pub fn is_http2(&self) -> bool {
        self.http2
    }

    /// Its shared counters.
    pub fn load(&self) -> &Load {
        &self.load
    }

    /// What all threads know of it.
    pub(super) fn record(&self) -> &Record {
        &self.record
    }

    /// What may be sent to it.
    pub fn intake(&self) -> Intake {
        self.intake.get()
    }

    /// It refused a connection: leave it alone for a moment.
    pub fn refused(&self, now_ms: u64) {
        self.refuses_until_ms.set(now_ms + REFUSAL_MS);
        self.idle.borrow_mut().clear();
        *self.link.borrow_mut() = None;
    }

    /// As a candidate for a request that failed on the workers in `tried`.
    pub(super) fn candidate(&self, now: Now, tried: &[WorkerId]) -> Candidate {
        let (limit, parked) = self.record.room();
        Candidate {
            limit,
            parked,
            open: self.intake.get() == Intake::Open && self.refuses_until_ms.get() <= now.ms,
            in_flight: self.load.in_flight.load(Relaxed),
            delivering: self.load.delivering.load(Relaxed),
            upgraded: self.load.upgraded.load(Relaxed),
            stalled: self.load.stalled.load(Relaxed),
            silent: self.record.is_silent(now.silence_ms, now.board_ms),
            tried: tried.contains(&self.id),
            view: self.record.view(),
            used: self.used.get(),
            number: self.number,
        }
    }

    pub(super) fn chosen(&self, clock: u64) {
        self.used.set(clock);
    }

    pub(super) fn set_intake(&self, intake: Intake) {
        self.intake.set(intake);
        if intake != Intake::Open {
            self.idle.borrow_mut().clear();
            *self.link.borrow_mut() = None;
        }
    }

    /// The HTTP/2 connection that all requests of this thread share.
    pub fn link(&self) -> Option<Link> {
        self.link.borrow().clone()
    }

    /// Use this one from now on, or a new one.
    pub fn set_link(&self, link: Option<Link>) {
        *self.link.borrow_mut() = link.filter(|_| self.intake.get() == Intake::Open);
    }

    /// An idle connection that can be used again: the one used last, since it will live longest.
    pub fn idle(&self, now_ms: u64) -> Option<Transport> {
        loop {
            let idle = self.idle.borrow_mut().pop()?;
            // A write to a closed unix socket fails at once, and nothing was sent; and what epoll
            // has told of it is never older than a millisecond or two, since the runtime asks it
            // after every few tasks. A write to a closed TCP connection succeeds, so that one is
            // looked at.
            let look = !matches!(self.endpoint, Endpoint::Unix(_));
            if now_ms < idle.until_ms && idle.socket.is_quiet(look) {
                return Some(idle.socket);
            }
        }
    }

    /// Keep a connection, last read at `read_ms`, for the next request, unless the worker would
    /// close it about then.
    pub fn keep(&self, socket: Transport, read_ms: u64, idle_timeout: Option<Duration>) {
        let wanted = idle_timeout.map_or(IDLE_MAX, |limit| limit.saturating_sub(IDLE_MARGIN));
        let until_ms = read_ms + wanted.min(IDLE_MAX).as_millis() as u64;
        let mut idle = self.idle.borrow_mut();
        if self.intake.get() == Intake::Open && until_ms > read_ms && idle.len() < IDLE_COUNT_MAX {
            idle.push(Idle { socket, until_ms });
        }
    }

    /// Close the idle connections whose time is over or that the worker has closed. Returns how
    /// many are left.
    pub(super) fn sweep(&self, now_ms: u64) -> usize {
        let mut idle = self.idle.borrow_mut();
        idle.retain(|one| now_ms < one.until_ms && one.socket.is_quiet(false));
        idle.len()
    }
}
