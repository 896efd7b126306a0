//! Whether a client means what it asks on a connection. Pure.
//!
//! A request that is given up costs the edge and a worker about as much as one that is answered, and
//! the client nothing: it takes up no place among those that the connection may have at once. So
//! what a connection may give up is limited by what it lets itself be answered.

use std::cell::Cell;

/// Requests that a connection may give up beyond those that were answered on it. A page that is left
/// gives up dozens.
const CREDIT: u32 = 256;

/// What the streams of one connection came to.
#[derive(Debug)]
pub struct Conduct(Cell<u32>);

impl Default for Conduct {
    fn default() -> Self {
        Conduct(Cell::new(CREDIT))
    }
}

impl Conduct {
    /// A request was answered.
    pub fn answered(&self) {
        self.0.set((self.0.get() + 1).min(CREDIT));
    }

    /// A request was given up before it was answered, or was none.
    pub fn wasted(&self) {
        self.0.set(self.0.get().saturating_sub(1));
    }

    /// The client has wasted more than it may.
    pub fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_gives_up_half_of_all_may_go_on() {
        let conduct = Conduct::default();
        for _ in 0..10_000 {
            conduct.answered();
            conduct.wasted();
        }
        assert!(!conduct.is_spent());
    }

    #[test]
    fn who_only_gives_up_is_stopped_however_good_it_was() {
        let conduct = Conduct::default();
        (0..10_000).for_each(|_| conduct.answered());
        (1..CREDIT).for_each(|_| conduct.wasted());
        assert!(!conduct.is_spent());
        conduct.wasted();
        conduct.wasted();
        assert!(conduct.is_spent());
    }
}
