//! One address of an upstream: whether it is healthy, and when it is checked.

use super::event::{Action, Outcome, Turn};
use config::Server;
use model::{Endpoint, Intake, Load, WorkerId};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::time::{Duration, Instant};

/// So many checks in a row take a server out.
const FAILURES_MAX: u32 = 3;
/// So many checks in a row put it in again.
const PASSES_MIN: u32 = 2;
/// The longest wait for the next check while a server is about to change sides.
const SOON: Duration = Duration::from_secs(1);
/// How often a server without `health` is tried while it is out.
const CONNECT_EVERY: Duration = Duration::from_secs(1);
/// The cause of a server's being out is told again if it changed, but not more often than this.
const SAY_AGAIN_AFTER: Duration = Duration::from_secs(10);
/// A request that took its place before it heard that the server leaves is seen after this long.
const SETTLE: Duration = Duration::from_millis(50);
/// A server that leaves is forgotten after this long, though it still has requests; they go on.
const LEAVE_MAX: Duration = Duration::from_secs(600);

/// What the checks say of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was not checked yet.
    New,
    /// Healthy.
    In,
    /// Not healthy.
    Out,
}

/// One server at one address.
#[derive(Debug)]
pub struct Member {
    /// Its id; another address has another.
    pub id: WorkerId,
    /// Its place among the servers of its upstream.
    pub number: u32,
    /// The URL that led here.
    pub server: Server,
    /// Where it is.
    pub address: SocketAddr,
    /// Its shared counters.
    pub load: Arc<Load>,
    /// What the checks say.
    pub standing: Standing,
    /// Why the last check failed.
    pub cause: Option<String>,
    /// The last check found somebody there, healthy or not.
    reached: bool,
    /// The name that its certificate must have.
    name: Option<Arc<str>>,
    /// Checks in a row that speak for a change of sides.
    streak: u32,
    /// When it is to be checked next; None while a check is under way, or none is needed.
    due: Option<Instant>,
    checking: bool,
    checked: Option<Instant>,
    /// `Load::connect_failures` as it was last seen.
    failures_seen: u64,
    /// The cause that was told last, and when.
    told: Option<(Instant, String)>,
    leaving: Option<Instant>,
}

impl Member {
    /// A server that was just found, to be checked at once.
    pub fn new(
        id: WorkerId,
        number: u32,
        server: &Server,
        address: SocketAddr,
        now: Instant,
    ) -> Self {
        Member {
            id,
            number,
            server: server.clone(),
            address,
            load: Arc::default(),
            standing: Standing::New,
            cause: None,
            reached: false,
            name: server.tls.then(|| server.host.as_str().into()),
            streak: 0,
            due: Some(now),
            checking: false,
            checked: None,
            failures_seen: 0,
            told: None,
            leaving: None,
        }
    }

    /// True if this is where `server` at `address` is reached. The name matters only to TLS.
    pub fn is_at(&self, server: &Server, address: SocketAddr) -> bool {
        self.address == address
            && self.server.tls == server.tls
            && (!server.tls || self.server.host == server.host)
    }

    /// Where it listens.
    pub fn endpoint(&self) -> Endpoint {
        let address = self.address;
        match &self.name {
            Some(name) => Endpoint::Tls { address, name: name.clone() },
            None => Endpoint::Tcp(address),
        }
    }

    /// True while its name stands for it.
    pub fn is_wanted(&self) -> bool {
        self.leaving.is_none()
    }

    /// What its upstream's threads are told; `all_out`: no server of it is healthy.
    pub fn intake(&self, all_out: bool) -> Intake {
        let open = self.standing == Standing::In || (all_out && self.reached);
        if self.is_wanted() && open { Intake::Open } else { Intake::Draining }
    }

    /// Its name stands for it, or not any more.
    pub fn want(&mut self, wanted: bool, now: Instant) {
        match (wanted, self.leaving) {
            (true, Some(_)) => {
                self.leaving = None;
                self.check_at(now);
            }
            (false, None) => {
                self.leaving = Some(now);
                self.due = None;
            }
            _ => {}
        }
    }

    /// True if it leaves and nothing holds it.
    pub fn is_gone(&self, now: Instant) -> bool {
        self.leaving.is_some_and(|since| {
            let passed = now.saturating_duration_since(since);
            passed >= LEAVE_MAX || (passed >= SETTLE && self.is_idle())
        })
    }

    /// When it left, for telling who did so first.
    pub fn left(&self) -> Option<Instant> {
        self.leaving
    }

    /// True if nobody uses it.
    pub fn is_idle(&self) -> bool {
        self.load.in_flight.load(SeqCst) == 0 && self.load.upgraded.load(SeqCst) == 0
    }

    /// When something is to be done next.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Be checked at `when`, or earlier.
    pub fn check_at(&mut self, when: Instant) {
        if !self.checking && self.is_wanted() {
            self.due = Some(self.due.map_or(when, |due| due.min(when)));
        }
    }

    /// Be checked if it is time, or if requests say that something is wrong.
    pub fn progress(&mut self, turn: &mut Turn<'_>) {
        let failures = self.load.connect_failures.load(Relaxed);
        if failures != self.failures_seen {
            self.failures_seen = failures;
            let earliest = self.checked.map_or(turn.now, |last| turn.now.max(last + SOON));
            self.check_at(earliest);
        }
        if self.due.is_some_and(|due| due <= turn.now) {
            self.due = None;
            self.checking = true;
            turn.out.push(Action::Check(self.id, self.server.clone(), self.endpoint()));
        }
    }

    /// Take over how a check ended. `interval` is the time between checks; None if there is no
    /// `health`, so that a healthy server is not checked until requests fail.
    pub fn checked(
        &mut self,
        outcome: Outcome,
        interval: Option<Duration>,
        upstream: &str,
        turn: &mut Turn<'_>,
    ) {
        if !std::mem::take(&mut self.checking) {
            return;
        }
        if outcome == Outcome::Unknown {
            return self.check_at(turn.now + SOON);
        }
        self.reached = !matches!(outcome, Outcome::Unreachable(_));
        let cause = match outcome {
            Outcome::Passed | Outcome::Unknown => None,
            Outcome::Unfit(cause) | Outcome::Unreachable(cause) => Some(cause),
        };
        let first = self.checked.replace(turn.now).is_none();
        self.judge(cause, upstream, turn);
        if self.is_wanted() {
            self.due = self.next_check(interval, first, turn).map(|wait| turn.now + wait);
        }
    }

    fn judge(&mut self, cause: Option<String>, upstream: &str, turn: &mut Turn<'_>) {
        let passed = cause.is_none();
        let (changes, enough) = match (self.standing, passed) {
            (Standing::New, _) => (true, 1),
            (Standing::In, false) => (true, FAILURES_MAX),
            (Standing::Out, true) => (true, PASSES_MIN),
            (Standing::In, true) | (Standing::Out, false) => (false, 0),
        };
        self.streak = if changes { self.streak + 1 } else { 0 };
        let moved = changes && self.streak >= enough;
        if moved {
            self.streak = 0;
            let new = std::mem::replace(
                &mut self.standing,
                if passed { Standing::In } else { Standing::Out },
            ) == Standing::New;
            if passed && !new {
                turn.say(format!("upstream {upstream}: {self} is healthy again"));
            }
        }
        if let Some(cause) = cause {
            self.fault(cause, moved, upstream, turn);
        } else if self.standing == Standing::In {
            self.cause = None;
        }
    }

    /// Remember why, and tell it if it is news.
    fn fault(&mut self, cause: String, moved: bool, upstream: &str, turn: &mut Turn<'_>) {
        let news = self
            .told
            .as_ref()
            .is_none_or(|(last, told)| *told != cause && turn.now >= *last + SAY_AGAIN_AFTER);
        if moved || (self.standing == Standing::Out && news) {
            turn.say(format!("upstream {upstream}: {self} is not healthy: {cause}"));
            self.told = Some((turn.now, cause.clone()));
        }
        self.cause = Some(cause);
    }

    fn next_check(
        &self,
        interval: Option<Duration>,
        first: bool,
        turn: &mut Turn<'_>,
    ) -> Option<Duration> {
        let steady = self.streak == 0;
        match (interval, self.standing) {
            (None, Standing::In) if steady => None,
            (None, _) => Some(turn.draw.about(CONNECT_EVERY)),
            (Some(interval), _) if !steady => Some(turn.draw.about(interval.min(SOON))),
            // The servers of an upstream are found together: from here on each has its own time.
            (Some(interval), _) if first => Some(turn.draw.within(interval)),
            (Some(interval), _) => Some(turn.draw.about(interval)),
        }
    }
}

impl std::fmt::Display for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Server { tls, host, port } = &self.server;
        let scheme = if *tls { "https" } else { "http" };
        if host.parse() == Ok(self.address.ip()) {
            return write!(f, "{scheme}://{}", self.address);
        }
        write!(f, "{scheme}://{host}:{port} ({})", self.address.ip())
    }
}
