//! A bucket: a group of entries, and nodes for those that do not fit.

use super::group::Group;
use std::iter::successors;

/// The entries whose hashes end in the same bits.
#[derive(Debug, Clone)]
#[repr(C, align(64))]
pub(super) struct Bucket<E, const N: usize, const M: usize> {
    /// All groups but this one and the first of the nodes are full.
    more: Option<Box<Node<E, M>>>,
    group: Group<E, N>,
}

/// Entries that do not fit in their bucket.
#[derive(Debug, Clone)]
struct Node<E, const M: usize> {
    more: Option<Box<Node<E, M>>>,
    group: Group<E, M>,
}

/// Where an entry is: in the group of the bucket (0) or a node (1, 2 and so on), and there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) depth: usize,
    pub(super) slot: usize,
}

impl<E: Default, const N: usize, const M: usize> Default for Bucket<E, N, M> {
    fn default() -> Self {
        Bucket { more: None, group: Group::default() }
    }
}

impl<E, const N: usize, const M: usize> Bucket<E, N, M> {
    /// What a node takes.
    pub(super) const NODE_BYTES: usize = size_of::<Node<E, M>>();

    fn nodes(&self) -> impl Iterator<Item = &Node<E, M>> {
        successors(self.more.as_deref(), |node| node.more.as_deref())
    }

    pub(super) fn len(&self) -> usize {
        self.group.len() + self.nodes().map(|node| node.group.len()).sum::<usize>()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &E> {
        self.group.entries().iter().chain(self.nodes().flat_map(|node| node.group.entries()))
    }

    /// Those that are marked.
    pub(super) fn marked(&self) -> impl Iterator<Item = &E> {
        self.group.marked().chain(self.nodes().flat_map(|node| node.group.marked()))
    }

    #[inline]
    pub(super) fn find(&self, tag: u8, is: impl Fn(&E) -> bool) -> Option<Slot> {
        if let Some(slot) = self.group.find(tag, &is) {
            return Some(Slot { depth: 0, slot });
        }
        self.more.as_ref()?;
        self.nodes()
            .enumerate()
            .find_map(|(at, node)| Some(Slot { depth: at + 1, slot: node.group.find(tag, &is)? }))
    }

    #[inline]
    pub(super) fn entry(&self, place: Slot) -> Option<&E> {
        match place.depth.checked_sub(1) {
            None => self.group.entries().get(place.slot),
            Some(at) => self.nodes().nth(at)?.group.entries().get(place.slot),
        }
    }

    #[inline]
    pub(super) fn entry_mut(&mut self, place: Slot) -> Option<&mut E> {
        match place.depth.checked_sub(1) {
            None => self.group.entry_mut(place.slot),
            Some(at) => self.node_mut(at)?.group.entry_mut(place.slot),
        }
    }

    /// Mark an entry, or not. Whether it was marked.
    pub(super) fn set_mark(&mut self, place: Slot, is_marked: bool) -> bool {
        match place.depth.checked_sub(1) {
            None => self.group.set_mark(place.slot, is_marked),
            Some(at) => {
                self.node_mut(at).is_some_and(|node| node.group.set_mark(place.slot, is_marked))
            }
        }
    }

    fn node_mut(&mut self, at: usize) -> Option<&mut Node<E, M>> {
        let mut node = self.more.as_deref_mut()?;
        for _ in 0..at {
            node = node.more.as_deref_mut()?;
        }
        Some(node)
    }
}

impl<E: Default, const N: usize, const M: usize> Bucket<E, N, M> {
    /// Add an entry. Whether that took a new node.
    pub(super) fn push(&mut self, tag: u8, entry: E) -> bool {
        if !self.group.is_full() {
            self.group.push(tag, entry);
            return false;
        }
        if let Some(node) = self.more.as_deref_mut().filter(|node| !node.group.is_full()) {
            node.group.push(tag, entry);
            return false;
        }
        let mut group = Group::default();
        group.push(tag, entry);
        self.more = Some(Box::new(Node { more: self.more.take(), group }));
        true
    }

    /// Take an entry out; the last one takes its place. Whether that freed a node.
    pub(super) fn remove(&mut self, place: Slot) -> Option<(E, bool)> {
        self.entry(place)?;
        let last = match self.more.as_deref() {
            Some(node) => Slot { depth: 1, slot: node.group.len() - 1 },
            None => Slot { depth: 0, slot: self.group.len() - 1 },
        };
        let ((tag, entry), freed) = self.pop()?;
        if place == last {
            return Some((entry, freed));
        }
        let removed = match place.depth.checked_sub(1) {
            None => self.group.replace(place.slot, tag, entry),
            Some(at) => {
                self.node_mut(at - usize::from(freed))?.group.replace(place.slot, tag, entry)
            }
        };
        Some((removed, freed))
    }

    /// Take any entry out, with its tag, and whether that freed a node.
    pub(super) fn pop(&mut self) -> Option<((u8, E), bool)> {
        let Some(node) = self.more.as_deref_mut() else { return Some((self.group.pop()?, false)) };
        let popped = node.group.pop()?;
        let freed = node.group.len() == 0;
        if freed {
            self.more = node.more.take();
        }
        Some((popped, freed))
    }
}
