//! A seeded world: processes that start, fail, hang, leak and die; people who reload, scale, restart
//! and stop at any moment. Invariants are checked after each step. `OSTLER_SEED=7` replays one.

use super::app;
use crate::core::{Action, Draw, Event, Fleet, Outcome, Phase, Sample, Ticket};
use base::random::Random;
use config::{App, Health, ReadyOn, Run, Workers};
use model::api::AppState;
use model::{EventKind, WorkerId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

const STEPS: u32 = 600;
const SEEDS: u64 = 256;

/// A process in the world.
struct Process {
    number: u32,
    listens_at: Option<Instant>,
    says_at: Option<Instant>,
    ends_at: Option<Instant>,
    probed: Option<Result<(), String>>,
    sample: Sample,
    obeys: bool,
}

/// For the message of a broken promise.
#[derive(Debug)]
#[expect(dead_code, reason = "read by its Debug form")]
enum Step {
    Took(Event),
    Did(Action),
}

struct World {
    fleet: Fleet,
    draw: Draw,
    chance: Random,
    now: Instant,
    processes: BTreeMap<WorkerId, Process>,
    ever: BTreeSet<WorkerId>,
    open: BTreeSet<Ticket>,
    tickets: u64,
    stopping: bool,
    ended: bool,
    reloads_ok: u32,
    log: VecDeque<Step>,
}

#[test]
fn a_fleet_keeps_its_promises_in_every_world() {
    let one = std::env::var("OSTLER_SEED").ok().map(|seed| seed.parse().unwrap());
    let seeds = one.map_or(0..SEEDS, |seed: u64| seed..seed + 1);
    let reloads: u32 = seeds
        .map(|seed| {
            let world = std::panic::catch_unwind(|| run(seed));
            world.unwrap_or_else(|_| panic!("replay with OSTLER_SEED={seed}"))
        })
        .sum();
    assert!(one.is_some() || reloads > SEEDS as u32, "the worlds are too hostile: {reloads}");
}

fn run(seed: u64) -> u32 {
    let mut world = World::new(seed);
    world.act();
    world.act();
    assert!(world.ever.is_empty(), "spawned before the start");
    world.tickets += 1;
    let ticket = Some(Ticket(world.tickets));
    world.step(Event::Start { ticket }, ticket);
    for _ in 0..STEPS {
        world.act();
    }
    world.step(Event::Stop, None);
    world.stopping = true;
    let deadline = world.now + Duration::from_secs(120);
    while !world.ended {
        assert!(world.now < deadline, "does not end:\n{}", world.tail());
        world.pass();
    }
    assert!(world.processes.is_empty(), "ended before its processes");
    assert!(world.open.is_empty(), "commands without an answer: {:?}", world.open);
    world.reloads_ok
}

impl World {
    fn new(seed: u64) -> World {
        let mut chance = Random::new(seed);
        let now = base::clock::now();
        let min = 1 + chance.below(6) as u32;
        let settings = app(|app| {
            app.workers = Workers { min, max: min + chance.below(4) as u32 };
            if chance.below(3) == 0 {
                app.ready = ReadyOn::Message;
            }
            if chance.below(3) == 0 {
                let (timeout, interval) = (Duration::from_secs(1), Duration::from_secs(2));
                app.health = Some(Health { path: "/".into(), timeout, interval });
            }
            if chance.below(5) == 0 {
                app.run = Run::Command(vec!["serve".into()]);
            }
            app.restart.stable_after = Duration::from_secs(3);
        });
        World {
            fleet: Fleet::new(settings),
            draw: Draw::new(seed),
            chance,
            now,
            processes: BTreeMap::new(),
            ever: BTreeSet::new(),
            open: BTreeSet::new(),
            tickets: 0,
            stopping: false,
            ended: false,
            reloads_ok: 0,
            log: VecDeque::new(),
        }
    }

    fn act(&mut self) {
        let ids: Vec<WorkerId> = self.processes.keys().copied().collect();
        let pick = self.chance.below(ids.len().max(1) as u64) as usize;
        let process = ids.get(pick).and_then(|id| self.processes.get_mut(id));
        match (self.chance.below(100), process) {
            (0..6, Some(process)) => process.sample.in_flight = self.chance.below(20) as u32,
            (6..12, Some(process)) => process.sample.in_flight = 0,
            (12..14, Some(process)) => process.sample.upgraded = self.chance.below(3) as u32,
            (14, Some(process)) => process.sample.rss_bytes = self.chance.below(700_000_000),
            (15, Some(process)) => process.sample.rss_bytes = self.chance.below(1_100_000_000),
            (16, Some(process)) => {
                process.sample.beat_age = Some(Duration::from_millis(self.chance.below(7_000)));
            }
            (17..22, Some(process)) => process.sample.beat_age = Some(Duration::from_millis(40)),
            (22, Some(process)) => process.ends_at = Some(self.now),
            (23..26, _) => self.command(),
            _ => self.pass(),
        }
    }

    fn command(&mut self) {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        let number = self.chance.below(8) as u32;
        let event = match self.chance.below(8) {
            0..3 => Event::Reload { app: None, ticket: Some(ticket) },
            3 => {
                let mut app = App::clone(self.fleet.app());
                let min = 1 + number;
                app.workers = Workers { min, max: min + self.chance.below(3) as u32 };
                Event::Reload { app: Some(Arc::new(app)), ticket: Some(ticket) }
            }
            4 | 5 => Event::Scale { workers: 1 + number },
            _ => Event::Restart { number, ticket: Some(ticket) },
        };
        let waits = !matches!(event, Event::Scale { .. });
        self.step(event, waits.then_some(ticket));
    }

    /// Time passes: processes do what they were going to do.
    fn pass(&mut self) {
        self.now += Duration::from_millis(10 + self.chance.below(150));
        let now = self.now;
        let due = |at: &mut Option<Instant>| at.take_if(|at| *at <= now).is_some();
        let ids: Vec<WorkerId> = self.processes.keys().copied().collect();
        for worker in ids {
            let Some(process) = self.processes.get_mut(&worker) else { continue };
            if due(&mut process.ends_at) {
                self.processes.remove(&worker);
                let how = "exit code 1".to_owned();
                self.step(Event::Exited { worker, how, stderr: Vec::new() }, None);
                continue;
            }
            let (listens, says) = (due(&mut process.listens_at), due(&mut process.says_at));
            let (probed, sample) = (process.probed.take(), process.sample);
            if listens {
                self.step(Event::Listening { worker }, None);
            }
            if says {
                self.step(Event::SaidReady { worker }, None);
            }
            if let Some(result) = probed {
                self.step(Event::Probed { worker, result }, None);
            }
            self.step(Event::Measured { worker, sample }, None);
        }
        self.step(Event::Tick, None);
    }

    fn step(&mut self, event: Event, ticket: Option<Ticket>) {
        self.open.extend(ticket);
        self.note(Step::Took(event.clone()));
        let forced = matches!(event, Event::Exited { .. } | Event::Stop | Event::KillNow);
        // A new target counts at once, and a reload that ends in the same step may set another.
        let asked = if let Event::Scale { workers } = event { workers } else { u32::MAX };
        let wanted = self.fleet.app().workers.min.min(self.fleet.target()).min(asked);
        let before = self.fleet.ready_count().min(wanted);
        let mut out = Vec::new();
        self.fleet.step(self.now, event, &mut self.draw, &mut out);
        let killed = out.iter().any(|action| matches!(action, Action::Kill { .. }));
        for action in out {
            self.note(Step::Did(action.clone()));
            self.perform(action);
        }
        self.check_invariants();
        if !forced && !killed {
            let least = before.min(self.fleet.target());
            let after = self.fleet.ready_count();
            assert!(after >= least, "{after} ready, {least} promised:\n{}", self.tail());
        }
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::Spawn { worker, number, .. } => {
                assert!(!self.stopping, "spawned after the stop");
                assert!(self.ever.insert(worker), "an id was used twice");
                let process = self.process(number);
                self.processes.insert(worker, process);
            }
            Action::Probe { worker } => {
                let well = self.chance.below(8) > 0;
                let process = self.processes.get_mut(&worker).expect("a probe of nothing");
                process.probed = Some(if well { Ok(()) } else { Err("status 503".into()) });
            }
            Action::Signal { worker } => {
                let soon = Duration::from_millis(self.chance.below(400));
                let process = self.processes.get_mut(&worker).expect("a signal to nothing");
                if process.obeys {
                    process.ends_at = Some(self.now + soon);
                }
            }
            Action::Kill { worker } => {
                let process = self.processes.get_mut(&worker).expect("a kill of nothing");
                process.ends_at = Some(self.now);
            }
            Action::Answer { ticket, outcome } => {
                assert!(self.open.remove(&ticket), "answered twice, or nobody asked");
                if let Outcome::Reloaded(report) = outcome {
                    self.reloads_ok += u32::from(report.ok);
                }
            }
            Action::Tell(EventKind::AppFailed { .. }) => {
                assert_eq!(self.fleet.ready_count(), 0, "failed while workers serve");
            }
            Action::Ended => {
                assert!(!self.ended, "ended twice");
                self.ended = true;
            }
            Action::Tell(_) | Action::Publish => {}
        }
    }

    fn process(&mut self, number: u32) -> Process {
        let soon = |chance: &mut Random| Duration::from_millis(chance.below(1_500));
        let (listens, says) =
            (self.now + soon(&mut self.chance), self.now + soon(&mut self.chance));
        let fate = self.chance.below(20);
        Process {
            number,
            listens_at: (fate > 0).then_some(listens),
            says_at: (fate > 0).then_some(says),
            ends_at: (fate == 1).then_some(listens),
            probed: None,
            sample: Sample::default(),
            obeys: fate != 2,
        }
    }

    fn check_invariants(&self) {
        let fleet = &self.fleet;
        let mut starting: BTreeMap<u32, u32> = BTreeMap::new();
        for worker in fleet.workers() {
            let process = self.processes.get(&worker.id).expect("a worker without a process");
            assert_eq!(process.number, worker.number);
            let slot = fleet.slots().find(|(number, _)| *number == worker.number);
            let held = slot.is_some_and(|(_, slot)| {
                slot.current == Some(worker.id) || slot.next == Some(worker.id)
            });
            match worker.phase {
                Phase::Starting => *starting.entry(worker.number).or_default() += 1,
                Phase::Ready => assert!(held, "a ready worker that nobody holds"),
                _ => {}
            }
        }
        for (number, slot) in fleet.slots() {
            let next = slot.next.map(|id| fleet.worker(id).expect("a replacement that is gone"));
            let current = slot.current.map(|id| fleet.worker(id).expect("a worker that is gone"));
            assert!(slot.current.is_none() || slot.current != slot.next);
            let ready = next.is_some_and(|next| next.ready_at.is_some());
            assert!(!ready, "a ready replacement of {number} does not serve");
            let (Some(next), Some(current)) = (next, current) else { continue };
            let replaced = next.generation != current.generation && current.ready_at.is_some();
            let kept = matches!(current.phase, Phase::Ready | Phase::Killed);
            assert!(
                !replaced || kept || fleet.state() == AppState::Stopping,
                "the old left before the new was ready"
            );
        }
        assert!(starting.values().all(|count| *count <= 2), "{starting:?} for one number");
        let extra = fleet.workers().count().saturating_sub(fleet.slots().count());
        assert!(extra <= 8 + 8, "{extra} processes too many");
    }

    fn note(&mut self, step: Step) {
        self.log.push_back(step);
        if self.log.len() > 25 {
            self.log.pop_front();
        }
    }

    /// The last steps, for the message of a broken promise.
    fn tail(&self) -> String {
        self.log.iter().map(|step| format!("{step:?}\n")).collect()
    }
}
