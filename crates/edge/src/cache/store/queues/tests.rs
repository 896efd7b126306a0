use super::*;
use base::random::Random;
use std::collections::HashMap;
use std::sync::Arc;

/// A name that counts its uses.
#[derive(Debug, Default)]
struct Thing {
    name: u64,
    uses: Uses,
}

impl AsRef<Uses> for Arc<Thing> {
    fn as_ref(&self) -> &Uses {
        &self.uses
    }
}

/// The queues as a cache of names, as a plain model sees them.
struct World {
    queues: Queues<Arc<Thing>>,
    held: HashMap<u64, (Ticket, Arc<Thing>, u64)>,
}

impl World {
    fn new(bytes_max: u64) -> Self {
        World { queues: Queues::new(bytes_max), held: HashMap::new() }
    }

    fn add(&mut self, name: u64, bytes: u64) -> bool {
        let thing = Arc::new(Thing { name, uses: Uses::default() });
        let mut gone = Vec::new();
        let added = self.queues.add(thing.clone(), name, bytes, &mut |ticket, thing| {
            gone.push((ticket, thing.name));
        });
        for (ticket, name) in gone {
            let (known, ..) = self.held.remove(&name).expect("it was held");
            assert_eq!(known, ticket);
        }
        let Ok(ticket) = added else { return false };
        self.held.insert(name, (ticket, thing, bytes));
        true
    }

    /// True if it was held; else it is added.
    fn ask(&mut self, name: u64, bytes: u64) -> bool {
        if let Some((_, thing, _)) = self.held.get(&name) {
            thing.uses.add();
            return true;
        }
        self.add(name, bytes);
        false
    }

    fn ask_all(&mut self, names: std::ops::Range<u64>) {
        for name in names {
            self.ask(name, 10);
        }
    }

    fn check_invariants(&self) {
        let bytes: u64 = self.held.values().map(|(_, _, bytes)| bytes).sum();
        assert_eq!(self.queues.bytes(), bytes);
        assert_eq!(self.queues.len(), self.held.len());
        assert!(bytes <= self.queues.bytes_max());
        assert_eq!(self.queues.iter().count(), self.held.len());
        for (ticket, thing, _) in self.held.values() {
            assert_eq!(self.queues.get(*ticket).map(|thing| thing.name), Some(thing.name));
        }
    }
}

#[test]
fn as_a_plain_model_for_any_order_of_calls() {
    for seed in 0..64 {
        let mut random = Random::new(seed);
        let mut world = World::new(1_000 + random.below(20_000));
        for _ in 0..2_000 {
            let name = random.below(200);
            let bytes = 1 + random.below(world.queues.share_max());
            match random.below(20) {
                0..12 => drop(world.ask(name, bytes)),
                12..15 => {
                    if let Some((ticket, ..)) = world.held.remove(&name) {
                        let thing = world.queues.remove(ticket).expect("it is held");
                        assert_eq!(thing.name, name);
                        assert!(world.queues.remove(ticket).is_none());
                    }
                }
                15..18 => replace(&mut world, name, bytes),
                18 if random.below(2) == 0 => resize(&mut world, 1_000 + random.below(20_000)),
                18 => reweigh(&mut world, name, bytes),
                _ if random.below(20) == 0 => {
                    drop(world.queues.take());
                    world.held.clear();
                }
                _ => {
                    let mut gone = None;
                    let evicted = world.queues.evict(&mut |_, thing| gone = Some(thing.name));
                    assert_eq!(evicted, gone.is_some());
                    gone.map(|name| world.held.remove(&name));
                }
            }
            world.check_invariants();
        }
    }
}

fn replace(world: &mut World, name: u64, bytes: u64) {
    let Some((ticket, before, _)) = world.held.get(&name).cloned() else { return };
    let thing = Arc::new(Thing { name, uses: Uses::default() });
    let mut gone = Vec::new();
    let old =
        world.queues.replace(ticket, thing.clone(), bytes, &mut |_, thing| gone.push(thing.name));
    assert!(Arc::ptr_eq(&old.unwrap().unwrap(), &before));
    if gone.is_empty() {
        assert_eq!(thing.uses.get(), before.uses.get());
    }
    world.held.insert(name, (ticket, thing, bytes));
    gone.iter().for_each(|name| drop(world.held.remove(name)));
}

fn reweigh(world: &mut World, name: u64, bytes: u64) {
    let Some((ticket, _, held)) = world.held.get_mut(&name) else { return };
    *held = bytes;
    let mut gone = Vec::new();
    world.queues.reweigh(*ticket, bytes, &mut |_, thing| gone.push(thing.name)).unwrap();
    gone.iter().for_each(|name| drop(world.held.remove(name)));
}

fn resize(world: &mut World, bytes_max: u64) {
    let mut gone = Vec::new();
    world.queues.resize(bytes_max, &mut |_, thing| gone.push(thing.name));
    gone.iter().for_each(|name| drop(world.held.remove(name)));
    // What is heavier than an eighth of the new room may stay for as long as there is room.
}

#[test]
fn what_is_used_survives_a_scan() {
    let mut world = World::new(10_000);
    for name in 0..500 {
        world.ask(name, 10);
    }
    for _ in 0..2 {
        (0..500).for_each(|name| assert!(world.ask(name, 10)));
    }
    // Ten times the room, each asked for once.
    for name in 10_000..20_000 {
        world.ask(name, 10);
    }
    let stayed = (0..500).filter(|name| world.held.contains_key(name)).count();
    assert_eq!(stayed, 500);
}

#[test]
fn what_comes_back_soon_is_proven() {
    let mut world = World::new(10_000);
    world.ask_all(0..1_000);
    assert!(!world.ask(1_000, 10));
    assert!(!world.held.contains_key(&0), "the first had to go");
    assert!(!world.ask(0, 10));
    // It would have to go in a hundred more, had it begun anew in the small queue.
    world.ask_all(2_000..2_900);
    assert!(world.ask(0, 10));
}

#[test]
fn something_huge_pushes_out_no_more_than_its_share() {
    let mut world = World::new(80_000);
    for name in 0..800 {
        world.ask(name, 100);
        world.ask(name, 100);
    }
    assert!(!world.add(5_000, 10_001), "more than an eighth");
    assert_eq!(world.held.len(), 800);
    assert!(world.add(5_001, 10_000));
    assert_eq!((0..800).filter(|name| world.held.contains_key(name)).count(), 700);
    // Nobody asks for it again: it is the first to go.
    assert!(world.add(5_002, 10_000));
    assert!(!world.held.contains_key(&5_001));
}

#[test]
fn nobody_waits_long_for_room() {
    // All are used as much as can be: the first to go would be found after three rounds.
    let mut world = World::new(1_000_000);
    world.ask_all(0..100_000);
    for _ in 0..3 {
        world.ask_all(0..100_000);
    }
    assert!(!world.ask(500_000, 10));
    let lost = (0..100_000).filter(|name| !world.held.contains_key(name)).count();
    assert_eq!(lost, 1);
}

/// A plain LRU, to compare with.
struct Lru {
    bytes_max: u64,
    bytes: u64,
    clock: u64,
    held: HashMap<u64, (u64, u64)>,
    order: std::collections::BTreeMap<u64, u64>,
}

impl Lru {
    fn ask(&mut self, name: u64, bytes: u64) -> bool {
        self.clock += 1;
        let known = self.held.get(&name).copied();
        if let Some((at, _)) = known {
            self.order.remove(&at);
        } else {
            self.bytes += bytes;
        }
        self.held.insert(name, (self.clock, bytes));
        self.order.insert(self.clock, name);
        while self.bytes > self.bytes_max {
            let (_, oldest) = self.order.pop_first().unwrap();
            self.bytes -= self.held.remove(&oldest).unwrap().1;
        }
        known.is_some()
    }
}

/// Ranks by Zipf's law with exponent `s`, drawn by inverting the sums.
struct Zipf(Vec<f64>);

impl Zipf {
    fn new(count: usize, s: f64) -> Self {
        let mut sum = 0.0;
        let mut sums: Vec<f64> = Vec::with_capacity(count);
        for rank in 1..=count {
            sum += (rank as f64).powf(-s);
            sums.push(sum);
        }
        Zipf(sums.into_iter().map(|part| part / sum).collect())
    }

    fn draw(&self, random: &mut Random) -> u64 {
        let wanted = random.unit();
        self.0.partition_point(|sum| *sum < wanted) as u64
    }
}

/// Bytes of the object with this name: 0.5 to 64 kB, most of them small.
fn size(name: u64) -> u64 {
    512 << Random::new(name).below(64).leading_zeros().saturating_sub(58)
}

/// Hits in percent of a trace for (these queues, an LRU).
fn compare(s: f64, room: u64, scan: bool) -> (f64, f64) {
    const NAMES: usize = 10_000;
    const ASKED: u64 = 100_000;
    let zipf = Zipf::new(NAMES, s);
    let all: u64 = (0..NAMES as u64).map(size).sum();
    let bytes_max = all * room / 100;
    let mut random = Random::new(7);
    let mut world = World::new(bytes_max);
    let mut lru =
        Lru { bytes_max, bytes: 0, clock: 0, held: HashMap::new(), order: Default::default() };
    let (mut ours, mut theirs) = (0, 0);
    for at in 0..ASKED {
        let name = zipf.draw(&mut random);
        ours += u64::from(world.ask(name, size(name)));
        theirs += u64::from(lru.ask(name, size(name)));
        // A crawler: every fourth request is for a page that nobody else asks for.
        if scan && at % 4 == 0 {
            let page = 1_000_000 + at;
            world.ask(page, size(page));
            lru.ask(page, size(page));
        }
    }
    let percent = |hits: u64| hits as f64 * 100.0 / ASKED as f64;
    (percent(ours), percent(theirs))
}

#[test]
fn hits_more_than_an_lru() {
    for (s, room, scan) in [
        (0.7, 1, false),
        (0.9, 5, false),
        (1.1, 5, false),
        (0.7, 5, true),
        (0.9, 1, true),
        (0.9, 10, true),
    ] {
        let (ours, lru) = compare(s, room, scan);
        println!("Zipf {s}, room {room} %, scan {scan}: S3-FIFO {ours:.1} %, LRU {lru:.1} %");
        assert!(ours > lru, "Zipf {s}, room {room} %, scan {scan}: {ours:.1} against {lru:.1}");
    }
}
