//! Leaving out a worker that answers with errors while the others do not. See `LIFECYCLE.md`.
//!
//! In: failures, the counts of requests, the time. Out: each worker's standing. Invariants: never
//! more than half of the open workers are out, so never the only one; who is out is tried again.

use super::view::Standing;
use base::random::mix;
use model::WorkerId;

/// Failures in a row, with no good reply between them, that lead to a look at the rate.
pub const STREAK: u32 = 5;
/// How long a worker is out the first time; the second time twice as long, and so on.
pub const OUT_MS: u64 = 30_000;
/// How long it is out at most.
pub const OUT_MAX_MS: u64 = 300_000;
/// How long one trial may take before another request may try as well.
const TRIAL_MS: u64 = 10_000;
/// Rates are those of about so long.
const WINDOW_MS: f64 = 10_000.0;
/// By what factor the rate of failures must be above that of the others.
const ABOVE: f64 = 2.0;

/// The workers of one app, and who of them is out.
#[derive(Debug, Default)]
pub struct Ejector {
    cases: Vec<Case>,
    measured_ms: u64,
}

#[derive(Debug)]
struct Case {
    worker: WorkerId,
    /// It takes new requests, apart from what is decided here.
    open: bool,
    phase: Phase,
    /// How often it was put out, less one for each good [`OUT_MS`] since.
    times: u32,
    /// Since when it is in.
    in_since_ms: u64,
    /// Requests and failures of the last [`WINDOW_MS`], fading.
    requests: f64,
    failures: f64,
    /// Both since ever, when last looked at.
    seen: Counts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    In,
    Out {
        until_ms: u64,
    },
    /// The next request tries it.
    OnTrial,
    /// One request tries it now.
    Tried {
        until_ms: u64,
    },
}

/// What a worker has answered since its start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests.
    pub requests: u64,
    /// Requests that failed. A try that broke is a failure without being a request.
    pub failures: u64,
}

impl Ejector {
    /// A worker is there, and takes new requests or not.
    pub fn set(&mut self, worker: WorkerId, open: bool, now_ms: u64) {
        match self.cases.iter_mut().find(|case| case.worker == worker) {
            Some(case) => case.open = open,
            None => self.cases.push(Case {
                worker,
                open,
                phase: Phase::In,
                times: 0,
                in_since_ms: now_ms,
                requests: 0.0,
                failures: 0.0,
                seen: Counts::default(),
            }),
        }
        self.keep_half(now_ms);
    }

    /// A worker has ended.
    pub fn remove(&mut self, worker: WorkerId, now_ms: u64) {
        self.cases.retain(|case| case.worker != worker);
        self.keep_half(now_ms);
    }

    /// A request failed, the `streak`-th in a row; `trial`: it was the one that tried the worker.
    /// True if the worker is out now because of it.
    pub fn failed(
        &mut self,
        worker: WorkerId,
        streak: u32,
        trial: bool,
        (now_ms, chance): (u64, u64),
        counts: impl Fn(WorkerId) -> Counts,
    ) -> bool {
        self.measure(now_ms, counts);
        let guilty = match self.phase(worker) {
            Some(Phase::In) => streak >= STREAK && self.is_above(worker) && self.has_room(worker),
            Some(Phase::Tried { .. }) => trial,
            Some(Phase::Out { .. } | Phase::OnTrial) | None => false,
        };
        if let Some(case) = self.case(worker).filter(|_| guilty) {
            case.times = case.times.saturating_add(1);
            let out = (OUT_MS * u64::from(case.times)).min(OUT_MAX_MS);
            // Workers that went out together shall not all come back at once.
            let jitter = out / 5 * (mix(chance) % 1_000) / 1_000;
            case.phase = Phase::Out { until_ms: now_ms + out - out / 10 + jitter };
        }
        guilty
    }

    /// The request that tried the worker was answered well.
    pub fn acquitted(&mut self, worker: WorkerId, now_ms: u64) {
        if let Some(case) = self.case(worker).filter(|case| case.phase != Phase::In) {
            case.phase = Phase::In;
            case.in_since_ms = now_ms;
        }
    }

    /// Be the one request that tries the worker; false if another was faster.
    pub fn claim(&mut self, worker: WorkerId, now_ms: u64) -> bool {
        let case = self.case(worker).filter(|case| case.phase == Phase::OnTrial);
        case.map(|case| case.phase = Phase::Tried { until_ms: now_ms + TRIAL_MS }).is_some()
    }

    /// The request that tried the worker ended without telling anything of it.
    pub fn release(&mut self, worker: WorkerId) {
        let tried = |case: &&mut Case| matches!(case.phase, Phase::Tried { .. });
        if let Some(case) = self.case(worker).filter(tried) {
            case.phase = Phase::OnTrial;
        }
    }

    /// Let all in.
    pub fn pardon(&mut self, now_ms: u64) {
        let out = self.cases.iter_mut().filter(|case| case.phase != Phase::In);
        out.for_each(|case| (case.phase, case.in_since_ms) = (Phase::In, now_ms));
    }

    /// Let time pass.
    pub fn tick(&mut self, now_ms: u64, counts: impl Fn(WorkerId) -> Counts) {
        self.measure(now_ms, counts);
        for case in &mut self.cases {
            match case.phase {
                Phase::Out { until_ms } | Phase::Tried { until_ms } if until_ms <= now_ms => {
                    case.phase = Phase::OnTrial;
                }
                Phase::In if case.times > 0 && now_ms >= case.in_since_ms + OUT_MS => {
                    case.times -= 1;
                    case.in_since_ms = now_ms;
                }
                _ => {}
            }
        }
        self.keep_half(now_ms);
    }

    /// Whether a worker gets requests.
    pub fn standing(&self, worker: WorkerId) -> Standing {
        match self.phase(worker) {
            Some(Phase::In) | None => Standing::In,
            Some(Phase::OnTrial) => Standing::OnTrial,
            Some(Phase::Out { .. } | Phase::Tried { .. }) => Standing::Out,
        }
    }

    /// How many open workers are out or on trial.
    pub fn out(&self) -> usize {
        self.cases.iter().filter(|case| case.open && case.phase != Phase::In).count()
    }

    fn case(&mut self, worker: WorkerId) -> Option<&mut Case> {
        self.cases.iter_mut().find(|case| case.worker == worker)
    }

    fn phase(&self, worker: WorkerId) -> Option<Phase> {
        self.cases.iter().find(|case| case.worker == worker).map(|case| case.phase)
    }

    /// True if one more may be out.
    fn has_room(&self, worker: WorkerId) -> bool {
        let others = self.cases.iter().filter(|case| case.open && case.worker != worker).count();
        self.out() < others.div_ceil(2)
    }

    /// When open workers have become fewer, let the one in that would come back first.
    fn keep_half(&mut self, now_ms: u64) {
        let open = self.cases.iter().filter(|case| case.open).count();
        while self.out() > open / 2 {
            let out = self.cases.iter_mut().filter(|case| case.open && case.phase != Phase::In);
            let Some(case) = out.min_by_key(|case| match case.phase {
                Phase::Out { until_ms } => until_ms,
                Phase::In | Phase::OnTrial | Phase::Tried { .. } => 0,
            }) else {
                return;
            };
            (case.phase, case.in_since_ms) = (Phase::In, now_ms);
        }
    }

    /// True if the worker fails clearly more often than the others taken together. When all fail
    /// alike, what they all depend on is to blame, and leaving one out would help nobody.
    fn is_above(&self, worker: WorkerId) -> bool {
        let rate = |mine: bool| {
            let cases = self.cases.iter().filter(|case| (case.worker == worker) == mine);
            let sum = |sum: (f64, f64), case: &Case| {
                (sum.0 + case.failures, sum.1 + case.requests.max(case.failures))
            };
            let (failures, requests) = cases.fold((0.0, 0.0), sum);
            if requests > 0.0 { failures / requests } else { 0.0 }
        };
        rate(true) > ABOVE * rate(false)
    }

    fn measure(&mut self, now_ms: u64, counts: impl Fn(WorkerId) -> Counts) {
        let passed = now_ms.saturating_sub(self.measured_ms) as f64;
        self.measured_ms = now_ms.max(self.measured_ms);
        let kept = (1.0 - passed / WINDOW_MS).max(0.0);
        for case in &mut self.cases {
            let seen = counts(case.worker);
            let new = |now: u64, before: u64| now.saturating_sub(before) as f64;
            case.requests = case.requests * kept + new(seen.requests, case.seen.requests);
            case.failures = case.failures * kept + new(seen.failures, case.seen.failures);
            case.seen = seen;
        }
    }
}
