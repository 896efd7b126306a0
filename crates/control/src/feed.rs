//! What happened lately followed by what happens now, without a gap or a line told twice.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::broadcast::{self, error::RecvError, error::TryRecvError};

/// One element of a [`Feed`], in memory and on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Item<T> {
    /// The reader was too slow: so many entries are lost to it.
    Missed {
        /// How many.
        missed: u64,
    },
    /// The next entry.
    Entry(T),
}

/// Recent entries, then live ones.
#[derive(Debug)]
pub struct Feed<T> {
    recent: VecDeque<Item<Arc<T>>>,
    live: broadcast::Receiver<Arc<T>>,
}

impl<T> Feed<T> {
    /// `live` must have been subscribed before `recent` was read. Entries that are in both (the
    /// same `Arc`) are told once.
    pub fn new(mut live: broadcast::Receiver<Arc<T>>, recent: Vec<Arc<T>>) -> Self
    where
        T: Clone,
    {
        let mut items: VecDeque<_> = recent.iter().cloned().map(Item::Entry).collect();
        loop {
            match live.try_recv() {
                Ok(new) if recent.iter().rev().any(|old| Arc::ptr_eq(old, &new)) => {}
                Ok(new) => items.push_back(Item::Entry(new)),
                Err(TryRecvError::Lagged(missed)) => items.push_back(Item::Missed { missed }),
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        Feed { recent: items, live }
    }

    /// The next recent entry; None when only live ones are left.
    pub fn next_recent(&mut self) -> Option<Item<Arc<T>>> {
        self.recent.pop_front()
    }

    /// The next entry, waiting for it if need be; None when there will be no more.
    /// Cancel-safe.
    pub async fn next(&mut self) -> Option<Item<Arc<T>>>
    where
        T: Clone,
    {
        if let Some(item) = self.recent.pop_front() {
            return Some(item);
        }
        match self.live.recv().await {
            Ok(entry) => Some(Item::Entry(entry)),
            Err(RecvError::Lagged(missed)) => Some(Item::Missed { missed }),
            Err(RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_entry_both_recent_and_live_is_told_once() {
        let (sender, live) = broadcast::channel(8);
        let lines: Vec<Arc<u32>> = (0..3).map(Arc::new).collect();
        for line in &lines {
            sender.send(line.clone()).unwrap();
        }
        // The reader subscribed, then read the first two as recent.
        let mut feed = Feed::new(live, lines[..2].to_vec());
        sender.send(Arc::new(3)).unwrap();
        drop(sender);
        let mut seen = Vec::new();
        while let Some(Item::Entry(entry)) = feed.next().await {
            seen.push(*entry);
        }
        assert_eq!(seen, [0, 1, 2, 3]);
    }

    #[tokio::test]
    async fn a_slow_reader_is_told_how_much_it_missed() {
        let (sender, live) = broadcast::channel(2);
        let mut feed = Feed::new(live, Vec::new());
        (0..5).for_each(|n| drop(sender.send(Arc::new(n))));
        assert_eq!(feed.next().await, Some(Item::Missed { missed: 3 }));
        assert_eq!(feed.next().await, Some(Item::Entry(Arc::new(3))));
    }
}
