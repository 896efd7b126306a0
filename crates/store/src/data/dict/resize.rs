//! One bucket more or fewer.

use super::bucket::Bucket;
use super::group::{has_mark, marked, tag};
use super::{Dict, Keyed};

impl<E, const N: usize, const M: usize> Dict<E, N, M> {
    /// Hundredths of an entry that a bucket has on average at most: more would need too many nodes.
    const DENSE: usize = 72 * N;
    /// And at least: half of that, so that a table does not grow and shrink in turn.
    const SPARSE: usize = Self::DENSE / 2;

    /// The bucket of a hash.
    #[inline]
    pub(super) fn index(&self, hash: u64) -> usize {
        let buckets = self.buckets.len();
        let Some(level) = buckets.checked_ilog2() else { return 0 };
        let low = hash as usize & ((2 << level) - 1);
        if low < buckets { low } else { low & ((1 << level) - 1) }
    }

    /// How many bits of the hash choose this bucket.
    pub(super) fn bits(&self, index: usize) -> u32 {
        let buckets = self.buckets.len();
        let Some(level) = buckets.checked_ilog2() else { return 0 };
        let whole = 1 << level;
        level + u32::from(index >= whole || index + whole < buckets)
    }
}

impl<E: Keyed, const N: usize, const M: usize> Dict<E, N, M> {
    pub(super) fn grow_if_dense(&mut self) {
        let buckets = self.buckets.len();
        if self.len * 100 > buckets * Self::DENSE {
            let whole = 1 << buckets.ilog2();
            let source = buckets - whole;
            self.split(source);
            if source + 1 == whole {
                // Each bucket was split since the last doubling.
                self.longest = std::mem::take(&mut self.longest_next);
            }
        }
    }

    /// Two merges at most make up for the entry that went: the table shrinks faster than it empties.
    pub(super) fn shrink_if_sparse(&mut self) {
        for _ in 0..2 {
            let buckets = self.buckets.len();
            if buckets > 1 && self.len * 100 < buckets * Self::SPARSE {
                self.merge_last();
            }
        }
        if self.len == 0 {
            self.clear();
        }
    }

    /// Move to a new bucket what belongs there now.
    fn split(&mut self, source: usize) {
        let Some(old) = self.buckets.get_mut(source).map(std::mem::take) else { return };
        let target = self.buckets.len();
        self.buckets.push(Bucket::default());
        self.spread(old);
        let lens = [source, target].map(|index| self.buckets.get(index).map_or(0, Bucket::len));
        self.longest_next = self.longest_next.max(lens[0].max(lens[1]) as u32);
    }

    fn merge_last(&mut self) {
        let Some(old) = self.buckets.pop() else { return };
        let target = self.buckets.len() - (1 << self.buckets.len().ilog2());
        self.spread(old);
        let len = self.buckets.get(target).map_or(0, Bucket::len) as u32;
        self.longest = self.longest.max(len);
        self.longest_next = self.longest;
    }

    /// Put the entries of a bucket where they belong now.
    fn spread(&mut self, mut old: Bucket<E, N, M>) {
        while let Some(((old_tag, entry), freed)) = old.pop() {
            self.nodes -= usize::from(freed);
            let hash = self.hash(entry.key());
            let index = self.index(hash);
            if let Some(bucket) = self.buckets.get_mut(index) {
                let tag = marked(tag(hash), has_mark(old_tag));
                self.nodes += usize::from(bucket.push(tag, entry));
            }
        }
    }
}
