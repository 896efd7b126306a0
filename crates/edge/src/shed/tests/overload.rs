use super::world::{Cost, Outcome, Source, Stream, World};
use crate::shed::Priority;
use base::random::Random;

const NEVER: u64 = u64::MAX;

fn stream(source: Source, cost: fn(&mut Random) -> Cost) -> Stream {
    Stream { source, cost, priority: Priority::Normal, from_us: 0, until_us: NEVER }
}

fn about(random: &mut Random, us: u64) -> u64 {
    us / 2 + random.below(us + 1)
}

fn plain(random: &mut Random) -> Cost {
    Cost { before: about(random, 5_000), waits: 0, after: 0 }
}

fn tiny(random: &mut Random) -> Cost {
    Cost { before: about(random, 100), waits: 0, after: 0 }
}

fn heavy(random: &mut Random) -> Cost {
    Cost { before: about(random, 60_000), waits: 0, after: 0 }
}

fn database(random: &mut Random) -> Cost {
    Cost { before: about(random, 2_000), waits: about(random, 40_000), after: about(random, 2_000) }
}

fn far(random: &mut Random) -> Cost {
    Cost {
        before: about(random, 2_000),
        waits: about(random, 400_000),
        after: about(random, 3_000),
    }
}

/// Its replies take two seconds and nearly no time of the loop.
fn slow(random: &mut Random) -> Cost {
    Cost { before: 200, waits: about(random, 2_000_000), after: 200 }
}

fn poll(random: &mut Random) -> Cost {
    Cost { before: 100, waits: about(random, 25_000_000), after: 100 }
}

fn seconds(outcome: &Outcome, from: usize, to: usize) -> f64 {
    let all = outcome.seconds.iter().skip(from).take(to - from).sum::<u64>();
    all as f64 / (to - from) as f64
}

/// Three times what two workers can carry, after they had what they can carry.
/// A reply is worth something within a second of when it would come from an idle worker.
fn three_times(name: &str, cost: fn(&mut Random) -> Cost, mean_us: u64, waits_us: u64) {
    let capacity = 2e6 / mean_us as f64;
    for seed in 1..=5 {
        let calm = Stream {
            source: Source::Open(capacity * 0.5),
            cost,
            priority: Priority::Normal,
            from_us: 0,
            until_us: 10_000_000,
        };
        let flood = Stream { from_us: 10_000_000, ..stream(Source::Open(capacity * 3.0), cost) };
        let mut world = World::new(seed, 2, vec![calm, flood]);
        world.deadline_us = 1_000_000 + waits_us;
        let world = world.run(30);
        let flood = &world.outcomes[1];
        let goodput = seconds(flood, 12, 30) / capacity;
        let told = format!("{name}, seed {seed}: {goodput:.3} of the capacity, {flood:?}");
        assert!(goodput >= 0.9, "{told}");
        assert!(flood.late * 100 <= flood.refused, "{told}");
        assert_eq!(world.outcomes[0].refused, 0, "{told}");
    }
}

#[test]
fn at_three_times_the_capacity_goodput_stays() {
    three_times("plain", plain, 5_000, 0);
    three_times("database", database, 4_000, 40_000);
    three_times("far", far, 5_000, 400_000);
    three_times("tiny", tiny, 100, 0);
    three_times("heavy", heavy, 60_000, 0);
}

/// The control: without it nearly nothing is in time.
#[test]
fn without_shedding_goodput_falls() {
    let flood = stream(Source::Open(1_200.0), plain);
    let mut world = World::new(1, 2, vec![flood]);
    world.shedding = false;
    let world = world.run(20);
    assert!(seconds(&world.outcomes[0], 10, 20) < 40.0, "{:?}", world.outcomes[0]);
}

fn nothing_refused(name: &str, world: &World) {
    let all = world.all();
    assert_eq!((all.refused, all.late), (0, 0), "{name}: {all:?}");
    assert!(all.served > 0, "{name}");
}

#[test]
fn what_is_slow_but_not_overloaded_is_left_alone() {
    for seed in 1..=5 {
        let run = |streams| World::new(seed, 2, streams).run(40);
        let open = |rate, cost| stream(Source::Open(rate), cost);
        nothing_refused("two seconds", &run(vec![open(400.0, slow)]));
        nothing_refused(
            "two seconds, many clients",
            &run(vec![stream(Source::Closed(1_000), slow)]),
        );
        nothing_refused("long polls", &run(vec![stream(Source::Closed(1_500), poll)]));
        nothing_refused(
            "polls and work",
            &run(vec![stream(Source::Closed(1_000), poll), open(200.0, plain)]),
        );
        nothing_refused("a slow database", &run(vec![open(250.0, far)]));
        nothing_refused("nine tenths", &run(vec![open(360.0, plain)]));
        nothing_refused(
            "a few clients that never rest",
            &run(vec![stream(Source::Closed(64), plain)]),
        );
        nothing_refused("bursts", &run(vec![stream(Source::Bursts(150, 1_000_000), plain)]));
        nothing_refused(
            "a burst of polls",
            &run(vec![stream(Source::Bursts(800, 5_000_000), slow)]),
        );
    }
}

#[test]
fn a_loop_that_is_busy_with_other_things_is_no_overload() {
    for seed in 1..=5 {
        let run = |streams| World::new(seed, 2, streams).with_background().run(40);
        nothing_refused("few requests", &run(vec![stream(Source::Open(10.0), plain)]));
        nothing_refused("a database", &run(vec![stream(Source::Open(40.0), database)]));
    }
}

/// Polls that wait take no place from requests, even while the workers are saturated.
#[test]
fn polls_do_not_starve_the_rest() {
    for seed in 1..=5 {
        let polls = stream(Source::Closed(800), poll);
        let flood = Stream { from_us: 5_000_000, ..stream(Source::Open(1_200.0), plain) };
        let world = World::new(seed, 2, vec![polls, flood]).run(30);
        let goodput = seconds(&world.outcomes[1], 10, 30) / 400.0;
        assert!(goodput >= 0.85, "seed {seed}: {goodput} {:?}", world.outcomes[1]);
    }
}

#[test]
fn the_less_important_is_refused_first() {
    for seed in 1..=5 {
        let of = |priority, rate| Stream { priority, ..stream(Source::Open(rate), plain) };
        let streams =
            vec![of(Priority::High, 120.0), of(Priority::Normal, 200.0), of(Priority::Low, 800.0)];
        let world = World::new(seed, 2, streams).run(40);
        let refused = |at: usize| {
            let one = &world.outcomes[at];
            let refused = (one.refused + one.late) as f64;
            refused / (refused + one.served as f64)
        };
        let told = format!("seed {seed}: {:.3} {:.3} {:.3}", refused(0), refused(1), refused(2));
        assert!(refused(0) < 0.001 && refused(1) < 0.05 && refused(2) > 0.8, "{told}");
        assert!(world.outcomes[2].served > 0, "{told}");
        // When the important ones alone are too many, they get nearly all.
        let streams = vec![of(Priority::High, 800.0), of(Priority::Normal, 400.0)];
        let world = World::new(seed, 2, streams).run(40);
        let [high, normal] = &world.outcomes[..] else { panic!() };
        assert!(high.in_time > 20 * normal.in_time, "seed {seed}: {high:?} {normal:?}");
    }
}

#[test]
fn when_the_flood_is_over_nothing_is_left_of_it() {
    for seed in 1..=5 {
        let flood = Stream { until_us: 10_000_000, ..stream(Source::Open(1_200.0), plain) };
        let calm = Stream { from_us: 12_000_000, ..stream(Source::Open(300.0), plain) };
        let world = World::new(seed, 2, vec![flood, calm]).run(30);
        let calm = &world.outcomes[1];
        assert_eq!((calm.refused, calm.late), (0, 0), "seed {seed}: {calm:?}");
    }
}
