//! How much of a connection's replies lies in the `h2` crate, which limits it for each stream but not
//! for all of them together.

use std::cell::{Cell, RefCell};
use std::task::{Context, Waker};

/// Above so many bytes streams wait until the connection has written all.
const BYTES_MAX: usize = 256 * 1024;

/// A smaller part of a reply than this, because its stream has room for no more, is a crumb.
const CRUMB_BYTES: usize = 64;
/// So many crumbs more than proper parts are an attack: one byte of room costs the client a frame, and
/// the edge a frame and a look at the stream.
const CRUMBS_MAX: u32 = 1000;

/// Shared by a connection and its streams.
#[derive(Debug, Default)]
pub struct Backlog {
    bytes: Cell<usize>,
    waiting: RefCell<Vec<Waker>>,
    crumbs: Cell<u32>,
}

impl Backlog {
    /// May a stream hand over more? If not it is woken when it may.
    pub fn has_room(&self, cx: &Context<'_>) -> bool {
        if !self.is_full() {
            return true;
        }
        let mut waiting = self.waiting.borrow_mut();
        if !waiting.iter().any(|one| one.will_wake(cx.waker())) {
            waiting.push(cx.waker().clone());
        }
        false
    }

    /// Nothing more may be handed over now.
    pub fn is_full(&self) -> bool {
        self.bytes.get() >= BYTES_MAX
    }

    /// A stream has handed over so many bytes of `pending`.
    pub fn add(&self, bytes: usize, pending: usize) {
        self.bytes.set(self.bytes.get() + bytes);
        let crumbs = self.crumbs.get();
        let crumb = bytes < CRUMB_BYTES && bytes < pending;
        self.crumbs.set(if crumb { crumbs + 1 } else { crumbs.saturating_sub(1) });
    }

    /// The peer takes replies in crumbs.
    pub fn is_crumbled(&self) -> bool {
        self.crumbs.get() > CRUMBS_MAX
    }

    /// All that was handed over is written.
    pub fn clear(&self) {
        self.bytes.set(0);
        self.waiting.borrow_mut().drain(..).for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::Wake;

    struct Count(AtomicU32);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn who_finds_no_room_is_woken_once() {
        let count = Arc::new(Count(AtomicU32::new(0)));
        let waker = Waker::from(count.clone());
        let cx = Context::from_waker(&waker);
        let backlog = Backlog::default();
        assert!(backlog.has_room(&cx));
        backlog.add(BYTES_MAX, BYTES_MAX);
        assert!(!backlog.has_room(&cx) && !backlog.has_room(&cx));
        backlog.clear();
        assert!(backlog.has_room(&cx));
        backlog.clear();
        assert_eq!(count.0.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn some_crumbs_are_no_attack() {
        let backlog = Backlog::default();
        for _ in 0..10 * CRUMBS_MAX {
            backlog.add(1, 100);
            backlog.add(CRUMB_BYTES, 100);
            // The end of a reply may be small.
            backlog.add(1, 1);
        }
        assert!(!backlog.is_crumbled());
        (0..=CRUMBS_MAX).for_each(|_| backlog.add(1, 100));
        assert!(backlog.is_crumbled());
    }
}
