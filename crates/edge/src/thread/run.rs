//! The thread's main loop: from its listeners to its last connection.

use super::accept::Acceptor;
use super::date::DateLine;
use super::{Thread, schedule};
use crate::access::{Lane, Way};
use crate::encode::Encoders;
use crate::listen::Listener;
use crate::meters::ThreadMeters;
use crate::notice::Notices;
use crate::plan::{Plan, ThreadPlan};
use crate::socket::Buffers;
use crate::timer::{TICK, Timer};
use crate::upstream::App;
use base::random::{Random, secret};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;
use std::{io, mem};
use tokio::runtime::{Builder, LocalOptions};
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;

/// How long upgraded connections have to close when the drain limit is reached.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long connections have to end once everything is cut.
const CUT_TIMEOUT: Duration = Duration::from_secs(1);

/// How far the edge is on its way to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Taking connections.
    Serving,
    /// Taking no connections; requests finish.
    Draining,
    /// Upgraded connections are closed.
    Closing,
    /// Everything ends now.
    Cut,
}

/// How a drain ended, in connections.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Drained {
    /// Ended by themselves.
    pub finished: u64,
    /// Cut at the limit.
    pub cut: u64,
}

/// What a thread is started with.
pub struct Order {
    /// Its number, from 0.
    pub number: usize,
    /// Its listeners; non-blocking.
    pub listeners: Vec<Listener>,
    /// Settings, routes, apps; may change.
    pub plan: watch::Receiver<Arc<Plan>>,
    /// True: drain and end.
    pub stop: watch::Receiver<bool>,
    /// Its counts.
    pub meters: Arc<ThreadMeters>,
    /// Client connections of all threads.
    pub connections: Arc<AtomicU32>,
    /// Its way to the access log.
    pub access: Way,
    /// Tells of refusals.
    pub notices: Arc<Notices>,
}

/// Run a thread to its end. `started` is told whether it could begin.
pub fn run(order: Order, started: impl FnOnce(io::Result<()>)) -> Drained {
    schedule::in_batches();
    let runtime = Builder::new_current_thread().enable_all().build_local(LocalOptions::default());
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            started(Err(error));
            return Drained::default();
        }
    };
    runtime.block_on(async move {
        match begin(order) {
            Ok(life) => {
                started(Ok(()));
                life.run().await
            }
            Err(error) => {
                started(Err(error));
                Drained::default()
            }
        }
    })
}

struct Life {
    thread: Rc<Thread>,
    number: usize,
    acceptors: Vec<Rc<Acceptor>>,
    tasks: Vec<Task>,
    watchers: Vec<Watcher>,
    plan: watch::Receiver<Arc<Plan>>,
    stop: watch::Receiver<bool>,
}

fn begin(mut order: Order) -> io::Result<Life> {
    let acceptors: io::Result<Vec<_>> =
        order.listeners.into_iter().map(|one| Acceptor::new(one).map(Rc::new)).collect();
    let timer = Timer::new();
    let plan = order.plan.borrow_and_update().clone();
    let plan = Rc::new(ThreadPlan::new(&plan, order.number, &timer, None));
    let thread = Rc::new(Thread {
        buffers: Buffers::new(),
        encoders: Encoders::new(),
        meters: order.meters,
        plan: RefCell::new(plan),
        phase: Cell::new(Phase::Serving),
        nonces: RefCell::default(),
        random: RefCell::new(Random::new(u64::from_ne_bytes(secret()?))),
        connections: order.connections,
        access: Lane::new(order.access),
        notices: order.notices,
        closed: Notify::new(),
        date: DateLine::default(),
        timer,
    });
    let mut life = Life {
        thread,
        number: order.number,
        acceptors: acceptors?,
        tasks: Vec::new(),
        watchers: Vec::new(),
        plan: order.plan,
        stop: order.stop,
    };
    life.watch_apps();
    let thread = life.thread.clone();
    life.tasks.push(Task::spawn(async move { tick(&thread).await }));
    for acceptor in &life.acceptors {
        let (thread, acceptor) = (life.thread.clone(), acceptor.clone());
        life.tasks.push(Task::spawn(async move { acceptor.run(&thread).await }));
    }
    Ok(life)
}

impl Life {
    async fn run(mut self) -> Drained {
        loop {
            let changed = tokio::select! {
                changed = self.plan.changed() => changed.is_ok(),
                _ = self.stop.wait_for(|stop| *stop) => false,
            };
            if !changed {
                break;
            }
            self.apply();
        }
        self.drain().await
    }

    fn apply(&mut self) {
        let plan = self.plan.borrow_and_update().clone();
        let before = self.thread.plan();
        let new = ThreadPlan::new(&plan, self.number, &self.thread.timer, Some(&before));
        *self.thread.plan.borrow_mut() = Rc::new(new);
        self.watch_apps();
    }

    /// Follow the changes of every app's workers.
    fn watch_apps(&mut self) {
        let plan = self.thread.plan();
        let goes_on = |app: &Rc<App>| plan.apps().iter().any(|one| Rc::ptr_eq(one, app));
        // Of one that is no longer in the plan, the last connections hear until nobody tells more.
        self.watchers.retain(|one| !goes_on(&one.app) && !one.task.is_finished());
        self.watchers.extend(plan.apps().iter().map(Watcher::new));
    }

    async fn drain(mut self) -> Drained {
        let thread = self.thread.clone();
        // The ticks must go on; the accept loops end.
        let accepting = self.tasks.split_off(1);
        for acceptor in mem::take(&mut self.acceptors) {
            acceptor.take_waiting(&thread);
        }
        drop(accepting);
        let open = thread.connections().get();
        self.enter(Phase::Draining);
        let limit = thread.plan().limits.drain_timeout;
        if !self.all_closed(limit).await {
            self.enter(Phase::Closing);
            self.all_closed(CLOSE_TIMEOUT).await;
        }
        let cut = thread.connections().get();
        self.enter(Phase::Cut);
        self.all_closed(CUT_TIMEOUT).await;
        Drained { finished: open.saturating_sub(cut), cut }
    }

    fn enter(&self, phase: Phase) {
        self.thread.phase.set(phase);
        self.thread.timer.wake_all();
    }

    /// Wait until no client connection is left; false if that takes longer than `limit`.
    async fn all_closed(&self, limit: Duration) -> bool {
        let closed = async {
            while self.thread.connections().get() > 0 {
                self.thread.closed.notified().await;
            }
        };
        tokio::time::timeout(limit, closed).await.is_ok()
    }
}

/// Look at deadlines and idle connections to workers, as long as there are any, and hand on what
/// is to be logged.
async fn tick(thread: &Thread) {
    loop {
        thread.access.flush();
        thread.notices.tick();
        let pooled: usize = thread.plan().apps().iter().map(|app| app.sweep()).sum();
        if pooled == 0 && !thread.notices.owes() {
            thread.timer.until_active().await;
        }
        tokio::time::sleep(TICK).await;
        thread.timer.tick();
    }
}

/// Follows the changes of one app's workers.
struct Watcher {
    app: Rc<App>,
    task: Task,
}

impl Watcher {
    fn new(app: &Rc<App>) -> Self {
        let followed = app.clone();
        let task = Task::spawn(async move { while followed.watch().await {} });
        Watcher { app: app.clone(), task }
    }
}

/// A task that ends with its owner.
struct Task(AbortHandle);

impl Task {
    fn spawn(work: impl Future<Output = ()> + 'static) -> Self {
        Task(tokio::task::spawn_local(work).abort_handle())
    }

    fn is_finished(&self) -> bool {
        self.0.is_finished()
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}
