//! A group of consumers: what it was given and has not acknowledged.

use super::StreamId;
use super::value::tree_memory;
use std::collections::{BTreeMap, BTreeSet};

/// Readers that share a stream.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// The last entry that was given to a consumer.
    pub last_id: StreamId,
    /// Entries given since the stream's start, if that is known.
    pub entries_read: Option<u64>,
    pending: BTreeMap<StreamId, Pending>,
    consumers: BTreeMap<Box<[u8]>, u32>,
    places: Vec<Option<Consumer>>,
}

/// An entry that was given to a consumer and not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// When it was given: milliseconds since 1970.
    pub delivered_ms: i64,
    /// How often it was given.
    pub deliveries: u64,
    /// The consumer's place.
    consumer: u32,
}

/// One reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumer {
    /// Its name.
    pub name: Box<[u8]>,
    /// When it last asked: milliseconds since 1970.
    pub seen_ms: i64,
    /// When it last got something.
    pub active_ms: Option<i64>,
    pending: BTreeSet<StreamId>,
}

impl Consumer {
    /// What it was given and has not acknowledged.
    pub fn pending(&self) -> &BTreeSet<StreamId> {
        &self.pending
    }
}

impl Group {
    /// One that starts behind `last_id`.
    pub fn new(last_id: StreamId, entries_read: Option<u64>) -> Self {
        Group { last_id, entries_read, ..Group::default() }
    }

    /// All that is not acknowledged, in the order of ids.
    pub fn pending(&self) -> &BTreeMap<StreamId, Pending> {
        &self.pending
    }

    /// The consumer to whom it was given.
    pub fn owner(&self, pending: &Pending) -> &[u8] {
        self.at(pending.consumer).map_or(&[], |consumer| &consumer.name)
    }

    /// Consumers in the order of their names.
    pub fn consumers(&self) -> impl Iterator<Item = &Consumer> {
        self.consumers.values().filter_map(|place| self.at(*place))
    }

    /// How many consumers.
    pub fn consumers_len(&self) -> usize {
        self.consumers.len()
    }

    /// The consumer of this name.
    pub fn consumer(&self, name: &[u8]) -> Option<&Consumer> {
        self.at(*self.consumers.get(name)?)
    }

    /// As [`Group::consumer`], to be changed.
    pub fn consumer_mut(&mut self, name: &[u8]) -> Option<&mut Consumer> {
        let place = *self.consumers.get(name)?;
        self.places.get_mut(place as usize)?.as_mut()
    }

    /// Add a consumer. False if there is one of this name.
    pub fn add_consumer(&mut self, name: &[u8], now_ms: i64) -> bool {
        if self.consumers.contains_key(name) {
            return false;
        }
        let consumer = Consumer {
            name: name.into(),
            seen_ms: now_ms,
            active_ms: None,
            pending: BTreeSet::new(),
        };
        let free = self.places.iter().position(Option::is_none);
        let place = free.unwrap_or(self.places.len());
        if free.is_none() {
            self.places.push(None);
        }
        self.places[place] = Some(consumer);
        self.consumers.insert(name.into(), place as u32);
        true
    }

    /// Remove a consumer and forget what it has not acknowledged. How many entries those were.
    pub fn remove_consumer(&mut self, name: &[u8]) -> Option<usize> {
        let place = self.consumers.remove(name)?;
        let consumer = self.places.get_mut(place as usize)?.take()?;
        for id in &consumer.pending {
            self.pending.remove(id);
        }
        Some(consumer.pending.len())
    }

    /// Give the entry `id` to a consumer, whoever had it.
    pub fn give(&mut self, id: StreamId, name: &[u8], delivered_ms: i64, deliveries: u64) {
        let Some(&consumer) = self.consumers.get(name) else { return };
        let old = self.pending.insert(id, Pending { delivered_ms, deliveries, consumer });
        if let Some(old) = old.filter(|old| old.consumer != consumer)
            && let Some(Some(before)) = self.places.get_mut(old.consumer as usize)
        {
            before.pending.remove(&id);
        }
        if let Some(Some(now)) = self.places.get_mut(consumer as usize) {
            now.pending.insert(id);
        }
    }

    /// A consumer is done with the entry. Whether it was pending.
    pub fn acknowledge(&mut self, id: StreamId) -> bool {
        let Some(pending) = self.pending.remove(&id) else { return false };
        if let Some(Some(consumer)) = self.places.get_mut(pending.consumer as usize) {
            consumer.pending.remove(&id);
        }
        true
    }

    /// Bytes allocated.
    pub fn memory(&self) -> usize {
        let places = self.places.capacity() * size_of::<Option<Consumer>>();
        let names: usize = self.consumers.keys().map(|name| 2 * name.len()).sum();
        let given = tree_memory::<StreamId, Pending>(self.pending.len());
        places + names + given + tree_memory::<StreamId, ()>(self.pending.len())
    }

    fn at(&self, place: u32) -> Option<&Consumer> {
        self.places.get(place as usize)?.as_ref()
    }
}
