use super::super::eject::{Counts, Ejector, OUT_MAX_MS, OUT_MS, STREAK};
use super::super::view::Standing;
use model::WorkerId;
use std::collections::HashMap;

/// Workers that answer as a test says.
struct World {
    ejector: Ejector,
    counts: HashMap<WorkerId, Counts>,
    streaks: HashMap<WorkerId, u32>,
    now_ms: u64,
}

impl World {
    fn new(workers: u64) -> Self {
        let mut ejector = Ejector::default();
        (0..workers).for_each(|id| ejector.set(WorkerId(id), true, 0));
        World { ejector, counts: HashMap::new(), streaks: HashMap::new(), now_ms: 0 }
    }

    fn good(&mut self, id: u64, times: u64) {
        self.counts.entry(WorkerId(id)).or_default().requests += times;
        self.streaks.insert(WorkerId(id), 0);
    }

    /// So many failures; true if one put the worker out.
    fn bad(&mut self, id: u64, times: u64) -> bool {
        (0..times).any(|_| self.bad_once(id, false))
    }

    fn bad_once(&mut self, id: u64, trial: bool) -> bool {
        let worker = WorkerId(id);
        let counts = self.counts.entry(worker).or_default();
        counts.requests += 1;
        counts.failures += 1;
        let streak = self.streaks.entry(worker).or_default();
        *streak += 1;
        let counts = |id| self.counts.get(&id).copied().unwrap_or_default();
        self.ejector.failed(worker, *streak, trial, (self.now_ms, self.now_ms), counts)
    }

    fn pass(&mut self, ms: u64) {
        for _ in 0..ms / 100 {
            self.now_ms += 100;
            let counts = |id| self.counts.get(&id).copied().unwrap_or_default();
            self.ejector.tick(self.now_ms, counts);
        }
    }

    fn standing(&self, id: u64) -> Standing {
        self.ejector.standing(WorkerId(id))
    }
}

#[test]
fn five_in_a_row_above_the_others_rate_put_a_worker_out() {
    let mut world = World::new(4);
    (0..4).for_each(|id| world.good(id, 100));
    assert!(!world.bad(0, u64::from(STREAK) - 1));
    world.good(0, 1);
    assert!(!world.bad(0, 4), "a good reply begins the count anew");
    assert!(world.bad(0, 1));
    assert_eq!((world.standing(0), world.ejector.out()), (Standing::Out, 1));
}

#[test]
fn when_all_fail_alike_nobody_is_put_out() {
    let mut world = World::new(4);
    for _ in 0..50 {
        (0..4).for_each(|id| assert!(!world.bad(id, 1)));
    }
    assert_eq!(world.ejector.out(), 0);
}

#[test]
fn half_of_the_workers_stay_and_a_single_one_always() {
    for (workers, most) in [(1, 0), (2, 1), (3, 1), (4, 2), (5, 2)] {
        let mut world = World::new(workers);
        // One stays good, so that the others can be above its rate.
        world.good(workers - 1, 1_000);
        for id in 0..workers.saturating_sub(1).max(1) {
            // Not all at once, or they would be no worse than each other.
            world.pass(20_000);
            world.good(workers - 1, 1_000);
            world.bad(id, 20);
            assert!(world.ejector.out() <= most, "{workers}");
        }
        assert!(workers < 3 || world.ejector.out() == most, "{workers}: {}", world.ejector.out());
    }
}

#[test]
fn a_closed_worker_lets_another_in_if_too_few_stay() {
    let mut world = World::new(4);
    world.good(3, 1_000);
    world.good(2, 1_000);
    assert!(world.bad(0, 20));
    world.pass(15_000);
    world.good(3, 1_000);
    assert!(world.bad(1, 20));
    world.ejector.set(WorkerId(3), false, world.now_ms);
    assert_eq!((world.standing(0), world.standing(1)), (Standing::In, Standing::Out));
    world.ejector.remove(WorkerId(2), world.now_ms);
    assert_eq!(world.ejector.out(), 1, "of two");
    world.ejector.set(WorkerId(0), false, world.now_ms);
    assert_eq!(world.ejector.out(), 0, "of one");
}

#[test]
fn one_request_tries_a_worker_again_and_each_time_out_is_longer() {
    let mut world = World::new(4);
    world.good(1, 1_000);
    assert!(world.bad(0, 5));
    for times in 1..=15 {
        let base = (OUT_MS * times).min(OUT_MAX_MS);
        world.pass(base * 9 / 10 - 200);
        assert_eq!(world.standing(0), Standing::Out, "{times}");
        world.pass(base / 5 + 400);
        assert_eq!(world.standing(0), Standing::OnTrial, "{times}");
        assert!(world.ejector.claim(WorkerId(0), world.now_ms));
        assert!(!world.ejector.claim(WorkerId(0), world.now_ms), "one at a time");
        assert_eq!(world.standing(0), Standing::Out);
        assert!(!world.bad_once(0, false), "a request from before tells nothing");
        assert!(world.bad_once(0, true));
    }
    world.pass(OUT_MAX_MS * 2);
    assert!(world.ejector.claim(WorkerId(0), world.now_ms));
    world.ejector.acquitted(WorkerId(0), world.now_ms);
    assert_eq!((world.standing(0), world.ejector.out()), (Standing::In, 0));
}

#[test]
fn a_trial_that_tells_nothing_is_repeated() {
    let mut world = World::new(2);
    world.good(1, 100);
    assert!(world.bad(0, 5));
    world.pass(40_000);
    assert!(world.ejector.claim(WorkerId(0), world.now_ms));
    world.ejector.release(WorkerId(0));
    assert_eq!(world.standing(0), Standing::OnTrial);
    assert!(world.ejector.claim(WorkerId(0), world.now_ms));
    world.pass(9_000);
    assert_eq!(world.standing(0), Standing::Out);
    world.pass(2_000);
    assert_eq!(world.standing(0), Standing::OnTrial, "another may try when the first hangs");
}

#[test]
fn a_good_while_is_rewarded() {
    let mut world = World::new(4);
    let mut out_for = |times: u64, wait: u64| {
        world.good(1, 1_000);
        world.good(0, 1);
        assert!(world.bad(0, 5));
        let begin = world.now_ms;
        while world.standing(0) == Standing::Out {
            world.pass(100);
        }
        let out = world.now_ms - begin;
        let base = OUT_MS * times;
        assert!((base * 9 / 10..=base * 11 / 10 + 200).contains(&out), "{times}: {out}");
        world.ejector.claim(WorkerId(0), world.now_ms);
        world.ejector.acquitted(WorkerId(0), world.now_ms);
        world.pass(wait);
    };
    out_for(1, 12_000);
    out_for(2, 12_000);
    out_for(3, OUT_MS * 3 + 1_000);
    out_for(1, 0);
}

#[test]
fn a_pardon_lets_all_in() {
    let mut world = World::new(2);
    world.good(1, 100);
    assert!(world.bad(0, 5));
    world.ejector.pardon(world.now_ms);
    assert_eq!((world.standing(0), world.ejector.out()), (Standing::In, 0));
}
