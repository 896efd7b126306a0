//! A fleet driven by a line of words, and what it did as another.
//!
//! Words, `W` being a worker in order of its start (0-based): `start`, `launch` (a start that is
//! waited for), `refuse-start` (it cannot be started at all), `ready W`, `listen W`,
//! `said W`, `exit W`, `fail W` (cannot be spawned), `unfit W`, `answer W`, `refuse W`,
//! `busy W REQUESTS`, `upgraded W COUNT`, `rss W MEGABYTES`, `beat W MILLISECONDS`, `reload`,
//! `change WORKERS` (a reload with another `workers`), `scale N`, `restart NUMBER`, `stop`,
//! `killnow`, `tick MILLISECONDS`.

use crate::core::{Action, Draw, Event, Fleet, Outcome, Sample, Ticket};
use config::{App, Workers};
use model::{EventKind, Intake, WorkerId};
use std::sync::Arc;
use std::time::{Duration, Instant};

const STEP: Duration = Duration::from_millis(50);

pub struct Script {
    fleet: Fleet,
    draw: Draw,
    begin: Instant,
    now: Instant,
    spawned: Vec<WorkerId>,
    samples: Vec<Sample>,
    tickets: u64,
    /// What it did to processes: `spawn W nNUMBER gGENERATION`, `signal W`, `kill W`, `probe W`.
    pub did: Vec<String>,
    /// Names of the events it told.
    pub told: Vec<String>,
    /// The members each time they changed: `0:open 1:draining`.
    pub fleets: Vec<String>,
    /// How commands ended.
    pub answers: Vec<String>,
}

impl Script {
    pub fn run(app: Arc<App>, words: &str) -> Script {
        let now = base::clock::now();
        let mut script = Script {
            fleet: Fleet::new(app),
            draw: Draw::new(7),
            begin: now,
            now,
            spawned: Vec::new(),
            samples: Vec::new(),
            tickets: 0,
            did: Vec::new(),
            told: Vec::new(),
            fleets: Vec::new(),
            answers: Vec::new(),
        };
        for word in words.split(';').map(str::trim).filter(|word| !word.is_empty()) {
            script.say(word);
        }
        script
    }

    pub fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    fn say(&mut self, words: &str) {
        let mut parts = words.split_whitespace();
        let verb = parts.next().unwrap();
        let numbers: Vec<u64> = parts.map(|part| part.parse().unwrap()).collect();
        let first = numbers.first().copied().unwrap_or(0);
        let second = numbers.get(1).copied().unwrap_or(0);
        let at = first as usize;
        let worker = self.spawned.get(at).copied().unwrap_or(WorkerId(0));
        let event = match verb {
            "start" => Event::Start { ticket: None },
            "launch" => Event::Start { ticket: self.ticket() },
            "refuse-start" => {
                Event::Unstartable { reason: "no script".into(), ticket: self.ticket() }
            }
            "ready" | "listen" => Event::Listening { worker },
            "said" => Event::SaidReady { worker },
            "exit" => {
                Event::Exited { worker, how: "exit code 1".into(), stderr: vec!["oops".into()] }
            }
            "fail" => Event::SpawnFailed { worker, reason: "no such file".into() },
            "unfit" => Event::Unfit { worker, reason: "speaks TLS".into() },
            "answer" => Event::Probed { worker, result: Ok(()) },
            "refuse" => Event::Probed { worker, result: Err("status 503".into()) },
            "busy" => return self.samples[at].in_flight = second as u32,
            "upgraded" => return self.samples[at].upgraded = second as u32,
            "rss" => return self.samples[at].rss_bytes = second * 1_000_000,
            "beat" => return self.samples[at].beat_age = Some(Duration::from_millis(second)),
            "reload" => Event::Reload { app: None, ticket: self.ticket() },
            "change" => {
                let mut app = App::clone(self.fleet.app());
                app.workers = Workers { min: first as u32, max: first as u32 };
                Event::Reload { app: Some(Arc::new(app)), ticket: self.ticket() }
            }
            "scale" => Event::Scale { workers: first as u32 },
            "restart" => Event::Restart { number: first as u32, ticket: self.ticket() },
            "stop" => Event::Stop,
            "killnow" => Event::KillNow,
            "tick" => return self.pass(Duration::from_millis(first)),
            other => panic!("no such word: {other}"),
        };
        self.step(event);
    }

    fn ticket(&mut self) -> Option<Ticket> {
        self.tickets += 1;
        Some(Ticket(self.tickets))
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now += STEP.min(end - self.now);
            for at in 0..self.spawned.len() {
                self.step(Event::Measured { worker: self.spawned[at], sample: self.samples[at] });
            }
            self.step(Event::Tick);
        }
    }

    fn step(&mut self, event: Event) {
        let mut out = Vec::new();
        self.fleet.step(self.now, event, &mut self.draw, &mut out);
        let at = format!("@{:.2}s", (self.now - self.begin).as_secs_f64());
        for action in out {
            match action {
                Action::Spawn { worker, number, generation, .. } => {
                    self.did
                        .push(format!("spawn {} n{number} g{generation}{at}", self.spawned.len()));
                    self.spawned.push(worker);
                    self.samples.push(Sample::default());
                }
                Action::Signal { worker } => self.do_to("signal", worker, &at),
                Action::Kill { worker } => self.do_to("kill", worker, &at),
                Action::Probe { worker } => self.do_to("probe", worker, &at),
                Action::Ended => self.did.push(format!("ended{at}")),
                Action::Tell(kind) => self.told.push(name(&kind)),
                Action::Publish => self.note_members(),
                Action::Answer { outcome, .. } => self.answers.push(answer(outcome)),
            }
        }
    }

    fn do_to(&mut self, what: &str, worker: WorkerId, at: &str) {
        let index = self.index(worker);
        self.did.push(format!("{what} {index}{at}"));
    }

    fn index(&self, worker: WorkerId) -> usize {
        self.spawned.iter().position(|id| *id == worker).unwrap()
    }

    fn note_members(&mut self) {
        let members = self.fleet.members().map(|(worker, intake)| {
            let intake = match intake {
                Intake::Open => "open",
                Intake::Draining => "draining",
                Intake::Closing => "closing",
                Intake::Cut => "cut",
            };
            format!("{}:{intake}", self.index(worker.id))
        });
        let text = members.collect::<Vec<_>>().join(" ");
        if self.fleets.last() != Some(&text) {
            self.fleets.push(text);
        }
    }
}

/// What it does to processes, word for word, but for probes.
#[track_caller]
pub fn check(app: Arc<App>, words: &str, want: &str) {
    let script = Script::run(app, words);
    assert_eq!(script.did.join("; "), want, "{words}\ntold: {:?}", script.told);
}

/// The members each time they change.
#[track_caller]
pub fn check_fleets(app: Arc<App>, words: &str, want: &[&str]) {
    let script = Script::run(app, words);
    assert_eq!(script.fleets, want, "{words}\ndid: {:?}", script.did);
}

fn answer(outcome: Outcome) -> String {
    match outcome {
        Outcome::Reloaded(report) if report.ok => format!("reloaded g{}", report.generation),
        Outcome::Reloaded(report) => format!("not reloaded: {}", report.reason.unwrap()),
        Outcome::Restarted => "restarted".into(),
        Outcome::NotRestarted { reason, .. } => format!("not restarted: {reason}"),
    }
}

fn name(kind: &EventKind) -> String {
    let debug = format!("{kind:?}");
    debug.split([' ', '{']).next().unwrap().to_owned()
}
