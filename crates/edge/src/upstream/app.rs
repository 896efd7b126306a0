//! One app: its workers, the choice among them, and the count of what each has in flight.

use super::gate::Gate;
use super::shared::{Shared, rules};
use super::ticket::Ticket;
use super::worker::{Now, Worker};
use crate::balance::{self, Board, Budget, By, Choice, Pick, Standing, Wish};
use crate::meters::AppMeters;
use crate::shed::{Priority, Queue};
use crate::timer::Timer;
use crate::tls;
use base::random::Random;
use config::{Balance, Policy, Protocol};
use model::{AppName, Fleet, FleetState, Intake, WorkerId};
use std::cell::{Cell, RefCell};
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use tokio::sync::watch;

/// One app on one thread.
#[derive(Debug)]
pub struct App {
    name: AppName,
    source: RefCell<watch::Receiver<Arc<Fleet>>>,
    state: RefCell<FleetState>,
    workers: RefCell<Vec<Rc<Worker>>>,
    shared: Arc<Shared>,
    balance: RefCell<Rc<Balance>>,
    protocol: Cell<Protocol>,
    tls: RefCell<Option<tls::Client>>,
    meters: Arc<AppMeters>,
    budget: RefCell<Budget>,
    random: RefCell<Random>,
    timer: Rc<Timer>,
    /// What the board's clock is ahead of the thread's, in milliseconds.
    ahead_ms: u64,
    /// Grows with each choice; tells the least recently used.
    clock: Cell<u64>,
}

/// What a thread is told of an app.
#[derive(Debug)]
pub struct Told {
    /// Tells its workers.
    pub fleet: watch::Receiver<Arc<Fleet>>,
    /// What all threads share of it.
    pub shared: Arc<Shared>,
    /// How requests are shared out.
    pub balance: Balance,
    /// What the workers speak.
    pub protocol: Protocol,
    /// Whom to trust, if the workers speak TLS.
    pub tls: Option<tls::Client>,
    /// The thread's counters.
    pub meters: Arc<AppMeters>,
    /// How many threads there are.
    pub threads: usize,
}

/// What a request asks of the choice.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// What of it decides, if the app's settings let it.
    pub wish: Option<&'a Wish>,
    /// It asks for another protocol: its connection will stay.
    pub upgrade: bool,
    /// Workers on which it failed.
    pub tried: &'a [WorkerId],
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
    /// No server of the upstream can be reached.
    Unreachable,
}

impl App {
    /// An app as `told`.
    pub fn new(told: Told, timer: &Rc<Timer>) -> Rc<Self> {
        let name = told.fleet.borrow().app.clone();
        let passed = timer.read().saturating_duration_since(told.shared.began);
        let ahead_ms = (passed.as_millis() as u64).saturating_sub(timer.now_ms());
        let app = App {
            random: RefCell::new(Random::new(RandomState::new().hash_one(&name))),
            name,
            source: RefCell::new(told.fleet),
            state: RefCell::new(FleetState::Starting),
            workers: RefCell::default(),
            shared: told.shared,
            balance: RefCell::new(Rc::new(told.balance)),
            protocol: Cell::new(told.protocol),
            tls: RefCell::new(told.tls),
            meters: told.meters,
            budget: RefCell::new(Budget::new(timer.now_ms(), told.threads)),
            timer: timer.clone(),
            ahead_ms,
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
        &self.shared.gate
    }

    /// What may wait while its workers are saturated; None: as many as come.
    pub fn queue(&self) -> Option<Queue> {
        self.shared.board.queue()
    }

    /// A request has waited for its saturated workers for so long that nobody waits for its reply any
    /// more. One that is to be refused last is served when what the workers have is done.
    pub fn is_hopeless(&self, priority: Priority, waited_ms: u64) -> bool {
        let queue = self.queue().filter(|_| priority != Priority::High);
        queue.is_some_and(|queue| u128::from(waited_ms) > queue.patience.as_millis())
    }

    /// Its counters.
    pub fn meters(&self) -> &AppMeters {
        &self.meters
    }

    /// The retries it may spend.
    pub fn budget(&self) -> &RefCell<Budget> {
        &self.budget
    }

    /// How requests are shared out now.
    pub fn balance(&self) -> Rc<Balance> {
        self.balance.borrow().clone()
    }

    /// True if the settings say that the workers speak HTTP/2. Some are found to.
    pub fn is_http2(&self) -> bool {
        self.protocol.get() == Protocol::Http2
    }

    /// Whom to trust, if the workers speak TLS.
    pub fn tls(&self) -> Option<tls::Client> {
        self.tls.borrow().clone()
    }

    /// What is known of the workers, and the time on its clock.
    pub(super) fn board(&self) -> (&Board, u64) {
        (&self.shared.board, self.timer.now_ms() + self.ahead_ms)
    }

    /// A random number.
    pub(super) fn chance(&self) -> u64 {
        self.random.borrow_mut().next_u64()
    }

    /// Learn of the workers from another channel, and share requests out in another way.
    pub fn follow(
        &self,
        source: watch::Receiver<Arc<Fleet>>,
        balance: Balance,
        protocol: Protocol,
        tls: Option<tls::Client>,
    ) {
        self.protocol.set(protocol);
        *self.tls.borrow_mut() = tls;
        *self.source.borrow_mut() = source;
        let (board, now_ms) = self.board();
        board.obey(rules(&balance), now_ms);
        *self.balance.borrow_mut() = Rc::new(balance);
        self.update();
    }

    /// Wait for the next change of the workers and take it over; false when there can be none.
    pub async fn watch(&self) -> bool {
        let mut source = self.source.borrow().clone();
        let told = source.changed().await.is_ok();
        self.refresh();
        told
    }

    /// Take a place at the best worker, at most `in_flight_max` each; replies that have begun take
    /// none.
    ///
    /// # Errors
    /// Why there is none.
    pub fn take(self: &Rc<Self>, in_flight_max: u32, ask: &Ask<'_>) -> Result<Ticket, Unavailable> {
        loop {
            self.refresh();
            let (worker, trial) = self.choose(in_flight_max, ask)?;
            let load = worker.load();
            let others = load.in_flight.fetch_add(1, SeqCst);
            let others = others.saturating_sub(load.delivering.load(SeqCst));
            let ticket = Ticket::new(self.clone(), worker);
            // Another thread may have taken the place, and supervise may have closed the worker's
            // intake, since we looked. Supervise looks at the count after it says so: one of us
            // sees the other.
            let (limit, parked) = ticket.worker().record().room();
            let full = others >= in_flight_max || others.saturating_sub(parked) >= limit;
            if full || self.is_outdated() {
                continue;
            }
            if trial {
                let (board, now_ms) = self.board();
                if !board.claim(ticket.worker().record(), now_ms) {
                    continue;
                }
                ticket.set_trial();
            }
            self.clock.set(self.clock.get() + 1);
            ticket.worker().chosen(self.clock.get());
            return Ok(ticket);
        }
    }

    /// Close idle connections whose time is over; returns how many are left.
    pub fn sweep(&self) -> usize {
        let (board, now_ms) = self.board();
        board.tick(now_ms);
        let now = self.timer.now_ms();
        self.workers.borrow().iter().map(|worker| worker.sweep(now)).sum()
    }

    /// The best worker, and whether the request is to try it.
    fn choose(&self, in_flight_max: u32, ask: &Ask<'_>) -> Result<(Rc<Worker>, bool), Unavailable> {
        let (board, board_ms) = self.board();
        let now = Now { ms: self.timer.now_ms(), board_ms, silence_ms: board.silence_ms() };
        let workers = self.workers.borrow();
        if let Some(token) = ask.wish.and_then(|wish| wish.token) {
            let own = workers.iter().find(|worker| worker.record().token() == token);
            let own = own.filter(|own| own.candidate(now, ask.tried).can_keep(in_flight_max));
            if let Some(own) = own {
                return Ok((own.clone(), false));
            }
        }
        let candidates = workers.iter().map(|worker| worker.candidate(now, ask.tried));
        match balance::choose(candidates, self.pick(ask), in_flight_max) {
            Choice::Take(at) => {
                let worker = workers.get(at).cloned().ok_or(Unavailable::ForNow)?;
                let trial = worker.record().view().standing == Standing::OnTrial;
                Ok((worker, trial))
            }
            Choice::Full => Err(Unavailable::ForNow),
            Choice::Nobody => Err(match *self.state.borrow() {
                FleetState::Failed => Unavailable::Failed,
                FleetState::Stopped => Unavailable::Stopped,
                FleetState::Unreachable => Unavailable::Unreachable,
                FleetState::Starting | FleetState::Serving => Unavailable::ForNow,
            }),
        }
    }

    fn pick(&self, ask: &Ask<'_>) -> Pick {
        let by = match (&self.balance.borrow().policy, ask.wish.and_then(|wish| wish.key)) {
            (Policy::Hash(_), Some(hash)) => {
                By::Key { hash: hash.get(), in_flight_max: self.shared.board.keyed_max() }
            }
            (Policy::Least | Policy::Hash(_), _) => By::Score,
            (Policy::RoundRobin, _) => By::Turn,
            (Policy::TwoChoices, _) => By::Draw,
        };
        Pick { by, upgrade: ask.upgrade, chance: self.chance() }
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
                self.set_intake(worker, Intake::Draining);
            }
        });
        let known = |id| workers.iter().find(|worker| worker.id() == id).cloned();
        let now: Vec<_> = fleet
            .members
            .iter()
            .map(|member| {
                let worker = known(member.worker).unwrap_or_else(|| {
                    let record = self.shared.board.record(member.worker, &member.load);
                    Rc::new(Worker::new(member, record))
                });
                self.set_intake(&worker, member.intake);
                worker
            })
            .collect();
        *workers = now;
        *self.state.borrow_mut() = fleet.state.clone();
        self.gate().changed();
        // Tunnels and requests look whether their worker is to be closed or cut.
        self.timer.wake_all();
    }

    fn set_intake(&self, worker: &Worker, intake: Intake) {
        worker.set_intake(intake);
        let (board, now_ms) = self.board();
        board.set_open(worker.record(), intake == Intake::Open, now_ms);
    }
}
