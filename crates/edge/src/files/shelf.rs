//! What is known of the names in a folder, within a bound. Pure.
//!
//! Second chance: what is new goes to the end of a queue, and what comes to its front leaves, unless it
//! was asked for meanwhile. A flood of names that nobody asks for twice passes through without taking
//! away what is asked for often.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

/// How much is kept.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Names.
    pub names_max: usize,
    /// Bytes of names and of what is known of them.
    pub bytes_max: usize,
}

/// Things by name.
#[derive(Debug)]
pub struct Shelf<T> {
    room: Room,
    slots: HashMap<Rc<str>, Slot<T>>,
    queue: VecDeque<Rc<str>>,
    bytes: usize,
}

#[derive(Debug)]
struct Slot<T> {
    thing: T,
    bytes: usize,
    /// When it was last found to be true.
    checked_ms: u64,
    wanted: bool,
}

impl<T: Clone> Shelf<T> {
    /// An empty one.
    pub fn new(room: Room) -> Self {
        Shelf { room, slots: HashMap::new(), queue: VecDeque::new(), bytes: 0 }
    }

    /// What is known of `name`, and when that was last looked at.
    pub fn get(&mut self, name: &str) -> Option<(T, u64)> {
        let slot = self.slots.get_mut(name)?;
        slot.wanted = true;
        Some((slot.thing.clone(), slot.checked_ms))
    }

    /// What is known of `name` is true at `now_ms` as well.
    pub fn confirm(&mut self, name: &str, now_ms: u64) {
        if let Some(slot) = self.slots.get_mut(name) {
            slot.checked_ms = now_ms;
        }
    }

    /// Keep `thing`, of so many bytes, in place of what was known of `name`.
    pub fn put(&mut self, name: &str, thing: T, bytes: usize, now_ms: u64) {
        let bytes = bytes + name.len();
        let name: Rc<str> = name.into();
        let slot = Slot { thing, bytes, checked_ms: now_ms, wanted: false };
        self.bytes += bytes;
        match self.slots.insert(name.clone(), slot) {
            Some(before) => self.bytes -= before.bytes,
            None => self.queue.push_back(name),
        }
        self.make_room();
    }

    /// Forget everything.
    pub fn clear(&mut self) {
        *self = Shelf::new(self.room);
    }

    fn make_room(&mut self) {
        while self.slots.len() > self.room.names_max || self.bytes > self.room.bytes_max {
            let Some(name) = self.queue.pop_front() else { return };
            match self.slots.get_mut(&name) {
                Some(slot) if slot.wanted => {
                    slot.wanted = false;
                    self.queue.push_back(name);
                }
                _ => self.bytes -= self.slots.remove(&name).map_or(0, |slot| slot.bytes),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room { names_max: 4, bytes_max: 100 };

    fn held(shelf: &mut Shelf<u32>, names: &[&str]) -> Vec<Option<u32>> {
        names.iter().map(|name| shelf.slots.get(*name).map(|slot| slot.thing)).collect()
    }

    #[test]
    fn what_is_wanted_outlasts_what_is_not() {
        let mut shelf = Shelf::new(ROOM);
        shelf.put("a", 1, 1, 0);
        for (at, name) in ["b", "c", "d", "e", "f", "g", "h"].iter().enumerate() {
            shelf.get("a");
            shelf.put(name, at as u32, 1, 0);
        }
        assert_eq!(held(&mut shelf, &["a", "b", "h"]), [Some(1), None, Some(6)]);
        assert_eq!(shelf.slots.len(), 4);
    }

    #[test]
    fn bytes_are_bounded() {
        let mut shelf = Shelf::new(ROOM);
        let mut random = base::random::Random::new(3);
        for step in 0..10_000_u32 {
            let name = format!("{}", random.below(20));
            match random.below(4) {
                0 => drop(shelf.get(&name)),
                _ => shelf.put(&name, step, random.below(120) as usize, 0),
            }
            let bytes: usize = shelf.slots.values().map(|slot| slot.bytes).sum();
            assert_eq!(bytes, shelf.bytes);
            assert!(bytes <= 100 && shelf.slots.len() <= 4);
            assert_eq!(shelf.queue.len(), shelf.slots.len());
        }
    }

    #[test]
    fn the_newest_word_counts() {
        let mut shelf = Shelf::new(ROOM);
        shelf.put("a", 1, 10, 5);
        shelf.put("a", 2, 20, 6);
        assert_eq!(shelf.get("a"), Some((2, 6)));
        shelf.confirm("a", 9);
        assert_eq!(shelf.get("a"), Some((2, 9)));
        assert_eq!(shelf.bytes, 21);
        shelf.clear();
        assert_eq!(shelf.get("a"), None);
    }
}
