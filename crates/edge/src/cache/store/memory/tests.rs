use super::*;
use crate::cache::store::held::Held;
use crate::cache::store::purge::{Mark, Purge, What};
use crate::cache::store::sample::{self, Sample};
use crate::cache::{Key, Stored};
use base::random::Random;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::Arc;

fn key(url: &str) -> Key {
    Key::of_url(url.as_bytes()).unwrap()
}

fn keep(memory: &Memory, mark: Mark, sample: &Sample) -> Result<Arc<Held>, NotKept> {
    let held = Arc::new(Held::new(sample.key(), sample.stored(), mark));
    memory.keep(&held).map(|()| held)
}

fn purge(memory: &Memory, purge: Purge) -> u64 {
    let rule = memory.begin(purge);
    memory.carry_out(&rule)
}

fn hard(what: What) -> Purge {
    Purge { what, soft: false }
}

fn any(_: &Stored) -> bool {
    true
}

/// What the tier is to be like, if there is always room: the newest reply for each key and variant.
#[derive(Default)]
struct Model {
    known: HashMap<(String, u64), Known>,
}

#[derive(Clone)]
struct Known {
    mark: Mark,
    body: Bytes,
    tags: Vec<String>,
    stale: bool,
}

/// A tier, its model, and whether the tier has room for all.
struct World {
    memory: Memory,
    model: Model,
    is_roomy: bool,
    random: Random,
}

impl World {
    fn new(seed: u64) -> Self {
        let is_roomy = seed.is_multiple_of(2);
        let bytes_max = if is_roomy { 10_000_000 } else { 40_000 };
        let memory = Memory::new(bytes_max, Mark(seed));
        World { memory, model: Model::default(), is_roomy, random: Random::new(seed) }
    }

    fn url(&mut self) -> String {
        let (host, path) = (self.random.below(2), self.random.below(12));
        format!("http://h{host}/{}/{path}", if path % 2 == 0 { "even" } else { "odd" })
    }

    fn sample(&mut self) -> Sample {
        let tags = (0..self.random.below(3)).map(|_| format!("t{}", self.random.below(4)));
        let tags = tags.collect();
        Sample {
            url: self.url(),
            variant: self.random.below(3),
            tags,
            body: self.random.next_u64().to_le_bytes().to_vec(),
            bytes: self.random.below(3_000) as usize,
        }
    }

    fn act(&mut self) {
        match self.random.below(10) {
            0..6 => {
                let sample = self.sample();
                let late = self.random.below(3).min(self.memory.mark().0);
                self.keep(&sample, Mark(self.memory.mark().0 - late), late > 0);
            }
            6 => self.purge(),
            7 if !self.is_roomy => {
                self.memory.resize(10_000 + self.random.below(60_000));
            }
            8 => {
                let (url, variant) = (self.url(), self.random.below(3));
                if let Some(held) = self.find(&url, variant) {
                    self.memory.forget(&held);
                    self.model.known.remove(&(url, variant));
                }
            }
            _ => {
                let (url, variant) = (self.url(), self.random.below(3));
                if let Some(held) = self.find(&url, variant) {
                    let body = vec![0; self.random.below(4_000) as usize];
                    held.stored().encodings.keep(0, Some(body.into()));
                    self.memory.grew(&held);
                }
            }
        }
    }

    fn keep(&mut self, sample: &Sample, mark: Mark, is_late: bool) {
        let name = (sample.url.clone(), sample.variant);
        match keep(&self.memory, mark, sample) {
            Ok(held) => {
                let known = Known {
                    mark,
                    body: held.stored().body.clone(),
                    tags: sample.tags.clone(),
                    stale: held.is_purged(),
                };
                assert!(is_late || !known.stale);
                self.model.known.insert(name, known);
            }
            Err(NotKept::Older) => {
                // With little room, what was newer may be gone since.
                assert!(self.model.known.get(&name).is_some_and(|known| known.mark > mark));
            }
            Err(NotKept::Purged) => assert!(is_late),
            Err(NotKept::TooLarge) => {
                assert!(!self.is_roomy);
                self.model.known.remove(&name);
            }
        }
    }

    fn purge(&mut self) {
        let what = match self.random.below(10) {
            0 => What::All,
            1..5 => What::Key(key(&self.url())),
            5..7 => What::Prefix((*b"http://h1/odd").into()),
            _ => What::Tag(format!("t{}", self.random.below(4)).into_bytes().into()),
        };
        let soft = self.random.below(2) == 0;
        let count = purge(&self.memory, Purge { what: what.clone(), soft });
        let mut meant = 0;
        self.model.known.retain(|(url, _), known| {
            let tags: Vec<Box<[u8]>> = known.tags.iter().map(|tag| tag.as_bytes().into()).collect();
            let is_meant = what.is_for(&key(url), &tags);
            meant += u64::from(is_meant && !(soft && known.stale));
            known.stale |= is_meant && soft;
            !is_meant || soft
        });
        assert!(if self.is_roomy { count == meant } else { count <= meant }, "{count} of {meant}");
    }

    fn find(&self, url: &str, variant: u64) -> Option<Arc<Held>> {
        self.memory.find(&key(url), |stored| sample::variant(stored) == variant)
    }

    fn check_invariants(&self) {
        let (mut objects, mut bytes) = (0, 0);
        for host in 0..2 {
            for path in 0..12 {
                let url =
                    format!("http://h{host}/{}/{path}", if path % 2 == 0 { "even" } else { "odd" });
                for variant in 0..3 {
                    let known = self.model.known.get(&(url.clone(), variant));
                    let held = self.find(&url, variant);
                    if let Some(held) = &held {
                        let known = known.expect("it was purged or replaced");
                        assert_eq!(held.stored().body, known.body);
                        assert_eq!(held.is_purged(), known.stale);
                        objects += 1;
                        bytes += held.bytes();
                    }
                    assert!(held.is_some() || known.is_none() || !self.is_roomy);
                }
            }
        }
        let figures = self.memory.status();
        assert_eq!((figures.objects, figures.bytes), (objects, bytes));
        assert!(figures.bytes <= figures.bytes_max);
    }
}

#[test]
fn as_a_plain_model_for_any_order_of_calls() {
    for seed in 0..60 {
        let mut world = World::new(seed);
        for _ in 0..300 {
            world.act();
            world.check_invariants();
        }
        // Nothing is left behind anywhere.
        purge(&world.memory, hard(What::Prefix((*b"http").into())));
        assert_eq!(world.memory.status().bytes, 0);
        assert_eq!(world.memory.leftovers(), 0);
    }
}

#[test]
fn what_is_purged_on_its_way_is_not_kept() {
    let memory = Memory::new(1_000_000, Mark(0));
    let one = Sample::of("http://a/x");
    for what in [
        What::All,
        What::Key(one.key()),
        What::Prefix((*b"http://a/").into()),
        What::Tag((*b"t").into()),
    ] {
        let one = Sample { tags: vec!["t".into()], ..Sample::of("http://a/x") };
        let asked = memory.mark();
        purge(&memory, hard(what.clone()));
        assert!(matches!(keep(&memory, asked, &one), Err(NotKept::Purged)), "{what:?}");
        assert!(memory.find(&one.key(), any).is_none());
        purge(&memory, Purge { what, soft: true });
        assert!(keep(&memory, Mark(memory.mark().0 - 1), &one).unwrap().is_purged());
        assert!(!keep(&memory, memory.mark(), &one).unwrap().is_purged());
    }
}

#[test]
fn variants_of_one_key_are_bounded() {
    let memory = Memory::new(10_000_000, Mark(0));
    for variant in 0..1_000 {
        keep(&memory, Mark(0), &Sample { variant, ..Sample::of("http://a/x") }).unwrap();
    }
    assert_eq!(memory.status().objects, 64);
    let newest = memory.find(&key("http://a/x"), any).unwrap();
    assert_eq!(sample::variant(newest.stored()), 999);
    let count = purge(&memory, hard(What::Key(key("http://a/x"))));
    assert_eq!((count, memory.leftovers()), (64, 0));
}

#[test]
fn a_large_purge_gives_way_and_takes_only_what_was_there() {
    let memory = Arc::new(Memory::new(100_000_000, Mark(0)));
    for number in 0..5_000 {
        let tags = vec!["all".into()];
        keep(&memory, Mark(0), &Sample { tags, ..Sample::of(&format!("http://a/{number}")) })
            .unwrap();
    }
    let filling = {
        let memory = memory.clone();
        std::thread::spawn(move || {
            while memory.mark() == Mark(0) {
                std::hint::spin_loop();
            }
            let tags = vec!["all".into()];
            for number in 5_000..6_000 {
                let one =
                    Sample { tags: tags.clone(), ..Sample::of(&format!("http://a/{number}")) };
                keep(&memory, memory.mark(), &one).unwrap();
            }
        })
    };
    let count = purge(&memory, hard(What::Tag((*b"all").into())));
    filling.join().unwrap();
    assert_eq!((count, memory.status().objects), (5_000, 1_000));
}

#[test]
fn threads_find_whole_replies_while_others_change_them() {
    let memory = Arc::new(Memory::new(200_000, Mark(0)));
    let work = |seed: u64| {
        let memory = memory.clone();
        move || {
            let mut random = Random::new(seed);
            for _ in 0..5_000 {
                let url = format!("http://a/{}", random.below(100));
                match random.below(10) {
                    0..6 => {
                        let found = memory.find(&key(&url), any);
                        found.iter().for_each(|held| assert_eq!(held.stored().body, url));
                    }
                    6..9 => {
                        let body = url.clone().into_bytes();
                        let bytes = random.below(2_000) as usize;
                        let one = Sample { body, bytes, ..Sample::of(&url) };
                        let _ = keep(&memory, memory.mark(), &one);
                    }
                    _ => drop(purge(&memory, hard(What::Key(key(&url))))),
                }
            }
        }
    };
    let threads: Vec<_> = (0..4).map(|seed| std::thread::spawn(work(seed))).collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    purge(&memory, hard(What::Prefix((*b"http").into())));
    assert_eq!((memory.status().bytes, memory.leftovers()), (0, 0));
}

/// Resident memory of this process, in bytes. Each test has a process of its own.
#[cfg(target_os = "linux")]
fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4_096
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_counted_is_no_less_than_what_is_taken() {
    let before = resident_bytes();
    let memory = Memory::new(32_000_000, Mark(0));
    // The smallest replies, where all that is beside them weighs most; and three times the room, so
    // that as many names of what had to go are remembered as ever.
    let mut number = 0;
    while memory.status().evicted < 2 * memory.status().objects || number < 1_000 {
        for _ in 0..1_000 {
            number += 1;
            let tags = vec![format!("tag-{}", number % 1_000), "all".into()];
            let one = Sample { tags, ..Sample::of(&format!("http://a/{number}")) };
            keep(&memory, Mark(0), &one).unwrap();
        }
    }
    let taken = resident_bytes().saturating_sub(before);
    let status = memory.status();
    println!("{} replies, counted {}, taken {taken}", status.objects, status.bytes);
    assert!(taken < 32_000_000 + 7_000_000, "{taken} bytes for {status:?}");
}
