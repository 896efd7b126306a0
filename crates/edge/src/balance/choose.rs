//! The choice of a worker for one request: one pass over the workers, nothing allocated.

use super::hash::affinity;
use super::view::{FULL_SHARE, ONE, Standing, UNIT, View};
use base::random::mix;

/// Upgraded connections that count for a usual request: as much as two requests at most, or a
/// worker with many silent ones would get nothing else.
const SOCKETS_MAX: u32 = 128;

/// What a silent worker's requests weigh.
const SILENT_FACTOR: u64 = 4;

/// A worker as a candidate for one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// It takes new requests, and did not refuse a connection a moment ago.
    pub open: bool,
    /// Requests it has now, of all edge threads.
    pub in_flight: u32,
    /// Those of them whose reply has begun: they wait for their clients, or are streams, and take
    /// no place from others.
    pub delivering: u32,
    /// Requests it may have while it is saturated, but for those that wait for something else.
    pub limit: u32,
    /// Those of its requests that do.
    pub parked: u32,
    /// Upgraded connections it has now.
    pub upgraded: u32,
    /// Its event loop is stuck.
    pub stalled: bool,
    /// It may be stuck, or have only slow work.
    pub silent: bool,
    /// This request failed on it already.
    pub tried: bool,
    /// How well it did lately.
    pub view: View,
    /// When it was last chosen, as a growing number.
    pub used: u64,
    /// Its number, which a replacement keeps.
    pub number: u32,
}

/// How a request is to be placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick {
    /// The policy, and what it needs to know.
    pub by: By,
    /// The request asks for another protocol: its connection will stay.
    pub upgrade: bool,
    /// A random number.
    pub chance: u64,
}

/// Who is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The lowest score, then the least recently used.
    Score,
    /// The least recently used.
    Turn,
    /// The better of two that are drawn.
    Draw,
    /// The nearest to a key, and while it has as many as `in_flight_max`, the next.
    Key {
        /// The key's hash.
        hash: u64,
        /// Requests in flight from which a worker passes on what is not its share.
        in_flight_max: u32,
    },
}

/// What to do with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Send it to the candidate at this position.
    Take(usize),
    /// All workers that could take it have as many requests as they may have.
    Full,
    /// No worker takes requests now.
    Nobody,
}

/// Who comes before whom, whatever the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// Left out until now; one request is to try it.
    OnTrial,
    Good,
    /// New, and it is not its turn.
    Warming,
    Stalled,
    LeftOut,
    Tried,
}

/// The best so far: what it is compared by, and its place.
#[derive(Clone, Copy)]
struct Leader {
    rank: (Class, u64, u64),
    score: (u64, u64),
    at: usize,
}

/// Choose among `candidates`, of which each may have `in_flight_max` requests that wait
/// for their reply. Stalled workers,
/// such as were left out and such that failed this request are taken only when there is no other.
pub fn choose(
    candidates: impl Iterator<Item = Candidate>,
    pick: Pick,
    in_flight_max: u32,
) -> Choice {
    let (mut first, mut second): (Option<Leader>, Option<Leader>) = (None, None);
    let (mut full, mut any_full) = (false, false);
    for (at, one) in candidates.enumerate().filter(|(_, one)| one.open) {
        let class = one.class(&pick);
        if !one.has_room(in_flight_max) {
            any_full = true;
            full |= class < Class::LeftOut;
            continue;
        }
        let leader = one.leader(class, &pick, at);
        if first.is_none_or(|best| leader.rank < best.rank) {
            second = first.replace(leader);
        } else if second.is_none_or(|next| leader.rank < next.rank) {
            second = Some(leader);
        }
    }
    match first {
        // The others are only full: better to wait for one of them.
        Some(best) if full && best.rank.0 >= Class::LeftOut => Choice::Full,
        Some(best) => Choice::Take(pick.better(best, second)),
        None if any_full => Choice::Full,
        None => Choice::Nobody,
    }
}

impl Pick {
    /// Of the two that were drawn, the better one.
    fn better(&self, first: Leader, second: Option<Leader>) -> usize {
        match second {
            Some(second)
                if self.by == By::Draw
                    && second.rank.0 == first.rank.0
                    && second.score < first.score =>
            {
                second.at
            }
            _ => first.at,
        }
    }
}

impl Candidate {
    /// Whether a client that belongs to it can be given to it. Also while it is stalled: what the
    /// client left there is nowhere else.
    pub fn can_keep(&self, in_flight_max: u32) -> bool {
        self.open
            && self.has_room(in_flight_max)
            && !self.tried
            && self.view.standing == Standing::In
    }

    /// Requests whose reply has not begun.
    fn awaited(&self) -> u32 {
        self.in_flight.saturating_sub(self.delivering)
    }

    /// One more request may be given to it, if it may have `in_flight_max`.
    fn has_room(&self, in_flight_max: u32) -> bool {
        let awaited = self.awaited();
        awaited < in_flight_max && awaited.saturating_sub(self.parked) < self.limit
    }

    fn class(&self, pick: &Pick) -> Class {
        // A key's worker warms up key by key, so that a key moves to it once and stays.
        let lot = match pick.by {
            By::Key { hash, .. } => affinity(hash, self.number),
            _ => pick.chance,
        };
        match self.view.standing {
            _ if self.tried => Class::Tried,
            Standing::Out => Class::LeftOut,
            _ if self.stalled => Class::Stalled,
            // A key stays where it belongs: its own worker is tried with its own keys.
            Standing::OnTrial if !matches!(pick.by, By::Key { .. }) => Class::OnTrial,
            _ if lot % u64::from(FULL_SHARE) >= u64::from(self.view.share) => Class::Warming,
            _ => Class::Good,
        }
    }

    fn leader(&self, class: Class, pick: &Pick, at: usize) -> Leader {
        let score = (self.score(pick.upgrade), self.used);
        let rank = match pick.by {
            By::Score => (class, score.0, score.1),
            By::Turn => (class, self.used, 0),
            By::Draw => (class, mix(pick.chance ^ mix(at as u64)), 0),
            By::Key { hash, in_flight_max } => {
                let over = u64::from(self.in_flight >= in_flight_max);
                (class, over, u64::MAX - affinity(hash, self.number))
            }
        };
        Leader { rank, score, at }
    }

    /// How little it suits, in parts of a request.
    fn score(&self, upgrade: bool) -> u64 {
        let View { factor, share, penalty, .. } = self.view;
        let mut requests = u64::from(self.in_flight) * UNIT;
        if share < FULL_SHARE {
            requests = requests * u64::from(FULL_SHARE) / u64::from(share.max(1));
        }
        let sockets = match upgrade {
            true => u64::from(self.upgraded) * UNIT,
            false => u64::from(self.upgraded.min(SOCKETS_MAX)),
        };
        let silent = if self.silent { SILENT_FACTOR } else { 1 };
        let load = (requests + UNIT + sockets) * silent;
        load * u64::from(factor) / u64::from(ONE) + u64::from(penalty)
    }
}
