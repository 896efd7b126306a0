//! The choice of a worker for one request.

/// A worker as a candidate for one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// It takes new requests, and did not refuse a connection a moment ago.
    pub open: bool,
    /// Requests it has now, of all edge threads.
    pub in_flight: u32,
    /// Its event loop is stuck.
    pub stalled: bool,
    /// This request failed on it already.
    pub tried: bool,
    /// When it was last chosen, as a growing number.
    pub used: u64,
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

/// Choose among `candidates`: the least requests in flight, then the least recently used. Stalled
/// workers and such that failed this request are taken only when there is no other.
pub fn choose(candidates: impl Iterator<Item = Candidate>, in_flight_max: u32) -> Choice {
    let mut best: Option<((bool, bool, u32, u64), usize)> = None;
    let mut full = false;
    for (at, one) in candidates.enumerate().filter(|(_, one)| one.open) {
        if one.in_flight >= in_flight_max {
            full = true;
            continue;
        }
        let rank = (one.tried, one.stalled, one.in_flight, one.used);
        if best.is_none_or(|(least, _)| rank < least) {
            best = Some((rank, at));
        }
    }
    match best {
        // The others are only full: better to wait for one of them.
        Some(((true, ..), _)) if full => Choice::Full,
        Some((_, at)) => Choice::Take(at),
        None if full => Choice::Full,
        None => Choice::Nobody,
    }
}
