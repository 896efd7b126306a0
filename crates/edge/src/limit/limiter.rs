//! One limit, as all threads share it.

use super::gcra::Gcra;
use super::hash::KeyHash;
use super::key::Key;
use super::redis::Check;
use super::step::Pace;
use super::table::{Change, Full, Place, Table};
use super::window::Window;
use crate::guard::contain;
use crate::handling::Look;
use crate::meters::Counter;
use base::clock;
use config::{Limit, LimitAlgorithm, LimitMost};
use std::hash::RandomState;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One limit: what is known of each key, and how many were refused.
#[derive(Debug)]
pub struct Limiter {
    /// What it was made by.
    pub spec: Limit,
    /// The pattern of the route that it is written in; None: it is written in `[edge]`.
    pub scope: Option<String>,
    /// Requests that were one too many.
    pub refused: Counter,
    /// How the store is asked; None: the limit is this machine's alone.
    pub check: Option<Check>,
    kind: Kind,
    table: Table,
    /// Until when the store refuses a key, so that who sends too much does not ask it each time.
    blocked: Option<Table>,
    secret: RandomState,
    began: Instant,
}

#[derive(Debug)]
enum Kind {
    Rate(Pace),
    AtOnce(u32),
}

/// What a limit says of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It may pass; so it stands with a rate.
    Pass(Option<Standing>),
    /// It is one too many.
    Refuse(Standing),
}

/// How somebody stands with a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Requests that may still come at once.
    pub remaining: u64,
    /// Until all of the rate is there again; of a refused request until one more may come.
    pub reset: Duration,
}

/// A request that is being answered, and counted as such until dropped.
#[derive(Debug)]
pub struct Entered {
    limiter: Arc<Limiter>,
    place: Place,
}

impl Limiter {
    /// By what the config says. `check`: how the store is asked.
    pub fn new(spec: &Limit, scope: Option<&str>, check: Option<Check>) -> Self {
        let ns = |period: Duration| u64::try_from(period.as_nanos()).unwrap_or(u64::MAX);
        let kind = match spec.most {
            LimitMost::AtOnce(most) => Kind::AtOnce(most),
            LimitMost::Rate { count, period, algorithm: LimitAlgorithm::Gcra { burst } } => {
                Kind::Rate(Pace::Gcra(Gcra::new(count, ns(period), burst)))
            }
            LimitMost::Rate { count, period, algorithm: LimitAlgorithm::Window } => {
                Kind::Rate(Pace::Window(Window::new(count, ns(period))))
            }
        };
        // Who is being answered must not be forgotten: it would never be counted down.
        let full = if matches!(kind, Kind::AtOnce(_)) { Full::Miss } else { Full::Forget };
        Limiter {
            spec: spec.clone(),
            scope: scope.map(str::to_owned),
            refused: Counter::default(),
            blocked: check.as_ref().map(|_| Table::new(spec.keys_max / 4, Full::Forget)),
            check,
            kind,
            table: Table::new(spec.keys_max, full),
            secret: RandomState::new(),
            began: clock::now(),
        }
    }

    /// Who `look` counts for; None if it does not count.
    pub fn key(&self, route: &str, look: &Look<'_, '_, '_>) -> Option<Key> {
        let spec = &self.spec;
        let method = look.head.method_text();
        let counts = spec.methods.is_empty()
            || spec.methods.iter().any(|counted| counted.as_bytes() == method);
        let excepted = contain(&spec.except, look.client);
        let key = || Key::of(&spec.per, spec.ipv6_prefix, route, look);
        (counts && !excepted).then(key)
    }

    /// What stands for `key` in the table.
    pub fn hash(&self, key: &Key) -> KeyHash {
        KeyHash::new(&self.secret, &key.0)
    }

    /// The key in the store: the same on all machines, of bounded length, and nothing that a client said
    /// can be read from it.
    pub fn name(&self, key: &Key) -> Option<Vec<u8>> {
        let check = self.check.as_ref()?;
        let (scope, name) = (self.scope.as_deref().unwrap_or("*"), &self.spec.name);
        let mut bytes = format!("{scope}:{name}:{}:", check.script).into_bytes();
        for byte in super::hash::digest(&key.0) {
            let _ = write!(bytes, "{byte:02x}");
        }
        Some(bytes)
    }

    /// The store refuses `key` for so long from `now` on.
    pub fn block(&self, key: KeyHash, now: Instant, time: Duration) {
        let Some(blocked) = &self.blocked else { return };
        let now_ns = self.ns(now);
        let time_ns = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let until = now_ns.saturating_add(time_ns);
        blocked.change(
            key,
            now_ns,
            |word| word,
            |word| Change { next: Some(word.max(until)), result: () },
        );
    }

    fn blocks(&self, key: KeyHash, now: Instant) -> Option<Standing> {
        let now_ns = self.ns(now);
        let until = self.blocked.as_ref()?.look(key);
        let wait_ns = until.checked_sub(now_ns).filter(|ns| *ns > 0)?;
        Some(Standing { remaining: 0, reset: Duration::from_nanos(wait_ns) })
    }

    /// What it would say, without counting the request.
    pub fn look(&self, key: KeyHash, now: Instant) -> Said {
        if let Some(standing) = self.blocks(key, now) {
            return Said::Refuse(standing);
        }
        let word = self.table.look(key);
        match &self.kind {
            Kind::Rate(pace) => said(pace.step(word, self.ns(now))),
            Kind::AtOnce(most) if word >= u64::from(*most) => Said::Refuse(Standing::UNKNOWN),
            Kind::AtOnce(_) => Said::Pass(None),
        }
    }

    /// Count a request, unless it is one too many.
    pub fn take(self: &Arc<Self>, key: KeyHash, now: Instant) -> (Said, Option<Entered>) {
        let now_ns = self.ns(now);
        if let Some(standing) = self.blocks(key, now) {
            return (Said::Refuse(standing), None);
        }
        match &self.kind {
            Kind::Rate(pace) => {
                let step = |word| {
                    let step = pace.step(word, now_ns);
                    Change { next: step.next, result: step }
                };
                let taken = self.table.change(key, now_ns, |word| pace.finished_ns(word), step);
                let pass = Said::Pass(None);
                (taken.map_or(pass, |(step, _)| said(step)), None)
            }
            Kind::AtOnce(most) => {
                let enter = |word| {
                    let room = word < u64::from(*most);
                    Change { next: room.then_some(word + 1), result: room }
                };
                match self.table.change(key, 0, busy_until, enter) {
                    Some((true, place)) => {
                        let entered = Entered { limiter: self.clone(), place };
                        (Said::Pass(None), Some(entered))
                    }
                    Some((false, _)) => (Said::Refuse(Standing::UNKNOWN), None),
                    // There is no room to count it, which is counted.
                    None => (Said::Pass(None), None),
                }
            }
        }
    }

    /// Keys that are remembered now.
    pub fn keys(&self, now: Instant) -> u64 {
        match &self.kind {
            Kind::Rate(pace) => self.table.count(self.ns(now), |word| pace.finished_ns(word)),
            Kind::AtOnce(_) => self.table.count(0, busy_until),
        }
    }

    /// Keys that began anew, or were not counted, because the table was full.
    pub fn overflows(&self) -> u64 {
        self.table.evictions() + self.table.misses()
    }

    fn ns(&self, now: Instant) -> u64 {
        let passed = now.saturating_duration_since(self.began);
        u64::try_from(passed.as_nanos()).unwrap_or(u64::MAX)
    }
}

impl Standing {
    /// Nobody knows when one of those that are being answered ends.
    const UNKNOWN: Standing = Standing { remaining: 0, reset: Duration::from_secs(1) };
}

/// A count of requests that are being answered says something until it is 0.
fn busy_until(word: u64) -> u64 {
    if word > 0 { u64::MAX } else { 0 }
}

fn said(step: super::step::Step) -> Said {
    let reset = Duration::from_nanos(step.reset_ns);
    let standing = Standing { remaining: step.remaining, reset };
    match step.next {
        Some(_) => Said::Pass(Some(standing)),
        None => Said::Refuse(standing),
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.limiter.table.change_at(self.place, |word| word.saturating_sub(1));
    }
}
