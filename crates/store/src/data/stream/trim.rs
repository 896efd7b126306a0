//! Shortening a stream from its start.

use super::node::DELETED;
use super::{Stream, StreamId};

/// What is to remain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrimTo {
    /// So many entries at most.
    Length(u64),
    /// No entry below this id.
    Id(StreamId),
}

/// How a stream is shortened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trim {
    /// What is to remain.
    pub to: TrimTo,
    /// Take out whole nodes only, so that more than asked for may remain.
    pub whole_nodes: bool,
    /// Take out at most so many entries; without limit if none.
    pub limit: Option<u64>,
}

impl Stream {
    /// Take entries out at the start. How many.
    pub fn trim(&mut self, trim: &Trim) -> u64 {
        let mut removed = 0;
        while let Some(first) = self.nodes.first_entry() {
            let (master, live) = (*first.key(), first.get().live());
            if matches!(trim.to, TrimTo::Length(max) if self.length <= max) {
                break;
            }
            if trim.limit.is_some_and(|limit| removed + live > limit) {
                break;
            }
            let whole = match trim.to {
                TrimTo::Length(max) => self.length - live >= max,
                TrimTo::Id(min) => first.get().last_id(master).is_some_and(|last| last < min),
            };
            if whole {
                first.remove();
                self.length -= live;
                removed += live;
                continue;
            }
            if !trim.whole_nodes {
                removed += self.trim_first_node(trim.to);
            }
            break;
        }
        removed
    }

    fn trim_first_node(&mut self, to: TrimTo) -> u64 {
        let Some(mut first) = self.nodes.first_entry() else { return 0 };
        let master = *first.key();
        let node = first.get_mut();
        let Some(head) = node.head() else { return 0 };
        let (mut at, mut removed) = (head.entries_at, 0);
        while let Some(found) = node.entry(&head, master, at) {
            let done = match to {
                TrimTo::Length(max) => self.length <= max,
                TrimTo::Id(min) => found.id >= min,
            };
            if done {
                break;
            }
            let (flags, next) = (found.flags, found.next);
            if flags & DELETED == 0 {
                node.mark(at, flags);
                self.length -= 1;
                removed += 1;
            }
            at = next;
        }
        node.count_deleted(removed as i64);
        removed
    }
}
