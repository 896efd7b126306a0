//! What changes: who is held, in which order they go, and who belongs to what.

use super::tier::NotKept;
use crate::cache::Key;
use crate::cache::store::Held;
use crate::cache::store::purge::{Mark, Recent, Verdict, What};
use crate::cache::store::queues::{Queues, Ticket};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};
use std::ops::Bound;
use std::sync::Arc;

/// Variants of one key; one more takes the place of the oldest.
const VARIANTS_MAX: usize = 64;

/// Who is held.
#[derive(Debug)]
pub(super) struct State {
    pub queues: Queues<Arc<Held>>,
    pub recent: Recent,
    /// In their order, so that those with a common prefix are neighbours; the newest variant last.
    keys: BTreeMap<Key, Vec<Ticket>>,
    /// The hash of a tag, and who has it. Two tags may share a hash: then more is purged than need
    /// be.
    tags: BTreeSet<(u64, Ticket)>,
    hasher: RandomState,
}

/// Who was added, and who is not held any more.
pub(super) struct Added {
    /// Whose place it took.
    pub instead: Option<Arc<Held>>,
    /// What had to go for it.
    pub gone: Vec<Arc<Held>>,
}

/// How far a purge has come.
#[derive(Debug, Clone)]
pub(super) enum Cursor {
    /// Keys up to this one are done.
    Key(Key),
    /// Places up to this one are done.
    Ticket(Ticket),
}

impl State {
    pub fn new(bytes_max: u64, begin: Mark, hasher: RandomState) -> Self {
        State {
            queues: Queues::new(bytes_max),
            recent: Recent::new(begin),
            keys: BTreeMap::new(),
            tags: BTreeSet::new(),
            hasher,
        }
    }

    /// Keep `held`, in the place of the same variant if there is one.
    pub fn keep(&mut self, hash: u64, held: &Arc<Held>) -> Result<Added, NotKept> {
        match self.recent.verdict(held.mark(), held.key(), &held.stored().tags) {
            Verdict::Gone => return Err(NotKept::Purged),
            Verdict::Stale => drop(held.soften()),
            Verdict::Keep => {}
        }
        let same = self.variant_at(held);
        if let Some((_, other)) = &same
            && other.mark() > held.mark()
        {
            // What was asked for before the last purge does not replace what was asked for after.
            return Err(NotKept::Older);
        }
        let added = match &same {
            Some((ticket, old)) => self.replace(*ticket, old, held),
            None => self.add(hash, held),
        };
        let instead = same.map(|(_, held)| held);
        let Some(mut gone) = added else { return Err(NotKept::TooLarge) };
        gone.extend(self.surplus(held.key()));
        Ok(Added { instead, gone })
    }

    /// Add what is not there yet: what had to go for it. None: it is too large.
    fn add(&mut self, hash: u64, held: &Arc<Held>) -> Option<Vec<Arc<Held>>> {
        let mut gone = Vec::new();
        let mut note = |ticket, held| gone.push((ticket, held));
        let ticket = self.queues.add(held.clone(), hash, held.bytes(), &mut note).ok()?;
        // In this order: it may have got the place of one that had to go.
        let gone = self.unlink_all(gone);
        self.link(ticket, held);
        Some(gone)
    }

    /// Put `held` in the place of `old`: what had to go for it. None: it is too large.
    fn replace(&mut self, ticket: Ticket, old: &Held, held: &Arc<Held>) -> Option<Vec<Arc<Held>>> {
        let mut gone = Vec::new();
        let mut note = |ticket, held| gone.push((ticket, held));
        self.queues.replace(ticket, held.clone(), held.bytes(), &mut note).ok()?;
        self.unlink(ticket, old);
        self.link(ticket, held);
        // In this order: it may itself have had to go.
        Some(self.unlink_all(gone))
    }

    /// Take `held` out; false if it is not there any more.
    pub fn remove(&mut self, held: &Arc<Held>) -> bool {
        let Some(ticket) = self.ticket(held) else { return false };
        self.unlink(ticket, held);
        self.queues.remove(ticket).is_some()
    }

    /// `held` has become heavier: what had to go for that.
    pub fn reweigh(&mut self, held: &Arc<Held>) -> Vec<Arc<Held>> {
        let Some(ticket) = self.ticket(held) else { return Vec::new() };
        let mut gone = Vec::new();
        let mut note = |ticket, held| gone.push((ticket, held));
        if self.queues.reweigh(ticket, held.bytes(), &mut note).is_err() {
            self.unlink(ticket, held);
            return self.queues.remove(ticket).into_iter().collect();
        }
        self.unlink_all(gone)
    }

    /// Have another number of bytes: what had to go.
    pub fn resize(&mut self, bytes_max: u64) -> Vec<Arc<Held>> {
        let mut gone = Vec::new();
        self.queues.resize(bytes_max, &mut |ticket, held| gone.push((ticket, held)));
        self.unlink_all(gone)
    }

    /// Give up everything.
    pub fn take(&mut self) -> impl Sized + use<> {
        (self.queues.take(), std::mem::take(&mut self.keys), std::mem::take(&mut self.tags))
    }

    /// The next of those who are meant, about `count_max` at most, and where to go on.
    pub fn meant(
        &self,
        what: &What,
        after: Option<Cursor>,
        count_max: usize,
    ) -> (Vec<Arc<Held>>, Option<Cursor>) {
        match what {
            What::Key(key) => {
                let tickets = self.keys.get(key).into_iter().flatten();
                (tickets.filter_map(|ticket| self.held(*ticket)).collect(), None)
            }
            What::Tag(tag) => self.tagged(self.hasher.hash_one(tag), after, count_max),
            What::Prefix(prefix) => self.beginning(prefix, after, count_max),
            What::All => self.beginning(b"", after, count_max),
        }
    }

    #[cfg(test)]
    pub fn leftovers(&self) -> usize {
        self.queues.len() + self.keys.len() + self.tags.len()
    }

    fn tagged(
        &self,
        hash: u64,
        after: Option<Cursor>,
        count_max: usize,
    ) -> (Vec<Arc<Held>>, Option<Cursor>) {
        let from = match after {
            Some(Cursor::Ticket(ticket)) => Bound::Excluded((hash, ticket)),
            _ => Bound::Included((hash, Ticket::FIRST)),
        };
        let range = self.tags.range((from, Bound::Included((hash, Ticket::LAST))));
        let tickets: Vec<Ticket> = range.take(count_max).map(|(_, ticket)| *ticket).collect();
        let more = tickets.last().filter(|_| tickets.len() == count_max).copied();
        let held = tickets.into_iter().filter_map(|ticket| self.held(ticket)).collect();
        (held, more.map(Cursor::Ticket))
    }

    fn beginning(
        &self,
        prefix: &[u8],
        after: Option<Cursor>,
        count_max: usize,
    ) -> (Vec<Arc<Held>>, Option<Cursor>) {
        let from = match &after {
            Some(Cursor::Key(key)) => Bound::Excluded(key.bytes()),
            _ => Bound::Included(prefix),
        };
        let range = self.keys.range::<[u8], _>((from, Bound::Unbounded));
        let keys = range.take_while(|(key, _)| key.bytes().starts_with(prefix));
        let (mut held, mut last) = (Vec::new(), None);
        for (key, tickets) in keys {
            held.extend(tickets.iter().filter_map(|ticket| self.held(*ticket)));
            if held.len() >= count_max {
                last = Some(Cursor::Key(key.clone()));
                break;
            }
        }
        (held, last)
    }

    fn held(&self, ticket: Ticket) -> Option<Arc<Held>> {
        self.queues.get(ticket).cloned()
    }

    fn ticket(&self, held: &Arc<Held>) -> Option<Ticket> {
        let mut tickets = self.keys.get(held.key())?.iter();
        let is_it = |ticket: &&Ticket| {
            self.queues.get(**ticket).is_some_and(|known| Arc::ptr_eq(known, held))
        };
        tickets.find(is_it).copied()
    }

    /// The reply to the same requests.
    pub fn variant(&self, held: &Held) -> Option<Arc<Held>> {
        self.variant_at(held).map(|(_, other)| other)
    }

    fn variant_at(&self, held: &Held) -> Option<(Ticket, Arc<Held>)> {
        let tickets = self.keys.get(held.key())?.iter();
        let mut known = tickets.filter_map(|ticket| Some((*ticket, self.held(*ticket)?)));
        known.find(|(_, other)| other.stored().is_variant_of(held.stored()))
    }

    /// The oldest variants of `key`, if they are too many.
    fn surplus(&mut self, key: &Key) -> Vec<Arc<Held>> {
        let tickets = self.keys.get(key).map(Vec::as_slice).unwrap_or_default();
        let count = tickets.len().saturating_sub(VARIANTS_MAX);
        let oldest: Vec<Ticket> = tickets.iter().take(count).copied().collect();
        let remove = |ticket: Ticket| {
            let held = self.queues.remove(ticket)?;
            self.unlink(ticket, &held);
            Some(held)
        };
        oldest.into_iter().filter_map(remove).collect()
    }

    fn link(&mut self, ticket: Ticket, held: &Held) {
        let tickets = self.keys.entry(held.key().clone()).or_default();
        tickets.reserve_exact(1);
        tickets.push(ticket);
        for tag in &held.stored().tags {
            self.tags.insert((self.hasher.hash_one(tag), ticket));
        }
    }

    fn unlink(&mut self, ticket: Ticket, held: &Held) {
        if let Some(tickets) = self.keys.get_mut(held.key()) {
            tickets.retain(|known| *known != ticket);
            if tickets.is_empty() {
                self.keys.remove(held.key());
            }
        }
        for tag in &held.stored().tags {
            self.tags.remove(&(self.hasher.hash_one(tag), ticket));
        }
    }

    fn unlink_all(&mut self, gone: Vec<(Ticket, Arc<Held>)>) -> Vec<Arc<Held>> {
        let unlink = |(ticket, held): (Ticket, Arc<Held>)| {
            self.unlink(ticket, &held);
            held
        };
        gone.into_iter().map(unlink).collect()
    }
}
