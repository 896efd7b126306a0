//! One app: its workers, the choice among them, and the count of what each has in flight.

use super::gate::Gate;
use super::worker::Worker;
use crate::balance::{self, Budget, Choice};
use crate::meters::AppMeters;
use crate::timer::Timer;
use model::{AppName, Fleet, FleetState, Intake, WorkerId};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use tokio::sync::watch;

/// One app on one thread.
#[derive(Debug)]
pub struct App {
    name: AppName,
    source: RefCell<watch::Receiver<Arc<Fleet>>>,
    state: RefCell<FleetState>,
    workers: RefCell<Vec<Rc<Worker>>>,
    gate: Arc<Gate>,
    meters: Arc<AppMeters>,
    budget: RefCell<Budget>,
    timer: Rc<Timer>,
    /// Grows with each choice; tells the least recently used.
    clock: Cell<u64>,
}

/// Why no worker can be had now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unavailable {
    /// It may help to wait.
    ForNow,
    /// No worker ever became ready.
    Failed,
    /// The app was stopped on purpose.
    Stopped,
}

/// A request's place at a worker: counted in `Load::in_flight` until dropped.
#[derive(Debug)]
pub struct Ticket {
    app: Rc<App>,
    worker: Rc<Worker>,
}

impl App {
    /// An app whose workers `source` tells.
    pub fn new(
        source: watch::Receiver<Arc<Fleet>>,
        gate: Arc<Gate>,
        meters: Arc<AppMeters>,
        timer: &Rc<Timer>,
    ) -> Rc<Self> {
        let name = source.borrow().app.clone();
        let app = App {
            name,
            source: RefCell::new(source),
            state: RefCell::new(FleetState::Starting),
            workers: RefCell::default(),
            gate,
            meters,
            budget: RefCell::new(Budget::new(timer.now_ms())),
            timer: timer.clone(),
            clock: Cell::new(0),
        };
        app.update();
        Rc::new(app)
    }

    /// Its name.
    pub fn name(&self) -> &AppName {
        &self.name
    }

    /// Where its requests wait.
    pub fn gate(&self) -> &Arc<Gate> {
        &self.gate
    }

    /// Its counters.
    pub fn meters(&self) -> &AppMeters {
        &self.meters
    }

    /// The retries it may spend.
    pub fn budget(&self) -> &RefCell<Budget> {
        &self.budget
    }

    /// Learn of the workers from another channel.
    pub fn follow(&self, source: watch::Receiver<Arc<Fleet>>) {
        *self.source.borrow_mut() = source;
        self.update();
    }

    /// Wait for the next change of the workers and take it over; false when there can be none.
    pub async fn watch(&self) -> bool {
        let mut source = self.source.borrow().clone();
        let told = source.changed().await.is_ok();
        self.refresh();
        told
    }

    /// Take a place at the best worker, at most `in_flight_max` each. `tried`: workers on which
    /// this request failed.
    ///
    /// # Errors
    /// Why there is none.
    pub fn take(
        self: &Rc<Self>,
        in_flight_max: u32,
        tried: &[WorkerId],
    ) -> Result<Ticket, Unavailable> {
        loop {
            self.refresh();
            let worker = self.choose(in_flight_max, tried)?;
            let load = worker.load();
            let others = load.in_flight.fetch_add(1, SeqCst);
            let ticket = Ticket { app: self.clone(), worker };
            // Another thread may have taken the place, and supervise may have closed the worker's
            // intake, since we looked. Supervise looks at the count after it says so: one of us
            // sees the other.
            if others < in_flight_max && !self.is_outdated() {
                self.clock.set(self.clock.get() + 1);
                ticket.worker.chosen(self.clock.get());
                return Ok(ticket);
            }
        }
    }

    /// Close idle connections whose time is over; returns how many are left.
    pub fn sweep(&self) -> usize {
        let now = self.timer.now_ms();
        self.workers.borrow().iter().map(|worker| worker.sweep(now)).sum()
    }

    fn choose(&self, in_flight_max: u32, tried: &[WorkerId]) -> Result<Rc<Worker>, Unavailable> {
        let (now, workers) = (self.timer.now_ms(), self.workers.borrow());
        let candidates = workers.iter().map(|worker| worker.candidate(now, tried));
        match balance::choose(candidates, in_flight_max) {
            Choice::Take(at) => workers.get(at).cloned().ok_or(Unavailable::ForNow),
            Choice::Full => Err(Unavailable::ForNow),
            Choice::Nobody => Err(match *self.state.borrow() {
                FleetState::Failed => Unavailable::Failed,
                FleetState::Stopped => Unavailable::Stopped,
                FleetState::Starting | FleetState::Serving => Unavailable::ForNow,
            }),
        }
    }

    fn is_outdated(&self) -> bool {
        self.source.borrow().has_changed().unwrap_or(false)
    }

    fn refresh(&self) {
        if self.is_outdated() {
            self.update();
        }
    }

    /// Take over what the channel tells now.
    fn update(&self) {
        let fleet = self.source.borrow_mut().borrow_and_update().clone();
        let mut workers = self.workers.borrow_mut();
        // A worker that is no longer told of has ended.
        workers.iter().for_each(|worker| {
            if !fleet.members.iter().any(|member| member.worker == worker.id()) {
                worker.set_intake(Intake::Draining);
            }
        });
        let known = |id| workers.iter().find(|worker| worker.id() == id).cloned();
        let now: Vec<_> = fleet
            .members
            .iter()
            .map(|member| {
                let worker = known(member.worker).unwrap_or_else(|| Rc::new(Worker::new(member)));
                worker.set_intake(member.intake);
                worker
            })
            .collect();
        *workers = now;
        *self.state.borrow_mut() = fleet.state.clone();
        self.gate.changed();
        // Tunnels and requests look whether their worker is to be closed or cut.
        self.timer.wake_all();
    }
}

impl Ticket {
    /// The worker.
    pub fn worker(&self) -> &Rc<Worker> {
        &self.worker
    }

    /// The app.
    pub fn app(&self) -> &Rc<App> {
        &self.app
    }

    /// The request's connection was upgraded: it counts as such from now on.
    pub fn upgraded(self) -> Upgraded {
        self.worker.load().upgraded.fetch_add(1, Relaxed);
        self.app.meters.upgraded.add(1);
        Upgraded { app: self.app.clone(), worker: self.worker.clone() }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.worker.load().in_flight.fetch_sub(1, SeqCst);
        self.app.gate.freed();
    }
}

/// An upgraded connection's place at a worker: counted in `Load::upgraded` until dropped.
#[derive(Debug)]
pub struct Upgraded {
    app: Rc<App>,
    worker: Rc<Worker>,
}

impl Upgraded {
    /// What may be sent to the worker.
    pub fn intake(&self) -> Intake {
        self.worker.intake()
    }
}

impl Drop for Upgraded {
    fn drop(&mut self) {
        self.worker.load().upgraded.fetch_sub(1, Relaxed);
        self.app.meters.upgraded.sub(1);
    }
}
