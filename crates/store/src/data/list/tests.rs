use super::*;
use base::random::Random;

fn value(chance: &mut Random, long: usize) -> Vec<u8> {
    match chance.below(10) {
        0..4 => chance.below(50).to_string().into_bytes(),
        4 => (chance.next_u64() as i64).to_string().into_bytes(),
        5 => vec![b'x'; chance.below(long as u64) as usize],
        6 => vec![chance.next_u64() as u8; 3],
        _ => format!("value-{}", chance.below(40)).into_bytes(),
    }
}

fn all(list: &List) -> Vec<Vec<u8>> {
    list.elements().map(|item| item.text().to_vec()).collect()
}

struct World {
    list: List,
    model: Vec<Vec<u8>>,
    limits: Limits,
    chance: Random,
    long: usize,
}

impl World {
    fn new(seed: u64, limits: Limits, long: usize) -> Self {
        let chance = Random::new(seed);
        World { list: List::default(), model: Vec::new(), limits, chance, long }
    }

    fn index(&mut self) -> usize {
        self.chance.below(self.model.len() as u64 + 2) as usize
    }

    fn grow(&mut self) {
        let values: Vec<_> =
            (0..self.chance.below(4)).map(|_| value(&mut self.chance, self.long)).collect();
        let slices: Vec<&[u8]> = values.iter().map(Vec::as_slice).collect();
        if self.chance.below(2) == 0 {
            self.list.push(End::Head, &slices, &self.limits);
            values.into_iter().for_each(|value| self.model.insert(0, value));
        } else {
            self.list.push(End::Tail, &slices, &self.limits);
            self.model.extend(values);
        }
    }

    fn edit(&mut self) {
        let value = value(&mut self.chance, self.long);
        match self.chance.below(3) {
            0 => {
                let at = self.index();
                assert_eq!(self.list.set(at, &value, &self.limits), at < self.model.len());
                if let Some(old) = self.model.get_mut(at) {
                    *old = value;
                }
            }
            _ => {
                let pivot = match self.model.get(self.chance.below(30) as usize) {
                    Some(pivot) => pivot.clone(),
                    None => b"none".to_vec(),
                };
                let before = self.chance.below(2) == 0;
                let there = self.list.insert(&pivot, before, &value, &self.limits);
                let found = self.model.iter().position(|value| *value == pivot);
                assert_eq!(there, found.is_some());
                if let Some(at) = found {
                    self.model.insert(at + usize::from(!before), value);
                }
            }
        }
    }

    fn shrink(&mut self) {
        match self.chance.below(4) {
            0 => {
                let (start, count) = (self.index(), self.chance.below(6) as usize);
                self.list.remove(start..start + count, &self.limits);
                let end = (start + count).min(self.model.len());
                self.model.drain(start.min(end)..end);
            }
            1 => {
                let value = value(&mut self.chance, self.long);
                let max = 1 + self.chance.below(3) as usize;
                let from = if self.chance.below(2) == 0 { End::Head } else { End::Tail };
                let removed = self.list.remove_matches(&value, from, max, &self.limits);
                let mut left = max;
                let mut keep = |kept: &Vec<u8>| {
                    let gone = *kept == value && left > 0;
                    left -= usize::from(gone);
                    !gone
                };
                if from == End::Head {
                    self.model.retain(&mut keep);
                } else {
                    self.model.reverse();
                    self.model.retain(&mut keep);
                    self.model.reverse();
                }
                assert_eq!(removed, max - left);
            }
            2 => {
                let last = self.model.len();
                self.list.remove(last.saturating_sub(1)..last, &self.limits);
                self.model.pop();
            }
            _ => {
                self.list.remove(0..1, &self.limits);
                if !self.model.is_empty() {
                    self.model.remove(0);
                }
            }
        }
    }

    fn check(&mut self) {
        assert_eq!(self.list.len(), self.model.len());
        assert_eq!(all(&self.list), self.model);
        let at = self.index();
        assert_eq!(self.list.get(at).map(|item| item.text().to_vec()), self.model.get(at).cloned());
        let value = value(&mut self.chance, self.long);
        let found = || self.model.iter().enumerate().filter(|(_, had)| **had == value);
        let places: Vec<usize> = found().map(|(at, _)| at).collect();
        assert_eq!(self.list.matches(&value, End::Head).collect::<Vec<_>>(), places);
        let back: Vec<usize> = places.iter().rev().copied().collect();
        assert_eq!(self.list.matches(&value, End::Tail).collect::<Vec<_>>(), back);
        let Form::Chunked(chunks) = &self.list.0 else { return };
        for chunk in &chunks.chunks {
            assert!(chunk.count() > 0);
            let fits = chunk.size() <= self.limits.chunk_bytes_max
                && chunk.count() <= self.limits.chunk_elements_max;
            assert!(fits || chunk.count() == 1);
        }
    }
}

#[test]
fn does_what_a_plain_sequence_does() {
    let small = Limits { chunk_bytes_max: 100, chunk_elements_max: usize::MAX };
    let few = Limits { chunk_bytes_max: 8192, chunk_elements_max: 4 };
    for seed in 0..12 {
        for (limits, long) in [(small, 150), (few, 80), (Limits::default(), 9000)] {
            let mut world = World::new(seed, limits, long);
            for step in 0..2_500 {
                // Phases of growth and of decline.
                let growing = step / 250 % 2 == 0;
                match world.chance.below(10) {
                    0..3 => world.edit(),
                    3..6 if growing => world.grow(),
                    6 => world.grow(),
                    _ => world.shrink(),
                }
                if step % 7 == 0 || world.model.len() < 3 {
                    world.check();
                }
            }
        }
    }
}

#[test]
fn a_match_is_only_sought_as_far_as_asked() {
    let (mut list, limits) = (List::default(), Limits::default());
    for number in 0..20_000 {
        list.push(End::Tail, &[format!("value-{number}").as_bytes()], &limits);
    }
    assert_eq!(list.matches(b"value-9", End::Head).next_within(9), None);
    assert_eq!(list.matches(b"value-9", End::Head).next_within(10), Some(9));
    assert_eq!(list.matches(b"value-19990", End::Tail).next_within(9), None);
    assert_eq!(list.matches(b"value-19990", End::Tail).next_within(10), Some(19_990));
}

#[test]
fn changes_form_where_redis_does() {
    let (mut list, limits) = (List::default(), Limits::default());
    let value = [b'x'; 98];
    for _ in 0..80 {
        list.push(End::Tail, &[&value], &limits);
    }
    assert_eq!((list.encoding(), list.memory() < 9000), ("listpack", true));
    list.push(End::Tail, &[&value, &value], &limits);
    assert_eq!(list.encoding(), "quicklist");
    list.push(End::Tail, &[&value], &limits);
    list.remove(0..41, &limits);
    assert_eq!((list.len(), list.encoding()), (42, "quicklist"));
    list.remove(0..2, &limits);
    assert_eq!((list.len(), list.encoding()), (40, "listpack"));
    list.set(3, &[b'y'; 10_000], &limits);
    assert_eq!((list.len(), list.encoding()), (40, "quicklist"));
    list.set(3, b"y", &limits);
    assert_eq!(list.encoding(), "quicklist");
    for (size, bytes) in [(-1, 4096), (-2, 8192), (-5, 65_536), (-9, 65_536), (3, 8192)] {
        assert_eq!(Limits::from_config(size).chunk_bytes_max, bytes);
    }
}

#[test]
fn gives_memory_back() {
    let (mut list, limits) = (List::default(), Limits::default());
    for number in 0..100_000 {
        list.push(End::Head, &[format!("{number}").as_bytes()], &limits);
    }
    assert!(list.memory() < 100_000 * 6, "{}", list.memory());
    list.remove(5..100_000, &limits);
    assert_eq!(all(&list).len(), 5);
    assert!(list.memory() < 200, "{}", list.memory());
}
