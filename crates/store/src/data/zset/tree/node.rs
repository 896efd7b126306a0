//! The nodes and where they lie.

use super::Id;
use super::leaf::Leaf;
use crate::data::size::allocated;
use smallvec::SmallVec;

/// No node.
pub(super) const NONE: u32 = u32::MAX;
/// So many children of an inner node at most.
pub(super) const INNER_MAX: usize = 64;
/// With fewer, an inner node takes from a neighbour or joins it.
pub(super) const INNER_MIN: usize = 16;

/// What an inner node knows of a child.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct Entry {
    /// Its first key.
    pub(super) score: f64,
    pub(super) id: Id,
    pub(super) child: u32,
    /// Members in it and below.
    pub(super) count: usize,
}

/// Children in order.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Inner {
    pub(super) entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
pub(in super::super) enum Node {
    Leaf(Box<Leaf>),
    Inner(Inner),
    /// A place to be used again.
    Free,
}

/// The way down: each inner node with the place of the child that was taken.
pub(super) type Path = SmallVec<[(u32, usize); 8]>;

/// The tree.
#[derive(Debug, Clone)]
pub(in super::super) struct Tree {
    pub(super) nodes: Vec<Node>,
    free: Vec<u32>,
    pub(super) root: u32,
    pub(super) len: usize,
}

impl Tree {
    pub(in super::super) fn new() -> Self {
        let leaf = Node::Leaf(Box::new(Leaf::new(NONE, NONE)));
        Tree { nodes: vec![leaf], free: Vec::new(), root: 0, len: 0 }
    }

    /// How many members.
    pub(in super::super) fn len(&self) -> usize {
        self.len
    }

    /// Bytes allocated, about.
    pub(in super::super) fn memory(&self) -> usize {
        // Of all nodes some fiftieth are inner ones, which are about as large.
        let nodes = self.nodes.len() - self.free.len();
        nodes * allocated(size_of::<Leaf>())
            + allocated(self.nodes.capacity() * size_of::<Node>())
            + allocated(self.free.capacity() * size_of::<u32>())
    }

    pub(super) fn leaf(&self, at: u32) -> Option<&Leaf> {
        match self.nodes.get(at as usize) {
            Some(Node::Leaf(leaf)) => Some(leaf),
            _ => None,
        }
    }

    pub(super) fn leaf_mut(&mut self, at: u32) -> Option<&mut Leaf> {
        match self.nodes.get_mut(at as usize) {
            Some(Node::Leaf(leaf)) => Some(leaf),
            _ => None,
        }
    }

    pub(super) fn inner_mut(&mut self, at: u32) -> Option<&mut Inner> {
        match self.nodes.get_mut(at as usize) {
            Some(Node::Inner(inner)) => Some(inner),
            _ => None,
        }
    }

    pub(super) fn add(&mut self, node: Node) -> u32 {
        if let Some(at) = self.free.pop() {
            self.nodes[at as usize] = node;
            return at;
        }
        self.nodes.push(node);
        (self.nodes.len() - 1) as u32
    }

    /// Take a node out; its place is free until it is put back or used again.
    pub(super) fn lift(&mut self, at: u32) -> Node {
        std::mem::replace(&mut self.nodes[at as usize], Node::Free)
    }

    pub(super) fn put_back(&mut self, at: u32, node: Node) {
        self.nodes[at as usize] = node;
    }

    /// A lifted node will not come back.
    pub(super) fn release(&mut self, at: u32) {
        self.free.push(at);
    }

    /// What the parent of `at` is to know of it.
    pub(super) fn summary(&self, at: u32) -> Entry {
        let empty = Entry { score: 0.0, id: 0, child: at, count: 0 };
        match &self.nodes[at as usize] {
            Node::Leaf(leaf) if leaf.len() > 0 => {
                let (score, id) = leaf.get(0);
                Entry { score, id, child: at, count: leaf.len() }
            }
            Node::Inner(inner) => match inner.entries.first() {
                Some(first) => {
                    let count = inner.entries.iter().map(|entry| entry.count).sum();
                    Entry { child: at, count, ..*first }
                }
                None => empty,
            },
            Node::Leaf(_) | Node::Free => empty,
        }
    }
}
