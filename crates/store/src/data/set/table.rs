//! The large form: a hash table of members.

use crate::data::dict::{Dict, Keyed};
use crate::data::size::allocated;
use crate::data::small_bytes::SmallBytes;
use base::random::Random;

/// A large set.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    members: Dict<Member>,
    /// Bytes of the members' allocations.
    heap: usize,
}

#[derive(Debug, Clone, Default)]
struct Member(SmallBytes);

impl Keyed for Member {
    #[inline]
    fn key(&self) -> &[u8] {
        &self.0
    }
}

impl Table {
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    pub(super) fn contains(&self, member: &[u8]) -> bool {
        self.members.contains(member)
    }

    pub(super) fn insert(&mut self, member: &[u8]) -> bool {
        let mut heap = 0;
        let new = self.members.insert_with(member, || {
            let member = Member(member.into());
            heap = member.0.heap();
            member
        });
        self.heap += heap;
        new
    }

    pub(super) fn remove(&mut self, member: &[u8]) -> bool {
        let Some(removed) = self.members.remove(member) else { return false };
        self.heap -= removed.0.heap();
        true
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.members.iter().map(Keyed::key)
    }

    pub(super) fn scan<'a>(&'a self, cursor: u64, mut visit: impl FnMut(&'a [u8])) -> u64 {
        self.members.scan(cursor, |member| visit(member.key()))
    }

    pub(super) fn random(&self, chance: &mut Random) -> Option<&[u8]> {
        self.members.random(chance).map(Keyed::key)
    }

    pub(super) fn memory(&self) -> usize {
        allocated(size_of::<Table>()) + self.members.memory() + self.heap
    }
}
