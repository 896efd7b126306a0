//! All entries, one bucket after the other, and one by chance.

use super::Dict;
use base::random::Random;

impl<E, const N: usize, const M: usize> Dict<E, N, M> {
    /// All entries, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &E> {
        self.buckets.iter().flat_map(|bucket| bucket.iter())
    }

    /// Visit the entries of the next bucket; start with a `cursor` of 0, go on with what is returned until that
    /// is 0 again. Between the steps the table may change: an entry that is there all the time is visited at least
    /// once, and maybe twice if the table shrank. Any number is a cursor.
    pub fn scan<'a>(&'a self, cursor: u64, visit: impl FnMut(&'a E)) -> u64 {
        if self.len == 0 {
            return 0;
        }
        let index = self.index(cursor);
        if let Some(bucket) = self.buckets.get(index) {
            bucket.iter().for_each(visit);
        }
        // The next place in the order of reversed bits, where this bucket is one range.
        let beyond = !(((1u128 << self.bits(index)) - 1) as u64);
        (cursor | beyond).reverse_bits().wrapping_add(1).reverse_bits()
    }

    /// An entry by chance, each as likely as any other.
    pub fn random(&self, chance: &mut Random) -> Option<&E> {
        if self.len == 0 {
            return None;
        }
        loop {
            // A place among as many in each bucket as the fullest one has: most buckets have some of them.
            let bucket = self.buckets.get(chance.below(self.buckets.len() as u64) as usize)?;
            let place = chance.below(self.longest.into()) as usize;
            if let Some(entry) = bucket.iter().nth(place) {
                return Some(entry);
            }
        }
    }

    /// Visit those of the entries that are marked in `buckets` buckets from number `from` on, as far as there are any.
    /// Where to go on: from 0 again after the last.
    pub fn marked<'a>(
        &'a self,
        from: usize,
        buckets: usize,
        mut visit: impl FnMut(&'a E),
    ) -> usize {
        let end = from.saturating_add(buckets).min(self.buckets.len());
        for index in from..end {
            let bucket = self.buckets.get(index);
            bucket.into_iter().flat_map(|bucket| bucket.marked()).for_each(&mut visit);
        }
        if end >= self.buckets.len() { 0 } else { end }
    }
}
