//! An app on a clock of its own: workers that do good and bad things by chance, requests, and the
//! real code that chooses, judges, puts out and repeats. The rest is what `forward` does, in short.

use super::super::{
    Attempt, Board, Budget, Candidate, Choice, Pick, Record, Rules, Standing, choose,
};
use super::peak::Peak;
use crate::http::Method;
use crate::shed::Came;
use base::random::Random;
use model::{Load, WorkerId};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::hash_map::RandomState;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

pub const IN_FLIGHT_MAX: u32 = 100;
pub const WAIT_US: u64 = 5_000_000;
pub const REPLY_US: u64 = 10_000_000;
const REFUSAL_US: u64 = 100_000;
/// How long after a worker stalled the edge is told.
const HINT_US: u64 = 200_000;

/// What a worker does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Fast,
    Slow,
    /// One request in a hundred blocks it for 200 ms.
    Stalling,
    /// 503 at once.
    Failing,
    Refusing,
    /// Closes the connection without having read the request.
    HangsUp,
    /// Reads the request and breaks.
    Breaks,
}

/// Who chooses.
#[derive(Clone, Copy)]
pub enum Chooser {
    Ours(fn(u64) -> Pick),
    /// The product of a peak-sensitive average and the requests in flight, of two drawn.
    PeakEwma,
}

pub struct Worker {
    pub id: WorkerId,
    pub number: u32,
    pub kind: Kind,
    pub load: Arc<Load>,
    pub record: Arc<Record>,
    pub open: bool,
    pub dead: bool,
    /// When its event loop has done all it was given.
    free_us: u64,
    /// Since when it does nothing else, and until when.
    blocked: (u64, u64),
    refuses_until_us: u64,
    used: u64,
    pub served: u64,
    pub peak: Peak,
}

pub struct Request {
    pub method: Method,
    pub begun_us: u64,
    pub ended_us: u64,
    /// 0 until it ended.
    pub status: u16,
    /// How often a worker has read it.
    pub read: u32,
    pub blocks: bool,
    failed: Vec<WorkerId>,
    sends: u32,
    pub waits_until_us: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// What a worker did with a request that it has had since.
    Done {
        request: usize,
        worker: usize,
        since: (u64, Came),
        trial: bool,
        end: End,
    },
    Tick,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Reply(u16),
    Refused,
    HungUp,
    Broken,
    Late,
}

pub struct World {
    pub random: Random,
    pub now_us: u64,
    pub workers: Vec<Worker>,
    pub requests: Vec<Request>,
    pub board: Board,
    pub chooser: Chooser,
    pub service_us: u64,
    budget: Budget,
    pub retries: u64,
    pub waiting: Vec<usize>,
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    order: u64,
}

impl World {
    pub fn new(seed: u64, chooser: Chooser, rules: Rules) -> Self {
        let mut world = World {
            random: Random::new(seed),
            now_us: 0,
            workers: Vec::new(),
            requests: Vec::new(),
            board: Board::new(rules, RandomState::new()),
            chooser,
            service_us: 2_000,
            budget: Budget::new(0, 1),
            retries: 0,
            waiting: Vec::new(),
            events: BinaryHeap::new(),
            order: 0,
        };
        world.at(100_000, Event::Tick);
        world
    }

    pub fn add(&mut self, number: u32, kind: Kind) {
        let (id, load) = (WorkerId(self.workers.len() as u64), Arc::<Load>::default());
        let record = self.board.record(id, &load);
        self.board.set_open(&record, true, self.now_us / 1_000);
        self.workers.push(Worker {
            id,
            number,
            kind,
            load,
            record,
            open: true,
            dead: false,
            free_us: 0,
            blocked: (0, 0),
            refuses_until_us: 0,
            used: 0,
            served: 0,
            peak: Peak::default(),
        });
    }

    /// Supervise closes a worker's intake.
    pub fn drain(&mut self, at: usize) {
        self.workers[at].open = false;
        self.board.set_open(&self.workers[at].record, false, self.now_us / 1_000);
    }

    /// The process dies with all it has.
    pub fn kill(&mut self, at: usize) {
        self.drain(at);
        self.workers[at].dead = true;
        let now = self.now_us;
        let events =
            std::mem::take(&mut self.events).into_iter().map(|Reverse((due, order, event))| {
                match event {
                    Event::Done { request, worker, since, trial, .. } if worker == at => {
                        let end = if due % 2 == 0 { End::Broken } else { End::HungUp };
                        Reverse((now, order, Event::Done { request, worker, since, trial, end }))
                    }
                    event => Reverse((due, order, event)),
                }
            });
        self.events = events.collect();
    }

    pub fn arrive(&mut self, method: Method) {
        let request = Request {
            method,
            begun_us: self.now_us,
            ended_us: 0,
            status: 0,
            read: 0,
            blocks: false,
            failed: Vec::new(),
            sends: 0,
            waits_until_us: None,
        };
        self.requests.push(request);
        self.budget.earn(self.now_us / 1_000);
        self.place(self.requests.len() - 1);
    }

    /// Let time pass until `until_us`.
    pub fn pass(&mut self, until_us: u64) {
        while let Some(Reverse((due, _, _))) = self.events.peek() {
            if *due > until_us {
                break;
            }
            let Some(Reverse((due, _, event))) = self.events.pop() else { break };
            self.now_us = due;
            match event {
                Event::Tick => self.tick(),
                Event::Done { request, worker, since, trial, end } => {
                    self.done(request, worker, since, trial, end);
                }
            }
        }
        self.now_us = until_us;
    }

    fn at(&mut self, due_us: u64, event: Event) {
        self.order += 1;
        self.events.push(Reverse((due_us, self.order, event)));
    }

    fn tick(&mut self) {
        self.board.tick(self.now_us / 1_000);
        self.look();
        self.at(self.now_us + 100_000, Event::Tick);
    }

    /// Let all who wait look for a place.
    fn look(&mut self) {
        for request in std::mem::take(&mut self.waiting) {
            self.place(request);
        }
    }

    fn place(&mut self, at: usize) {
        let Some(worker) = self.choose(at) else {
            let wait = self.now_us + WAIT_US;
            let until = *self.requests[at].waits_until_us.get_or_insert(wait);
            match self.now_us >= until {
                true => self.end(at, 503),
                false => self.waiting.push(at),
            }
            return;
        };
        let one = &self.workers[worker];
        let mut trial = false;
        if one.record.view().standing == Standing::OnTrial {
            assert!(self.board.claim(&one.record, self.now_us / 1_000));
            trial = true;
        }
        one.load.in_flight.fetch_add(1, Relaxed);
        let came = one.record.asked(self.now_us / 1_000);
        self.workers[worker].used = 1 + self.workers.iter().map(|one| one.used).max().unwrap();
        self.workers[worker].served += 1;
        let (due_us, end) = self.serve(worker, at);
        let since_us = self.now_us;
        self.at(due_us, Event::Done { request: at, worker, since: (since_us, came), trial, end });
    }

    fn choose(&mut self, request: usize) -> Option<usize> {
        let (now, chance) = (self.now_us, self.random.next_u64());
        let failed = &self.requests[request].failed;
        let candidates = self.workers.iter().map(|one| Candidate {
            open: one.open && one.refuses_until_us <= now,
            in_flight: one.load.in_flight.load(Relaxed),
            delivering: one.load.delivering.load(Relaxed),
            limit: u32::MAX,
            parked: 0,
            upgraded: 0,
            stalled: (one.blocked.0 + HINT_US..one.blocked.1).contains(&now),
            silent: one.record.is_silent(self.board.silence_ms(), now / 1_000),
            tried: failed.contains(&one.id),
            view: one.record.view(),
            used: one.used,
            number: one.number,
        });
        match self.chooser {
            Chooser::Ours(pick) => match choose(candidates, pick(chance), IN_FLIGHT_MAX) {
                Choice::Take(at) => Some(at),
                Choice::Full | Choice::Nobody => None,
            },
            Chooser::PeakEwma => {
                let open: Vec<usize> =
                    candidates.enumerate().filter(|(_, one)| one.open).map(|(at, _)| at).collect();
                let draw = |chance: u64| open.get((chance % open.len().max(1) as u64) as usize);
                let (a, b) = (*draw(chance)?, *draw(chance >> 32)?);
                let cost = |at: usize| {
                    let one: &Worker = &self.workers[at];
                    one.peak.at(now) * f64::from(one.load.in_flight.load(Relaxed) + 1)
                };
                Some(if cost(b) < cost(a) { b } else { a })
            }
        }
    }

    /// When and how worker `at` ends a request: one after the other, as an event loop does.
    fn serve(&mut self, at: usize, request: usize) -> (u64, End) {
        let (now, chance) = (self.now_us, self.random.unit());
        let one = &mut self.workers[at];
        let mean = self.service_us as f64;
        let usual = (mean * (0.5 + chance)) as u64;
        let (service, end) = match one.kind {
            Kind::Fast => (usual, End::Reply(200)),
            Kind::Slow => (usual * 5, End::Reply(200)),
            Kind::Stalling if self.random.below(100) == 0 => {
                self.requests[request].blocks = true;
                (200_000, End::Reply(200))
            }
            Kind::Stalling => (usual, End::Reply(200)),
            Kind::Failing => (100, End::Reply(503)),
            Kind::Breaks => (usual, End::Broken),
            Kind::HangsUp => return (now + 100, End::HungUp),
            Kind::Refusing => return (now + 50, End::Refused),
        };
        let begin = now.max(one.free_us);
        one.free_us = begin + service;
        if service == 200_000 {
            one.blocked = (begin, begin + service);
        }
        match one.free_us - now > REPLY_US {
            true => (now + REPLY_US, End::Late),
            false => (one.free_us, end),
        }
    }

    fn done(
        &mut self,
        request: usize,
        worker: usize,
        (since_us, came): (u64, Came),
        trial: bool,
        end: End,
    ) {
        let now_ms = self.now_us / 1_000;
        let one = &mut self.workers[worker];
        let waited = self.now_us - since_us;
        one.peak.add(waited, self.now_us);
        one.record.heard(came, now_ms);
        let direct = self.requests[request].sends == 0;
        let read = matches!(end, End::Reply(_) | End::Broken | End::Late);
        self.requests[request].read += u32::from(read);
        match end {
            End::Reply(status) => {
                one.load.requests.fetch_add(1, Relaxed);
                match status >= 500 {
                    true => self.failed(worker, trial),
                    false => self.board.answered(
                        &self.workers[worker].record,
                        direct.then_some(waited),
                        trial,
                        now_ms,
                    ),
                }
                self.freed(worker);
                self.end(request, status);
            }
            End::Refused => {
                one.refuses_until_us = self.now_us + REFUSAL_US;
                if trial {
                    self.board.release(&self.workers[worker].record, now_ms);
                }
                self.freed(worker);
                self.place(request);
            }
            End::HungUp | End::Broken | End::Late => {
                if end == End::HungUp {
                    one.refuses_until_us = self.now_us + REFUSAL_US;
                }
                let id = one.id;
                self.failed(worker, trial);
                self.freed(worker);
                self.again(request, id, end);
            }
        }
    }

    fn failed(&mut self, worker: usize, trial: bool) {
        let one = &self.workers[worker];
        one.load.failures.fetch_add(1, Relaxed);
        self.board.failed(&one.record, trial, self.now_us / 1_000, self.random.next_u64());
    }

    fn freed(&mut self, worker: usize) {
        let before = self.workers[worker].load.in_flight.fetch_sub(1, Relaxed);
        assert!(before > 0);
        if !self.waiting.is_empty() {
            let first = self.waiting.remove(0);
            self.place(first);
        }
    }

    /// A try has failed: another one, or the end.
    fn again(&mut self, at: usize, worker: WorkerId, end: End) {
        let request = &mut self.requests[at];
        request.failed.push(worker);
        let sent = end != End::HungUp;
        request.sends += u32::from(sent);
        let attempt = Attempt {
            method: request.method,
            sent,
            sends: request.sends,
            held: true,
            answered: false,
            by_client: false,
            timed_out: end == End::Late,
        };
        use super::super::Verdict;
        let repeat = match attempt.verdict() {
            Verdict::Free => true,
            Verdict::Never => false,
            Verdict::IfBudget => {
                let enough = self.budget.spend(self.now_us / 1_000);
                self.retries += u64::from(enough);
                enough
            }
        };
        match repeat {
            true => self.place(at),
            false => self.end(at, 502),
        }
    }

    fn end(&mut self, at: usize, status: u16) {
        let request = &mut self.requests[at];
        assert_eq!(request.status, 0, "a request ends once");
        (request.status, request.ended_us) = (status, self.now_us);
    }
}
