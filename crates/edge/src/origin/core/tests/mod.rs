//! An upstream on a clock of its own.

mod health;
mod names;
mod world;

use super::*;
use config::{Balance, Health, Protocol, Server, Upstream};
use model::{AppName, Endpoint, Fleet, Intake, WorkerId};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

fn server(host: &str, port: u16) -> Server {
    Server { tls: false, host: host.to_owned(), port }
}

fn upstream(servers: &[Server], health: bool) -> Upstream {
    let health = health.then(|| Health {
        path: "/health".to_owned(),
        timeout: SECOND,
        interval: 10 * SECOND,
    });
    Upstream {
        name: AppName::parse("api").unwrap(),
        servers: servers.to_vec(),
        health,
        resolve_every: 30 * SECOND,
        ca: None,
        balance: Balance::default(),
        protocol: Protocol::Http1,
    }
}

fn unreachable() -> Outcome {
    Outcome::Unreachable("refused".into())
}

fn unfit() -> Outcome {
    Outcome::Unfit("GET /health answered 500".into())
}

/// An upstream, its time, and what it wants done.
struct Script {
    origin: Origin,
    draw: Draw,
    now: Instant,
    fleet: Option<Fleet>,
    said: Vec<String>,
    lookups: Vec<Server>,
    checks: Vec<(WorkerId, SocketAddr)>,
}

impl Script {
    fn new(settings: &Upstream) -> Self {
        Self::seeded(settings, 1)
    }

    fn seeded(settings: &Upstream, seed: u64) -> Self {
        let mut script = Script {
            origin: Origin::new(settings),
            draw: Draw::new(seed),
            now: base::clock::now(),
            fleet: None,
            said: Vec::new(),
            lookups: Vec::new(),
            checks: Vec::new(),
        };
        script.step(Event::Settings(settings.clone()));
        script
    }

    fn step(&mut self, event: Event) {
        let mut out = Vec::new();
        let mut turn = Turn { now: self.now, draw: &mut self.draw, out: &mut out };
        self.origin.step(event, &mut turn);
        for action in out {
            match action {
                Action::Resolve(server) => self.lookups.push(server),
                Action::Check(id, _, Endpoint::Tcp(at) | Endpoint::Tls { address: at, .. }) => {
                    self.checks.push((id, at));
                }
                Action::Check(_, _, Endpoint::Unix(path)) => panic!("{path:?}"),
                Action::Say(line) => self.said.push(line),
                Action::Publish(fleet) => self.fleet = Some(fleet),
            }
        }
    }

    /// Let time pass, up to the next thing to do and on, for `long`.
    fn pass(&mut self, long: Duration) {
        let end = self.now + long;
        while let Some(due) = self.origin.due(self.now).filter(|due| *due <= end) {
            self.now = due.max(self.now);
            self.step(Event::Time);
            if !self.lookups.is_empty() || !self.checks.is_empty() {
                break;
            }
        }
        if self.lookups.is_empty() && self.checks.is_empty() {
            self.now = end;
            self.step(Event::Time);
        }
    }

    fn resolve(&mut self, host: &str, answer: Result<&[&str], &str>) {
        let at = self.lookups.iter().position(|server| server.host == host).expect("was asked");
        let server = self.lookups.remove(at);
        let answer = answer.map_err(ToOwned::to_owned);
        let answer = answer.map(|list| list.iter().map(|one| ip(one)).collect());
        self.step(Event::Resolved(server, answer));
    }

    /// End the check of the server with this last byte of address.
    fn checked(&mut self, last: u8, outcome: Outcome) {
        let is_it = |(_, address): &(WorkerId, SocketAddr)| match address.ip() {
            IpAddr::V4(ip) => ip.octets()[3] == last,
            IpAddr::V6(_) => false,
        };
        let at = self.checks.iter().position(is_it).expect("is being checked");
        let (id, _) = self.checks.remove(at);
        self.step(Event::Checked(id, outcome));
    }

    /// All checks under way end like this.
    fn all_checked(&mut self, outcome: &Outcome) {
        for (id, _) in std::mem::take(&mut self.checks) {
            self.step(Event::Checked(id, outcome.clone()));
        }
    }

    /// State and members in short: `Serving 1+ 2-`.
    fn shown(&self) -> String {
        let fleet = self.fleet.as_ref().expect("was told");
        let mut shown = format!("{:?}", fleet.state);
        for member in &fleet.members {
            let sign = match member.intake {
                Intake::Open => '+',
                Intake::Draining => '-',
                Intake::Closing => 'x',
                Intake::Cut => '!',
            };
            let endpoint = member.endpoint.to_string();
            let ip = endpoint.split(':').next().unwrap().rsplit('.').next().unwrap().to_owned();
            shown.push_str(&format!(" {ip}{sign}"));
        }
        shown
    }

    fn said(&mut self) -> String {
        std::mem::take(&mut self.said).join("\n")
    }
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}
