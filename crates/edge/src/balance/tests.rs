use super::*;
use crate::http::Method;
use base::random::Random;

const IDLE: Candidate =
    Candidate { open: true, in_flight: 0, stalled: false, tried: false, used: 0 };

fn check(candidates: &[Candidate], want: Choice) {
    assert_eq!(choose(candidates.iter().copied(), 10), want, "{candidates:?}");
}

#[test]
fn the_least_busy_then_the_least_recently_used_is_taken() {
    let busy = |in_flight, used| Candidate { in_flight, used, ..IDLE };
    check(&[], Choice::Nobody);
    check(&[busy(2, 0), busy(1, 9), busy(3, 1)], Choice::Take(1));
    check(&[busy(1, 9), busy(1, 4), busy(1, 7)], Choice::Take(1));
    check(&[busy(10, 0), busy(9, 1)], Choice::Take(1));
    check(&[busy(10, 0), busy(11, 1)], Choice::Full);
}

#[test]
fn stalled_and_tried_workers_come_last() {
    let stalled = Candidate { stalled: true, ..IDLE };
    let tried = Candidate { tried: true, ..IDLE };
    let closed = Candidate { open: false, ..IDLE };
    let busy = Candidate { in_flight: 9, ..IDLE };
    let full = Candidate { in_flight: 10, ..IDLE };
    check(&[stalled, busy], Choice::Take(1));
    check(&[stalled, tried], Choice::Take(0));
    check(&[tried, closed], Choice::Take(0));
    check(&[tried, full], Choice::Full);
    check(&[stalled, full], Choice::Take(0));
    check(&[closed], Choice::Nobody);
}

#[test]
fn only_what_is_safe_is_sent_again() {
    let get = Attempt {
        method: Method::Get,
        sent: true,
        sends: 1,
        held: true,
        answered: false,
        by_client: false,
        timed_out: false,
    };
    let check = |attempt: Attempt, want| assert_eq!(attempt.verdict(), want, "{attempt:?}");
    let post = Attempt { method: Method::Other, ..get };
    check(get, Verdict::IfBudget);
    check(Attempt { sends: 2, ..get }, Verdict::Never);
    check(Attempt { held: false, ..get }, Verdict::Never);
    check(Attempt { answered: true, ..get }, Verdict::Never);
    check(Attempt { by_client: true, ..get }, Verdict::Never);
    check(Attempt { timed_out: true, ..get }, Verdict::Never);
    check(post, Verdict::Never);
    check(Attempt { sent: false, sends: 0, ..post }, Verdict::Free);
    check(Attempt { sent: false, held: false, ..post }, Verdict::Never);
}

#[test]
fn retries_are_a_fifth_of_the_requests_and_at_least_three_a_second() {
    let mut budget = Budget::new(0);
    let spent = (0..1_000).filter(|_| budget.spend(0)).count();
    assert_eq!(spent, 30, "ten seconds of the least are there from the start");
    assert_eq!((0..10).filter(|_| budget.spend(1_000)).count(), 3);
    (0..1_000).for_each(|_| budget.earn(1_000));
    let spent = (0..1_000).filter(|_| budget.spend(1_000)).count();
    assert!((195..=205).contains(&spent), "{spent}");
}

/// A world of workers and requests, moved by chance: arrivals, ends, deaths, stalls.
struct World {
    random: Random,
    workers: Vec<Candidate>,
    clock: u64,
    served: Vec<u64>,
}

const WORLD_MAX: u32 = 8;

impl World {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let count = 1 + random.below(8) as usize;
        World { random, workers: vec![IDLE; count], clock: 0, served: vec![0; count] }
    }

    fn act(&mut self) {
        let at = self.random.below(self.workers.len() as u64) as usize;
        match self.random.below(20) {
            0 => self.workers[at] = Candidate { open: !self.workers[at].open, ..IDLE },
            1 => self.workers[at].stalled ^= true,
            2 => self.workers[at].tried ^= true,
            3..=9 => {
                let worker = &mut self.workers[at];
                worker.in_flight = worker.in_flight.saturating_sub(1);
            }
            _ => self.arrive(),
        }
    }

    fn arrive(&mut self) {
        self.clock += 1;
        let usable =
            |one: &Candidate| one.open && one.in_flight < WORLD_MAX && !one.stalled && !one.tried;
        let least = self.workers.iter().filter(|one| usable(one)).map(|one| one.in_flight).min();
        match choose(self.workers.iter().copied(), WORLD_MAX) {
            Choice::Take(at) => {
                let taken = self.workers[at];
                assert!(taken.open && taken.in_flight < WORLD_MAX, "{taken:?}");
                if let Some(least) = least {
                    assert!(usable(&taken) && taken.in_flight == least, "{:?}", self.workers);
                }
                self.workers[at].in_flight += 1;
                self.workers[at].used = self.clock;
                self.served[at] += 1;
            }
            Choice::Full | Choice::Nobody => assert_eq!(least, None, "{:?}", self.workers),
        }
    }
}

#[test]
fn in_any_world_the_best_worker_is_chosen() {
    for seed in 0..256 {
        let mut world = World::new(seed);
        (0..500).for_each(|_| world.act());
    }
}

#[test]
fn equal_workers_get_equal_shares() {
    let mut workers = [IDLE; 4];
    let mut served = [0; 4];
    for clock in 1..=400 {
        let Choice::Take(at) = choose(workers.iter().copied(), 10) else { panic!("none") };
        workers[at].used = clock;
        served[at] += 1;
    }
    assert_eq!(served, [100; 4]);
}
