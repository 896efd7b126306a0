//! What must hold in any world, and how the policies compare. One seed is one world;
//! `OSTLER_SEED=7` runs that one alone.

use super::super::{By, Pick, Rules, Standing};
use super::world::{Chooser, Kind, REPLY_US, WAIT_US, World};
use crate::http::Method;
use std::collections::HashMap;
use std::sync::atomic::Ordering::Relaxed;

const SEEDS: u64 = 256;
const SECOND: u64 = 1_000_000;

const LEAST: Chooser = Chooser::Ours(|chance| Pick { by: By::Score, upgrade: false, chance });
const TURN: Chooser = Chooser::Ours(|chance| Pick { by: By::Turn, upgrade: false, chance });
const DRAW: Chooser = Chooser::Ours(|chance| Pick { by: By::Draw, upgrade: false, chance });
const KEYED: Chooser = Chooser::Ours(|chance| {
    let by = By::Key { hash: chance, in_flight_max: 8 };
    Pick { by, upgrade: false, chance }
});
const RULES: Rules = Rules { eject: true, slow_start_ms: 0, shed_ms: None };

fn seeds() -> Vec<u64> {
    match std::env::var("OSTLER_SEED").ok().and_then(|text| text.parse().ok()) {
        Some(seed) => vec![seed],
        None => (0..SEEDS).collect(),
    }
}

fn any_kind(world: &mut World) -> Kind {
    const KINDS: [Kind; 10] = [
        Kind::Fast,
        Kind::Fast,
        Kind::Fast,
        Kind::Fast,
        Kind::Slow,
        Kind::Stalling,
        Kind::Failing,
        Kind::Refusing,
        Kind::HangsUp,
        Kind::Breaks,
    ];
    KINDS[world.random.below(KINDS.len() as u64) as usize]
}

/// Since when each worker has been one that must get work, and what it and all had by then.
type Due = HashMap<usize, (u64, u64, usize)>;

/// Something happens to the workers: one is replaced, dies, or becomes another.
fn happen(world: &mut World) {
    let live: Vec<usize> = (0..world.workers.len()).filter(|at| world.workers[*at].open).collect();
    let at = live[world.random.below(live.len() as u64) as usize];
    let number = world.workers[at].number;
    match world.random.below(3) {
        0 => world.drain(at),
        1 => world.kill(at),
        _ => {
            world.workers[at].kind = any_kind(world);
            return;
        }
    }
    let kind = any_kind(world);
    world.add(number, kind);
}

/// Half of the workers stay.
fn check_out(world: &World) {
    let open = world.workers.iter().filter(|one| one.open);
    let (count, out) = open.fold((0, 0), |(count, out), one| {
        let is_out = one.record.view().standing != Standing::In;
        (count + 1, out + u32::from(is_out))
    });
    assert!(out * 2 <= count, "{out} of {count} are out");
    assert_eq!(world.board.out(), out);
}

/// Who is open, well and not put out gets work.
fn check_work(world: &World, due: &mut Due) {
    for (at, one) in world.workers.iter().enumerate() {
        let view = one.record.view();
        let good = matches!(one.kind, Kind::Fast | Kind::Slow | Kind::Stalling);
        if !one.open || !good || view.standing != Standing::In || view.penalty > 0 {
            due.remove(&at);
            continue;
        }
        let now = (world.now_us, one.served, world.requests.len());
        let (since, served, requests) = *due.entry(at).or_insert(now);
        if one.served > served || one.load.in_flight.load(Relaxed) > 0 {
            due.insert(at, now);
        } else if world.now_us - since > 10 * SECOND {
            let others = world.requests.len() - requests;
            assert!(
                others < 50 * world.workers.len(),
                "worker {at} starves: {others} to others; {:?}",
                world
                    .workers
                    .iter()
                    .filter(|one| one.open)
                    .map(|one| (
                        one.number,
                        one.kind,
                        one.load.in_flight.load(Relaxed),
                        one.record.view()
                    ))
                    .collect::<Vec<_>>()
            );
        }
    }
}

fn run(seed: u64, chooser: Chooser) -> World {
    let mut world = World::new(seed, chooser, RULES);
    let workers = 1 + world.random.below(8) as u32;
    for number in 0..workers {
        let kind = any_kind(&mut world);
        world.add(number, kind);
    }
    world.service_us = 20_000;
    // A third to two thirds of what usual workers can do.
    let gap = 30_000 * (2 + world.random.below(3)) / 2 / u64::from(workers);
    let mut due = Due::new();
    let mut next = 5 * SECOND;
    while world.now_us < 45 * SECOND {
        let step = gap / 2 + world.random.below(gap.max(1));
        let until = world.now_us + step.max(1);
        world.pass(until);
        let post = world.random.below(4) == 0;
        world.arrive(if post { Method::Other } else { Method::Get });
        check_out(&world);
        if world.requests.len().is_multiple_of(64) {
            check_work(&world, &mut due);
        }
        if world.now_us > next {
            happen(&mut world);
            next = world.now_us + SECOND + world.random.below(10 * SECOND);
        }
    }
    let end = world.now_us + WAIT_US + 2 * REPLY_US + SECOND;
    world.pass(end);
    world
}

fn check_ended(world: &World) {
    assert!(world.waiting.is_empty());
    for one in &world.workers {
        assert_eq!(one.load.in_flight.load(Relaxed), 0, "{}", one.id);
    }
    for (at, request) in world.requests.iter().enumerate() {
        assert!(request.status > 0, "request {at} did not end");
        let took = request.ended_us - request.begun_us;
        assert!(took <= WAIT_US + 2 * REPLY_US + 100_000, "request {at} took {took} us");
        let most = if request.method == Method::Get { 2 } else { 1 };
        assert!(request.read <= most, "request {at} was read {} times", request.read);
    }
    // A fifth of the requests, three a second, and what the budget begins with.
    let budget = world.requests.len() as u64 / 5 + 3 * world.now_us / SECOND + 30;
    assert!(world.retries <= budget, "{} retries of {budget}", world.retries);
}

/// Each test runs a part of the seeds, so that they run side by side.
fn sweep(chooser: Chooser, part: u64) {
    for seed in seeds().into_iter().filter(|seed| seed % 4 == part) {
        let world = std::panic::catch_unwind(|| check_ended(&run(seed, chooser)));
        assert!(world.is_ok(), "OSTLER_SEED={seed}");
    }
}

#[test]
fn in_any_world_least_part_0() {
    sweep(LEAST, 0);
}

#[test]
fn in_any_world_least_part_1() {
    sweep(LEAST, 1);
}

#[test]
fn in_any_world_least_part_2() {
    sweep(LEAST, 2);
}

#[test]
fn in_any_world_least_part_3() {
    sweep(LEAST, 3);
}

#[test]
fn in_any_world_round_robin() {
    sweep(TURN, 0);
}

#[test]
fn in_any_world_two_choices() {
    sweep(DRAW, 1);
}

#[test]
fn in_any_world_by_key() {
    sweep(KEYED, 2);
}

/// Four workers under even load; returns the part of the requests that the first got.
fn share_of_first(seed: u64, chooser: Chooser, eject: bool, first: Kind, gap: u64) -> f64 {
    let mut world = World::new(seed, chooser, Rules { eject, ..RULES });
    world.add(0, first);
    (1..4).for_each(|number| world.add(number, Kind::Fast));
    while world.now_us < 120 * SECOND {
        let until = world.now_us + gap / 2 + world.random.below(gap);
        world.pass(until);
        world.arrive(Method::Get);
    }
    world.workers[0].served as f64 / world.requests.len() as f64
}

#[test]
fn who_answers_503_at_once_gets_less_than_two_percent() {
    for seed in 0..4 {
        for (gap, name) in [(1_000, "busy"), (3_000, "usual"), (50_000, "quiet")] {
            let share = |chooser, eject| share_of_first(seed, chooser, eject, Kind::Failing, gap);
            for (chooser, policy) in [(LEAST, "least"), (TURN, "turn"), (DRAW, "draw")] {
                let share = share(chooser, true);
                assert!(share < 0.02, "{name} {policy}: {share}");
            }
            if gap < 10_000 {
                // Without being put out, by its score alone.
                let share = share(LEAST, false);
                assert!(share < 0.02, "{name} by score: {share}");
            }
        }
        // What the penalty is there for.
        let peak = share_of_first(seed, Chooser::PeakEwma, false, Kind::Failing, 1_000);
        assert!(peak > 0.3, "{peak}");
    }
}

#[test]
fn a_slow_worker_gets_less_and_not_nothing() {
    for seed in 0..4 {
        for gap in [1_000, 3_000, 50_000] {
            let share = share_of_first(seed, LEAST, true, Kind::Slow, gap);
            assert!((0.005..0.2).contains(&share), "{gap}: {share}");
        }
    }
}

/// The 99th percentile of the requests that do not block, in microseconds: one request in a hundred
/// blocks its worker for 200 ms, load in percent of what the workers can do.
fn tail(seed: u64, chooser: Chooser, workers: u32, load: u64) -> u64 {
    let mut world = World::new(seed, chooser, RULES);
    (0..workers).for_each(|number| world.add(number, Kind::Stalling));
    // 2 ms each and 1 % of 200 ms.
    let gap = 4_000 * 100 / load / u64::from(workers);
    while world.now_us < 60 * SECOND {
        let wait = -(1.0 - world.random.unit()).ln() * gap as f64;
        let until = world.now_us + wait as u64 + 1;
        world.pass(until);
        world.arrive(Method::Get);
    }
    world.pass(100 * SECOND);
    let usual = world.requests.iter().filter(|request| !request.blocks);
    let mut took: Vec<u64> = usual.map(|request| request.ended_us - request.begun_us).collect();
    took.sort_unstable();
    took[took.len() * 99 / 100]
}

/// Mean of a few worlds, in milliseconds.
fn mean_tail(chooser: Chooser, (workers, load): (u32, u64)) -> f64 {
    let sum: u64 = (0..3).map(|seed| tail(seed, chooser, workers, load)).sum();
    sum as f64 / 3_000.0
}

/// With two workers there is little to choose from: often both are blocked.
#[test]
fn the_tail_beside_blocking_requests_is_the_shortest() {
    for case in [(2, 30), (2, 60), (4, 30), (4, 60), (8, 60)] {
        let least = mean_tail(LEAST, case);
        let (turn, draw) = (mean_tail(TURN, case), mean_tail(DRAW, case));
        let peak = mean_tail(Chooser::PeakEwma, case);
        println!("{case:?}: least {least:.0} turn {turn:.0} draw {draw:.0} peak {peak:.0} ms");
        assert!(least < turn / 1.3 && least < peak, "{case:?}: {least} {turn} {peak}");
        // Of two workers, two are drawn.
        assert!(least < draw || case.0 == 2 && least <= draw, "{case:?}: {least} {draw}");
    }
}
