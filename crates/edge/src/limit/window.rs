//! The sliding window: requests of this window and the one before, the latter by how much of it
//! still lies within the last window's length.
//!
//! It knows no more than two counts, and takes the requests of the window before as spread evenly.
//! All three numbers lie in one word, so that two threads that take at once need one comparison.

use super::step::Step;

/// The most requests that a window may have: its count has 20 bits.
pub const COUNT_MAX: u32 = (1 << COUNT_BITS) - 1;

const COUNT_BITS: u32 = 20;
const COUNT_MASK: u64 = (1 << COUNT_BITS) - 1;
const WINDOW_MASK: u64 = (1 << 24) - 1;

/// So many requests in any window. Times are in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    count: u32,
    period_ns: u64,
}

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counted {
    /// The number of the window, in 24 bits: after so many, the first has long been forgotten.
    window: u64,
    before: u64,
    here: u64,
}

impl Window {
    /// `count` requests in `period_ns`.
    pub fn new(count: u32, period_ns: u64) -> Self {
        Window { count: count.clamp(1, COUNT_MAX), period_ns: period_ns.max(1) }
    }

    /// One more request now, when `word` was counted.
    pub fn step(&self, word: u64, now_ns: u64) -> Step {
        let (counted, into_ns) = self.at(word, now_ns);
        let count = u64::from(self.count);
        // Of those before, in parts of the period: rounded up, never more than was allowed.
        let left_ns = self.period_ns - into_ns;
        let before = scaled(counted.before, left_ns, self.period_ns);
        let taken = before + counted.here;
        if taken < count {
            let here = counted.here + 1;
            let next = Counted { here, ..counted }.pack();
            // What was counted here counts to the end of the next window.
            let reset_ns = left_ns.saturating_add(self.period_ns);
            return Step { next: Some(next), remaining: count - taken - 1, reset_ns };
        }
        Step { next: None, remaining: 0, reset_ns: self.wait_ns(counted, left_ns) }
    }

    /// When nothing of `word` counts any more.
    pub fn finished_ns(&self, word: u64) -> u64 {
        match word {
            0 => 0,
            word => (Counted::unpack(word).window + 2).saturating_mul(self.period_ns),
        }
    }

    /// What counts now, and how far into its window that is.
    fn at(&self, word: u64, now_ns: u64) -> (Counted, u64) {
        let counted = Counted::unpack(word);
        let (number, into_ns) = (now_ns / self.period_ns, now_ns % self.period_ns);
        let number = number & WINDOW_MASK;
        match number.wrapping_sub(counted.window) & WINDOW_MASK {
            0 => (counted, into_ns),
            1 => (Counted { window: number, before: counted.here, here: 0 }, into_ns),
            // A clock that is behind another thread's: the new window has just begun.
            apart if apart == WINDOW_MASK => (counted, 0),
            _ => (Counted { window: number, before: 0, here: 0 }, into_ns),
        }
    }

    /// How long until one more may come, in a window of which `left_ns` are left.
    fn wait_ns(&self, counted: Counted, left_ns: u64) -> u64 {
        let count = u64::from(self.count);
        if counted.here < count {
            // When enough of those before are too long ago.
            let may_stay = count - 1 - counted.here;
            let stays_ns = self.lasting_ns(may_stay, counted.before);
            return left_ns.saturating_sub(stays_ns).max(1);
        }
        let stays_ns = self.lasting_ns(count - 1, counted.here);
        left_ns.saturating_add(self.period_ns - stays_ns).max(1)
    }

    /// With how much of the period left no more than `stay` of `all` count.
    fn lasting_ns(&self, stay: u64, all: u64) -> u64 {
        let ns = u128::from(self.period_ns) * u128::from(stay) / u128::from(all.max(1));
        u64::try_from(ns).unwrap_or(u64::MAX).min(self.period_ns)
    }
}

/// `count` × `part` / `whole`, rounded up.
fn scaled(count: u64, part: u64, whole: u64) -> u64 {
    let scaled = (u128::from(count) * u128::from(part)).div_ceil(u128::from(whole.max(1)));
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

impl Counted {
    fn pack(self) -> u64 {
        let counts = (self.before.min(COUNT_MASK) << COUNT_BITS) | self.here.min(COUNT_MASK);
        ((self.window & WINDOW_MASK) << (2 * COUNT_BITS)) | counts
    }

    fn unpack(word: u64) -> Self {
        Counted {
            window: word >> (2 * COUNT_BITS),
            before: (word >> COUNT_BITS) & COUNT_MASK,
            here: word & COUNT_MASK,
        }
    }
}
