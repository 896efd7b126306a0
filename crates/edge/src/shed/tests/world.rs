//! An app on a clock of its own: workers with one event loop each, an edge that does what `upstream`
//! does, and the real code that decides.

use crate::shed::{Ages, Came, Priority, Queue, Reading, Saturation, Wait};
use base::random::Random;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

const TICK_US: u64 = 100_000;
const BEAT_US: u64 = 50_000;
const IN_FLIGHT_MAX: u32 = 1_024;
const WAITING_MAX: usize = 1_024;

/// What a request costs, in microseconds: the loop's time before and after it waits for something else.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    pub before: u64,
    pub waits: u64,
    pub after: u64,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// So many a second, whatever becomes of them.
    Open(f64),
    /// So many clients, each of which asks again when it is answered.
    Closed(u32),
    /// So many at once, every so many microseconds.
    Bursts(u32, u64),
}

pub struct Stream {
    pub source: Source,
    pub cost: fn(&mut Random) -> Cost,
    pub priority: Priority,
    pub from_us: u64,
    pub until_us: u64,
}

#[derive(Debug, Default, Clone)]
pub struct Outcome {
    pub served: u64,
    pub in_time: u64,
    /// Refused at once.
    pub refused: u64,
    /// Refused after a wait.
    pub late: u64,
    pub slowest_us: u64,
    /// By second, what was served in time.
    pub seconds: Vec<u64>,
}

struct Request {
    stream: usize,
    came_us: u64,
    cost: Cost,
    waits_for_second: bool,
    slot: Option<Came>,
}

struct Worker {
    ready: VecDeque<usize>,
    working: Option<usize>,
    free_us: u64,
    in_flight: u32,
    ages: Ages,
    state: Saturation,
    answered: u32,
    waited_log: f64,
    waited: u32,
    /// The loop's own bookkeeping, as the agent has it.
    worked_us: u64,
    beat_us: u64,
    beat_worked_us: u64,
    beat_busy: u16,
    background: bool,
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Event {
    Arrive(usize),
    Done(usize),
    Waited(usize, usize),
    Tick,
}

pub struct World {
    pub now_us: u64,
    random: Random,
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    order: u64,
    streams: Vec<Stream>,
    requests: Vec<Request>,
    workers: Vec<Worker>,
    waiting: [VecDeque<usize>; 3],
    queue: Option<Queue>,
    wait: Wait,
    pub deadline_us: u64,
    pub outcomes: Vec<Outcome>,
    pub limited_ticks: u64,
    pub shedding: bool,
}

impl World {
    pub fn new(seed: u64, workers: usize, streams: Vec<Stream>) -> Self {
        let worker = |_| Worker {
            ready: VecDeque::new(),
            working: None,
            free_us: 0,
            in_flight: 0,
            ages: Ages::default(),
            state: Saturation::default(),
            answered: 0,
            waited_log: 0.0,
            waited: 0,
            worked_us: 0,
            beat_us: 0,
            beat_worked_us: 0,
            beat_busy: 0,
            background: false,
        };
        let mut world = World {
            now_us: 0,
            random: Random::new(seed),
            events: BinaryHeap::new(),
            order: 0,
            outcomes: vec![Outcome::default(); streams.len()],
            streams,
            requests: Vec::new(),
            workers: (0..workers).map(worker).collect(),
            waiting: Default::default(),
            queue: None,
            wait: Wait(Duration::from_millis(500)),
            deadline_us: 1_000_000,
            limited_ticks: 0,
            shedding: true,
        };
        world.at(TICK_US, Event::Tick);
        for at in 0..world.streams.len() {
            let first = match world.streams[at].source {
                Source::Closed(clients) => clients,
                _ => 1,
            };
            for _ in 0..first {
                let jitter = world.random.below(1_000);
                world.at(world.streams[at].from_us + jitter, Event::Arrive(at));
            }
        }
        world
    }

    /// The loops have always something to do beside requests, in pieces of 10 ms.
    pub fn with_background(mut self) -> Self {
        self.workers.iter_mut().for_each(|worker| worker.background = true);
        self
    }

    pub fn run(mut self, seconds: u64) -> Self {
        while let Some(Reverse((at, _, event))) = self.events.pop() {
            if at > seconds * 1_000_000 {
                break;
            }
            self.now_us = at;
            match event {
                Event::Arrive(stream) => self.arrive(stream),
                Event::Done(worker) => self.done(worker),
                Event::Waited(worker, request) => {
                    self.workers[worker].ready.push_back(request);
                    self.turn(worker);
                }
                Event::Tick => self.tick(),
            }
        }
        self
    }

    pub fn all(&self) -> Outcome {
        let mut all = Outcome::default();
        for one in &self.outcomes {
            all.served += one.served;
            all.in_time += one.in_time;
            all.refused += one.refused;
            all.late += one.late;
            all.slowest_us = all.slowest_us.max(one.slowest_us);
        }
        all
    }

    fn at(&mut self, at_us: u64, event: Event) {
        self.order += 1;
        self.events.push(Reverse((at_us, self.order, event)));
    }

    fn arrive(&mut self, at: usize) {
        let Stream { source, cost, from_us, until_us, .. } = self.streams[at];
        if self.now_us >= until_us {
            return;
        }
        let mut came = 1;
        match source {
            Source::Open(rate) => {
                let gap = -(1.0 - self.random.unit()).ln() / rate * 1e6;
                self.at(self.now_us + gap as u64 + 1, Event::Arrive(at));
            }
            Source::Bursts(count, every_us) => {
                came = count;
                self.at(self.now_us + every_us, Event::Arrive(at));
            }
            Source::Closed(_) => {}
        }
        let _ = from_us;
        for _ in 0..came {
            let cost = cost(&mut self.random);
            let (came_us, slot) = (self.now_us, None);
            self.requests.push(Request {
                stream: at,
                came_us,
                cost,
                waits_for_second: false,
                slot,
            });
            self.admit(self.requests.len() - 1);
        }
    }

    /// As `admit` and `Gate` do.
    fn admit(&mut self, request: usize) {
        let priority = self.streams[self.requests[request].stream].priority;
        let before: usize = self.waiting[..=priority as usize].iter().map(VecDeque::len).sum();
        if before == 0
            && let Some(worker) = self.choose(priority)
        {
            return self.send(worker, request);
        }
        let waiting: usize = self.waiting.iter().map(VecDeque::len).sum();
        let takes = self.queue.is_none_or(|queue| queue.takes(priority, before as u32));
        if waiting < WAITING_MAX && takes {
            self.waiting[priority as usize].push_back(request);
        } else {
            self.refuse(request, false);
        }
    }

    fn choose(&self, _priority: Priority) -> Option<usize> {
        let room = |worker: &Worker| {
            let limit = worker.state.limit().filter(|_| self.shedding).unwrap_or(u32::MAX);
            worker.in_flight < IN_FLIGHT_MAX && worker.in_flight - worker.ages.parked() < limit
        };
        let all = self.workers.iter().enumerate().filter(|(_, worker)| room(worker));
        all.min_by_key(|(_, worker)| worker.in_flight).map(|(at, _)| at)
    }

    fn send(&mut self, at: usize, request: usize) {
        let worker = &mut self.workers[at];
        worker.in_flight += 1;
        self.requests[request].slot = Some(worker.ages.begin(self.now_us / 1_000));
        worker.ready.push_back(request);
        self.turn(at);
    }

    fn turn(&mut self, at: usize) {
        let now = self.now_us;
        let worker = &mut self.workers[at];
        if worker.working.is_some() || worker.free_us > now {
            return;
        }
        if now >= worker.beat_us + BEAT_US {
            beat(worker, now);
        }
        let Some(request) = worker.ready.pop_front() else {
            if worker.background {
                worker.free_us = now + 10_000;
                worker.worked_us += 10_000;
                self.at(now + 10_000, Event::Done(at));
            }
            return;
        };
        let one = &self.requests[request];
        let time = if one.waits_for_second { one.cost.after } else { one.cost.before };
        worker.working = Some(request);
        worker.free_us = now + time;
        worker.worked_us += time;
        self.at(now + time, Event::Done(at));
    }

    fn done(&mut self, at: usize) {
        if let Some(request) = self.workers[at].working.take() {
            let one = &mut self.requests[request];
            if !one.waits_for_second && one.cost.waits + one.cost.after > 0 {
                one.waits_for_second = true;
                let due = self.now_us + one.cost.waits;
                self.at(due, Event::Waited(at, request));
            } else {
                self.reply(at, request);
            }
        }
        self.turn(at);
    }

    fn reply(&mut self, at: usize, request: usize) {
        let one = &self.requests[request];
        let took = self.now_us - one.came_us;
        let stream = one.stream;
        let worker = &mut self.workers[at];
        if let Some(came) = one.slot {
            worker.ages.end(came);
        }
        worker.in_flight -= 1;
        worker.answered += 1;
        if took < 1_500_000 {
            worker.waited += 1;
            worker.waited_log += (took.max(1) as f64).log2();
        }
        let outcome = &mut self.outcomes[stream];
        outcome.served += 1;
        outcome.slowest_us = outcome.slowest_us.max(took);
        if took <= self.deadline_us {
            outcome.in_time += 1;
            let second = (self.now_us / 1_000_000) as usize;
            outcome.seconds.resize(outcome.seconds.len().max(second + 1), 0);
            outcome.seconds[second] += 1;
        }
        self.again(stream, 100);
        self.next();
    }

    fn refuse(&mut self, request: usize, late: bool) {
        let stream = self.requests[request].stream;
        let outcome = &mut self.outcomes[stream];
        if late {
            outcome.late += 1;
        } else {
            outcome.refused += 1;
        }
        self.again(stream, 1_000_000);
    }

    fn again(&mut self, stream: usize, after_us: u64) {
        if matches!(self.streams[stream].source, Source::Closed(_)) {
            self.at(self.now_us + after_us, Event::Arrive(stream));
        }
    }

    fn next(&mut self) {
        for priority in [Priority::High, Priority::Normal, Priority::Low] {
            while let Some(request) = self.waiting[priority as usize].front().copied() {
                let Some(worker) = self.choose(priority) else { return };
                self.waiting[priority as usize].pop_front();
                self.send(worker, request);
            }
        }
    }

    fn tick(&mut self) {
        let now = self.now_us;
        self.at(now + TICK_US, Event::Tick);
        for worker in &mut self.workers {
            if worker.working.is_none() && worker.free_us <= now {
                beat(worker, now);
            }
            // Whoever reads the page sees how old the beat is.
            let busy = if now - worker.beat_us > 150_000 { 1_000 } else { worker.beat_busy };
            worker.ages.tick(now / 1_000);
            let reading = Reading {
                now_ms: now / 1_000,
                open_ms: 60_000,
                answered: std::mem::take(&mut worker.answered),
                waited_log: std::mem::take(&mut worker.waited_log),
                waited: std::mem::take(&mut worker.waited),
                awaited: worker.in_flight - worker.ages.parked(),
                busy: Some(busy),
            };
            worker.state.read(&reading);
        }
        if !self.shedding {
            return;
        }
        let mut queue = Queue::default();
        let mut all = true;
        for worker in &self.workers {
            all &= queue.before(&worker.state, self.wait);
        }
        self.queue = all.then_some(queue);
        self.limited_ticks += u64::from(self.queue.is_some());
        if let Some(queue) = self.queue {
            for priority in 0..3 {
                while let Some(request) = self.waiting[priority].front().copied() {
                    let waited = now - self.requests[request].came_us;
                    if Duration::from_micros(waited) < queue.patience {
                        break;
                    }
                    self.waiting[priority].pop_front();
                    self.refuse(request, true);
                }
            }
        }
        self.next();
    }
}

fn beat(worker: &mut Worker, now: u64) {
    let passed = now - worker.beat_us;
    if passed < BEAT_US {
        return;
    }
    let worked = (worker.worked_us - worker.beat_worked_us).min(passed);
    worker.beat_busy = (worked * 1_000 / passed) as u16;
    (worker.beat_us, worker.beat_worked_us) = (now, worker.worked_us);
}
