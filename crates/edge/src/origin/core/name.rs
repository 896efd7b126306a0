//! One URL of an upstream, and the addresses that its host stands for.

use super::event::{Action, Turn};
use config::Server;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

/// More addresses than this of one name are left out.
const ADDRESSES_MAX: usize = 64;
/// A name that could not be resolved is tried again after this long, then after twice as long …
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// One URL.
#[derive(Debug)]
pub struct Name {
    server: Server,
    addresses: Vec<IpAddr>,
    /// When it is to be resolved next; None for an address, and while an answer is awaited.
    due: Option<Instant>,
    /// Failures since the last answer.
    failures: u32,
    /// Why the last try failed.
    cause: Option<String>,
}

impl Name {
    /// A URL that was not looked at yet.
    pub fn new(server: Server, now: Instant) -> Self {
        let literal: Option<IpAddr> = server.host.parse().ok();
        let (addresses, due) = match literal {
            Some(address) => (vec![address], None),
            None => (Vec::new(), Some(now)),
        };
        Name { server, addresses, due, failures: 0, cause: None }
    }

    /// The URL's parts.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Where it leads, in the order of addresses.
    pub fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.addresses.iter().map(|address| SocketAddr::new(*address, self.server.port))
    }

    /// True until there was an answer, good or bad.
    pub fn is_pending(&self) -> bool {
        self.addresses.is_empty() && self.cause.is_none()
    }

    /// Why it is not known where it leads, or not whether it still leads there.
    pub fn fault(&self) -> Option<String> {
        self.cause.as_ref().map(|cause| format!("cannot resolve {}: {cause}", self.server.host))
    }

    /// When something is to be done next.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Ask if it is time.
    pub fn progress(&mut self, turn: &mut Turn<'_>) {
        if self.due.is_some_and(|due| due <= turn.now) {
            self.due = None;
            turn.out.push(Action::Resolve(self.server.clone()));
        }
    }

    /// Take an answer over; `upstream` is for the news.
    pub fn resolved(
        &mut self,
        answer: Result<Vec<IpAddr>, String>,
        every: Duration,
        upstream: &str,
        turn: &mut Turn<'_>,
    ) {
        let answer = answer.and_then(|addresses| match addresses.is_empty() {
            true => Err("it has no address".to_owned()),
            false => Ok(addresses),
        });
        match answer {
            Ok(addresses) => {
                self.found(addresses, upstream, turn);
                self.due = Some(turn.now + turn.draw.about(every));
            }
            Err(cause) => {
                self.lost(cause, upstream, turn);
                let wait = AGAIN_AFTER.saturating_mul(1 << self.failures.saturating_sub(1).min(10));
                self.due = Some(turn.now + turn.draw.about(wait.min(every)));
            }
        }
    }

    fn found(&mut self, mut addresses: Vec<IpAddr>, upstream: &str, turn: &mut Turn<'_>) {
        // Sorted, so that answers in turning order are the same answer, and a cut one is too.
        addresses.sort_unstable();
        addresses.dedup();
        let host = &self.server.host;
        if addresses.len() > ADDRESSES_MAX {
            let count = addresses.len();
            addresses.truncate(ADDRESSES_MAX);
            if self.addresses != addresses {
                turn.say(format!(
                    "upstream {upstream}: {host} has {count} addresses; the first {ADDRESSES_MAX} are used"
                ));
            }
        }
        if self.addresses != addresses {
            turn.say(format!("upstream {upstream}: {host} is {}", list(&addresses)));
        } else if self.cause.is_some() {
            turn.say(format!("upstream {upstream}: {host} resolves again"));
        }
        self.addresses = addresses;
        self.failures = 0;
        self.cause = None;
    }

    fn lost(&mut self, cause: String, upstream: &str, turn: &mut Turn<'_>) {
        self.failures += 1;
        if self.cause.as_ref() != Some(&cause) {
            let host = &self.server.host;
            let then = match self.addresses.is_empty() {
                true => "no request can go there until it resolves".to_owned(),
                false => format!("going on with {}", list(&self.addresses)),
            };
            turn.say(format!("upstream {upstream}: cannot resolve {host}: {cause}; {then}"));
            self.cause = Some(cause);
        }
    }
}

/// Addresses for people; many are only counted.
fn list(addresses: &[IpAddr]) -> String {
    const SHOWN_MAX: usize = 4;
    let shown: Vec<String> = addresses.iter().take(SHOWN_MAX).map(IpAddr::to_string).collect();
    match addresses.len().checked_sub(SHOWN_MAX) {
        None | Some(0) => shown.join(", "),
        Some(more) => format!("{} and {more} more", shown.join(", ")),
    }
}
