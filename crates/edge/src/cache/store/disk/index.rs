//! Which replies are on disk, in which files. Pure.

use super::names::Number;
use crate::cache::Ask;
use crate::cache::store::Held;
use crate::cache::store::queues::{Queues, Ticket, Uses};
use std::collections::HashMap;
use std::sync::Weak;

/// The index takes no more memory than this for what is found in it: then files have to go as if
/// there were no room.
const INDEX_BYTES_MAX: usize = 256 * 1024 * 1024;
/// What an entry costs beside its asks.
const ENTRY_BYTES: usize = 200;
/// A reply whose asks take more is not kept on disk.
pub(super) const ASKS_BYTES_MAX: usize = 1_024;
/// Files take whole blocks.
const BLOCK_BYTES: u64 = 4_096;
/// Variants of one key; one more takes the place of the oldest.
const VARIANTS_MAX: usize = 32;

/// A reply on disk.
#[derive(Debug)]
pub(super) struct Entry {
    /// The hash of its key.
    pub hash: u64,
    /// Its file.
    pub number: Number,
    /// Bytes of its file.
    pub bytes: u64,
    /// When it is of no use any more, in seconds since the Unix epoch.
    pub useless_at_s: u64,
    /// It has tags.
    pub has_tags: bool,
    /// Its file is in its place.
    pub is_placed: bool,
    /// What of its requests decided which reply it is.
    pub asks: Box<[Ask]>,
    /// It, while somebody uses it and it is too large for memory.
    pub held: Weak<Held>,
    uses: Uses,
    /// The next older one with this hash.
    older: Option<Ticket>,
}

impl AsRef<Uses> for Entry {
    fn as_ref(&self) -> &Uses {
        &self.uses
    }
}

impl Entry {
    pub fn new(hash: u64, number: Number, bytes: u64, useless_at_ms: u64) -> Self {
        let (has_tags, asks, held) = (false, Box::default(), Weak::new());
        let useless_at_s = useless_at_ms / 1_000;
        let (uses, older) = (Uses::default(), None);
        let is_placed = true;
        Entry { hash, number, bytes, useless_at_s, has_tags, is_placed, asks, held, uses, older }
    }

    /// Somebody wants it.
    pub fn used(&self) {
        self.uses.add();
    }

    fn blocks(&self) -> u64 {
        self.bytes.next_multiple_of(BLOCK_BYTES)
    }

    fn index_bytes(&self) -> usize {
        ENTRY_BYTES + asks_bytes(&self.asks)
    }
}

/// Memory for `asks`.
pub(super) fn asks_bytes(asks: &[Ask]) -> usize {
    let value = |ask: &Ask| ask.value.as_ref().map_or(0, |value| value.len());
    asks.iter().map(|ask| size_of::<Ask>() + ask.name.len() + value(ask)).sum()
}

/// Which replies are on disk.
#[derive(Debug)]
pub(super) struct Index {
    queues: Queues<Entry>,
    /// The newest of each hash.
    newest: HashMap<u64, Ticket>,
    index_bytes: usize,
    evicted: u64,
}

impl Index {
    /// Room for so many bytes of files.
    pub fn new(bytes_max: u64) -> Self {
        let (queues, newest) = (Queues::new(bytes_max), HashMap::new());
        Index { queues, newest, index_bytes: 0, evicted: 0 }
    }

    /// Those with this hash, the newest first.
    pub fn all(&self, hash: u64) -> impl Iterator<Item = &Entry> {
        self.tickets(hash).filter_map(|ticket| self.queues.get(ticket))
    }

    /// The one in this file.
    pub fn get_mut(&mut self, hash: u64, number: Number) -> Option<&mut Entry> {
        let is_it = |ticket: &Ticket| self.queues.get(*ticket).is_some_and(|e| e.number == number);
        let ticket = self.tickets(hash).find(is_it)?;
        self.queues.get_mut(ticket)
    }

    /// Add a reply, in the place of the same variant. Returns the files that have to go: its own as
    /// well, if it is too large.
    pub fn add(&mut self, entry: Entry) -> Vec<Number> {
        let mut gone: Vec<Number> = self.remove_same(entry.hash, &entry.asks).into_iter().collect();
        let (hash, number, bytes) = (entry.hash, entry.number, entry.blocks());
        let cost = entry.index_bytes();
        let mut pushed = Vec::new();
        let added = self.queues.add(entry, hash, bytes, &mut |ticket, entry| {
            pushed.push((ticket, entry));
        });
        self.evicted += pushed.len() as u64;
        gone.extend(self.unlink_all(pushed));
        match added {
            Ok(ticket) => self.link(ticket, hash, cost),
            Err(_) => gone.push(number),
        }
        gone.extend(self.surplus(hash));
        gone.extend(self.shrink());
        gone
    }

    /// Add what an earlier run left, unless a newer file for the same variant is there, or there is
    /// no room. Returns the files that have to go.
    pub fn restore(&mut self, entry: Entry) -> Vec<Number> {
        let (hash, number, bytes) = (entry.hash, entry.number, entry.blocks());
        let newer = |other: &Entry| other.asks == entry.asks && other.number >= number;
        if self.all(hash).any(newer) {
            // Perhaps it is the very one.
            let is_there = self.all(hash).any(|other| other.number == number);
            return if is_there { Vec::new() } else { vec![number] };
        }
        let mut gone: Vec<Number> = self.remove_same(entry.hash, &entry.asks).into_iter().collect();
        let cost = entry.index_bytes();
        match self.queues.restore(entry, hash, bytes) {
            Ok(ticket) => self.link(ticket, hash, cost),
            Err(_) => gone.push(number),
        }
        gone.extend(self.surplus(hash));
        gone.extend(self.shrink());
        gone
    }

    /// Take out one; false if it is not there.
    pub fn remove(&mut self, hash: u64, number: Number) -> bool {
        let is_it = |ticket: &Ticket| self.queues.get(*ticket).is_some_and(|e| e.number == number);
        let ticket = self.tickets(hash).find(is_it);
        ticket.is_some_and(|ticket| self.take_out(ticket).is_some())
    }

    /// Take out the variant with these asks.
    pub fn remove_same(&mut self, hash: u64, asks: &[Ask]) -> Option<Number> {
        let is_same =
            |ticket: &Ticket| self.queues.get(*ticket).is_some_and(|other| *other.asks == *asks);
        let same = self.tickets(hash).find(is_same);
        same.and_then(|ticket| self.take_out(ticket))
    }

    /// Take out all with this hash.
    pub fn remove_all(&mut self, hash: u64) -> Vec<Number> {
        let tickets: Vec<Ticket> = self.tickets(hash).collect();
        tickets.into_iter().filter_map(|ticket| self.take_out(ticket)).collect()
    }

    /// Forget everything: how much it was.
    pub fn clear(&mut self) -> usize {
        let count = self.queues.len();
        *self = Index { evicted: self.evicted, ..Index::new(self.queues.bytes_max()) };
        count
    }

    /// Have room for another number of bytes: the files that have to go.
    pub fn resize(&mut self, bytes_max: u64) -> Vec<Number> {
        let mut pushed = Vec::new();
        self.queues.resize(bytes_max, &mut |ticket, entry| pushed.push((ticket, entry)));
        self.unlink_all(pushed)
    }

    /// Some from place `from` on: hash and number of each that is `wanted`, and where to go on.
    pub fn some(
        &self,
        from: usize,
        count_max: usize,
        wanted: impl Fn(&Entry) -> bool,
    ) -> (Vec<(u64, Number)>, Option<usize>) {
        let (entries, next) = self.queues.some(from, count_max);
        let wanted = entries.filter(|entry| wanted(entry));
        (wanted.map(|entry| (entry.hash, entry.number)).collect(), next)
    }

    /// Replies on disk.
    pub fn len(&self) -> usize {
        self.queues.len()
    }

    /// Bytes of files.
    pub fn bytes(&self) -> u64 {
        self.queues.bytes()
    }

    /// Bytes of files that there may be.
    pub fn bytes_max(&self) -> u64 {
        self.queues.bytes_max()
    }

    /// Files that had to go because there was no room, ever.
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    #[cfg(test)]
    pub fn index_bytes(&self) -> usize {
        self.index_bytes
    }

    /// The largest file that is kept.
    pub fn file_bytes_max(&self) -> u64 {
        self.queues.share_max()
    }

    fn tickets(&self, hash: u64) -> impl Iterator<Item = Ticket> {
        let older = |ticket: &Ticket| self.queues.get(*ticket).and_then(|entry| entry.older);
        std::iter::successors(self.newest.get(&hash).copied(), older)
    }

    fn surplus(&mut self, hash: u64) -> Vec<Number> {
        let oldest: Vec<Ticket> = self.tickets(hash).skip(VARIANTS_MAX).collect();
        oldest.into_iter().filter_map(|ticket| self.take_out(ticket)).collect()
    }

    fn shrink(&mut self) -> Vec<Number> {
        let mut gone = Vec::new();
        while self.index_bytes > INDEX_BYTES_MAX {
            let mut pushed = Vec::new();
            if !self.queues.evict(&mut |ticket, entry| pushed.push((ticket, entry))) {
                break;
            }
            gone.extend(self.unlink_all(pushed));
        }
        gone
    }

    fn take_out(&mut self, ticket: Ticket) -> Option<Number> {
        let entry = self.queues.remove(ticket)?;
        self.unlink_all(vec![(ticket, entry)]).pop()
    }

    fn link(&mut self, ticket: Ticket, hash: u64, cost: usize) {
        self.index_bytes += cost;
        let older = self.newest.insert(hash, ticket);
        if let Some(entry) = self.queues.get_mut(ticket) {
            entry.older = older;
        }
    }

    /// Take those out of the chains who were at these places, which may be others' by now.
    fn unlink_all(&mut self, gone: Vec<(Ticket, Entry)>) -> Vec<Number> {
        // A chain may lead through several of them.
        let links: HashMap<Ticket, Option<Ticket>> =
            gone.iter().map(|(ticket, entry)| (*ticket, entry.older)).collect();
        let stays = |mut ticket: Option<Ticket>| {
            while let Some(older) = ticket.and_then(|ticket| links.get(&ticket)) {
                ticket = *older;
            }
            ticket
        };
        for (_, entry) in &gone {
            self.index_bytes = self.index_bytes.saturating_sub(entry.index_bytes());
            let newest = stays(self.newest.get(&entry.hash).copied());
            match newest {
                Some(newest) => self.newest.insert(entry.hash, newest),
                None => self.newest.remove(&entry.hash),
            };
            let mut at = newest;
            while let Some(entry) = at.and_then(|at| self.queues.get_mut(at)) {
                entry.older = stays(entry.older);
                at = entry.older;
            }
        }
        gone.into_iter().map(|(_, entry)| entry.number).collect()
    }
}
