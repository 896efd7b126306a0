use super::view::{FULL_SHARE, ONE, UNIT, View};
use super::*;
use crate::http::Method;
use base::random::{Random, mix};

mod board;
mod eject;
mod peak;
mod simulation;
mod wish;
mod world;

const IDLE: Candidate = Candidate {
    open: true,
    in_flight: 0,
    delivering: 0,
    limit: u32::MAX,
    parked: 0,
    upgraded: 0,
    stalled: false,
    silent: false,
    tried: false,
    view: View { standing: Standing::In, factor: ONE, share: FULL_SHARE, penalty: 0 },
    used: 0,
    number: 0,
};
const LEAST: Pick = Pick { by: By::Score, upgrade: false, chance: 0 };

fn check(candidates: &[Candidate], want: Choice) {
    check_by(LEAST, candidates, want);
}

fn check_by(pick: Pick, candidates: &[Candidate], want: Choice) {
    assert_eq!(choose(candidates.iter().copied(), pick, 10), want, "{pick:?} {candidates:?}");
}

#[test]
fn the_least_busy_then_the_least_recently_used_is_taken() {
    let busy = |in_flight, used| Candidate { in_flight, used, ..IDLE };
    check(&[], Choice::Nobody);
    check(&[busy(2, 0), busy(1, 9), busy(3, 1)], Choice::Take(1));
    check(&[busy(1, 9), busy(1, 4), busy(1, 7)], Choice::Take(1));
    check(&[busy(10, 0), busy(9, 1)], Choice::Take(1));
    check(&[busy(10, 0), busy(11, 1)], Choice::Full);
    // Replies that have begun take no place.
    let streams = Candidate { delivering: 9, ..busy(12, 0) };
    check(&[streams, busy(10, 1)], Choice::Take(0));
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
    let mut budget = Budget::new(0, 1);
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
        match choose(self.workers.iter().copied(), LEAST, WORLD_MAX) {
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
        let Choice::Take(at) = choose(workers.iter().copied(), LEAST, 10) else { panic!("none") };
        workers[at].used = clock;
        served[at] += 1;
    }
    assert_eq!(served, [100; 4]);
}

#[test]
fn slow_failing_and_new_workers_get_less() {
    let busy = |in_flight| Candidate { in_flight, ..IDLE };
    let viewed = |view: View, in_flight| Candidate { view, in_flight, ..IDLE };
    let slow = View { factor: 4 * ONE, ..View::default() };
    check(&[viewed(slow, 0), busy(2)], Choice::Take(1));
    check(&[viewed(slow, 0), busy(4)], Choice::Take(0));
    let failing = View { penalty: 5 * UNIT as u32, ..View::default() };
    check(&[viewed(failing, 0), busy(4)], Choice::Take(1));
    check(&[viewed(failing, 0), busy(6)], Choice::Take(0));
    let new = View { share: FULL_SHARE / 4, ..View::default() };
    let lucky = Pick { chance: 0, ..LEAST };
    let unlucky = Pick { chance: u64::from(FULL_SHARE) - 1, ..LEAST };
    check_by(lucky, &[viewed(new, 0), busy(1)], Choice::Take(0));
    check_by(lucky, &[viewed(new, 1), busy(3)], Choice::Take(1));
    check_by(unlucky, &[viewed(new, 0), busy(9)], Choice::Take(1));
    check_by(unlucky, &[viewed(new, 0)], Choice::Take(0));
}

#[test]
fn who_is_out_gets_one_request_for_a_trial() {
    let standing = |standing, in_flight| Candidate {
        view: View { standing, ..View::default() },
        in_flight,
        ..IDLE
    };
    let (out, on_trial) = (standing(Standing::Out, 0), standing(Standing::OnTrial, 0));
    let (busy, full) = (standing(Standing::In, 9), standing(Standing::In, 10));
    let closed = Candidate { open: false, ..IDLE };
    let tried = Candidate { tried: true, ..on_trial };
    check(&[out, busy], Choice::Take(1));
    check(&[out, full], Choice::Full);
    check(&[out, closed], Choice::Take(0));
    check(&[busy, on_trial], Choice::Take(1));
    check(&[tried, out], Choice::Take(1));
    check(&[standing(Standing::Out, 10)], Choice::Full);
}

#[test]
fn connections_that_stay_weigh_little_but_for_their_like() {
    let sockets = |in_flight, upgraded| Candidate { in_flight, upgraded, ..IDLE };
    let upgrade = Pick { upgrade: true, ..LEAST };
    check(&[sockets(0, 5_000), sockets(3, 0)], Choice::Take(0));
    check(&[sockets(0, 5_000), sockets(0, 0)], Choice::Take(1));
    check_by(upgrade, &[sockets(0, 50), sockets(3, 40)], Choice::Take(1));
}

#[test]
fn each_policy_shares_out_as_it_says() {
    let served = |pick: fn(u64) -> Pick, at_work: [u32; 4]| {
        let mut workers = at_work.map(|in_flight| Candidate { in_flight, ..IDLE });
        let mut served = [0; 4];
        for round in 1..=4_000 {
            let pick = pick(mix(round));
            let Choice::Take(at) = choose(workers.iter().copied(), pick, 10) else { panic!() };
            workers[at].used = round;
            served[at] += 1;
        }
        served
    };
    let turn = |chance| Pick { by: By::Turn, upgrade: false, chance };
    assert_eq!(served(turn, [0, 9, 3, 1]), [1_000; 4]);
    let draw = |chance| Pick { by: By::Draw, upgrade: false, chance };
    // Of six pairs, the least busy is in three, the next in two more, and the busiest never wins.
    let [a, b, c, d] = served(draw, [0, 9, 3, 1]);
    assert!((1_900..2_100).contains(&a) && (1_230..1_430).contains(&d), "{a} {d}");
    assert!((570..770).contains(&c) && b == 0, "{c} {b}");
}

fn by_key(key: u64, in_flight_max: u32) -> Pick {
    Pick { by: By::Key { hash: mix(key), in_flight_max }, upgrade: false, chance: key }
}

fn placed(workers: &[Candidate], key: u64) -> u32 {
    let Choice::Take(at) = choose(workers.iter().copied(), by_key(key, 8), 10) else { panic!() };
    workers[at].number
}

#[test]
fn a_key_stays_and_little_moves_when_workers_come_and_go() {
    let mut workers: Vec<_> = (0..8).map(|number| Candidate { number, ..IDLE }).collect();
    let before: Vec<u32> = (0..8_000).map(|key| placed(&workers, key)).collect();
    for number in 0..8 {
        let count = before.iter().filter(|placed| **placed == number).count();
        assert!((850..1_150).contains(&count), "{number}: {count}");
    }
    workers.reverse();
    let gone = workers.iter().position(|one| one.number == 3).unwrap();
    workers[gone].open = false;
    for (key, before) in before.iter().enumerate() {
        let after = placed(&workers, key as u64);
        assert!(after == *before || *before == 3, "{key}: {before} {after}");
    }
    workers[gone].open = true;
    workers.push(Candidate { number: 8, ..IDLE });
    let moved = before.iter().enumerate().filter(|(key, before)| {
        let after = placed(&workers, *key as u64);
        assert!(after == **before || after == 8);
        after == 8
    });
    let moved = moved.count();
    assert!((750..1_050).contains(&moved), "{moved} of 8000 are a ninth");
}

#[test]
fn a_key_goes_to_the_next_when_its_worker_is_busy_or_out() {
    let mut workers: Vec<_> = (0..4).map(|number| Candidate { number, ..IDLE }).collect();
    for key in 0..200 {
        let own = placed(&workers, key) as usize;
        let next = {
            let mut fewer = workers.clone();
            fewer[own].open = false;
            placed(&fewer, key)
        };
        workers[own].in_flight = 8;
        assert_eq!(placed(&workers, key), next);
        workers[own] =
            Candidate { view: View { standing: Standing::Out, ..IDLE.view }, ..workers[own] };
        assert_eq!(placed(&workers, key), next);
        workers[own] = Candidate { number: own as u32, ..IDLE };
        // All are above the average: then it is as well the own one.
        let busy: Vec<_> = workers.iter().map(|one| Candidate { in_flight: 9, ..*one }).collect();
        assert_eq!(placed(&busy, key) as usize, own);
    }
}

#[test]
fn the_budget_is_shared_by_the_threads() {
    let mut parts = [(); 4].map(|()| Budget::new(0, 4));
    let spent: usize =
        parts.iter_mut().map(|budget| (0..100).filter(|_| budget.spend(0)).count()).sum();
    assert!((28..=30).contains(&spent), "{spent}");
}
