//! The way over a connection: who waits for which reply.

use super::client::Shared;
use super::connection;
use super::resp::Value;
use super::script::{self, SCRIPTS};
use super::way::{Reply, Unanswered, Way};
use crate::socket::Buffers;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Waker};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

/// Requests that may wait for the store on one thread. More go as if it could not be asked.
const JOBS_MAX: usize = 1_024;

/// One thread's connection to a store. It ends with this.
#[derive(Debug)]
pub struct Line {
    lane: Rc<Lane>,
    driver: AbortHandle,
}

/// What requests and the connection share.
#[derive(Debug)]
pub struct Lane {
    jobs: RefCell<VecDeque<Job>>,
    state: Cell<State>,
    /// A request has waited for too long: the connection is to be given up.
    late: Cell<bool>,
    waker: RefCell<Option<Waker>>,
    /// By which the server knows the scripts.
    hashes: RefCell<[Vec<u8>; SCRIPTS]>,
}

/// A command, and who waits for its reply.
#[derive(Debug)]
pub struct Job {
    /// The command as it is sent.
    pub command: Vec<u8>,
    /// Gets the reply; dropped when there will be none.
    pub reply: oneshot::Sender<Value>,
}

/// Whether there is a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has asked yet: one is made for who asks first, who waits for it.
    Unused,
    /// It is there.
    Up,
    /// It is not, and nobody waits for the next try.
    Down,
}

impl Line {
    /// A way to the store of `shared`. To be made on a thread's runtime.
    pub fn new(shared: &Arc<Shared>) -> Rc<Self> {
        let lane = Rc::new(Lane {
            jobs: RefCell::default(),
            state: Cell::new(State::Unused),
            late: Cell::new(false),
            waker: RefCell::default(),
            hashes: RefCell::default(),
        });
        let driver = connection::drive(shared.clone(), lane.clone(), Buffers::new());
        let driver = tokio::task::spawn_local(driver).abort_handle();
        Rc::new(Line { lane, driver })
    }
}

impl Way for Line {
    fn send(&self, parts: &[&[u8]]) -> Reply {
        let mut command =
            Vec::with_capacity(64 + parts.iter().map(|part| part.len() + 16).sum::<usize>());
        script::command(parts, &mut command);
        let (reply, replied) = oneshot::channel();
        let pushed = self.lane.push(Job { command, reply });
        Box::pin(async move {
            pushed?;
            replied.await.map_err(|_| Unanswered)
        })
    }

    fn give_up(&self) {
        // A reply that comes later would be taken for one to the next request.
        self.lane.late.set(true);
        self.lane.wake();
    }

    fn hash(&self, number: usize) -> Vec<u8> {
        self.lane.hash(number)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Lane {
    fn push(&self, job: Job) -> Result<(), Unanswered> {
        let mut jobs = self.jobs.borrow_mut();
        if self.state.get() == State::Down || jobs.len() >= JOBS_MAX {
            return Err(Unanswered);
        }
        jobs.push_back(job);
        drop(jobs);
        self.wake();
        Ok(())
    }

    /// The next job to be sent.
    pub fn pop(&self) -> Option<Job> {
        self.jobs.borrow_mut().pop_front()
    }

    /// Somebody asks.
    pub fn is_asked(&self) -> bool {
        !self.jobs.borrow().is_empty()
    }

    /// There is a connection, or none. Without one nobody is left to wait.
    pub fn set(&self, state: State) {
        self.state.set(state);
        self.late.set(false);
        if state == State::Down {
            self.jobs.borrow_mut().clear();
        }
    }

    /// A request has waited for too long.
    pub fn is_late(&self) -> bool {
        self.late.get()
    }

    /// The server knows script `number` by this.
    pub fn learn(&self, number: usize, hash: Vec<u8>) {
        if let Some(slot) = self.hashes.borrow_mut().get_mut(number) {
            *slot = hash;
        }
    }

    /// Be woken by the next job.
    pub fn watch(&self, cx: &Context<'_>) {
        *self.waker.borrow_mut() = Some(cx.waker().clone());
    }

    fn hash(&self, number: usize) -> Vec<u8> {
        self.hashes.borrow().get(number).cloned().unwrap_or_default()
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }
}
