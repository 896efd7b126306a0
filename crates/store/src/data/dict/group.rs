//! A few entries with a byte of each one's hash.

/// Up to `N` entries, the first places taken.
#[derive(Debug, Clone)]
pub(super) struct Group<E, const N: usize> {
    /// Tags of the entries, and at the end their count. The lowest bit of a tag is the entry's mark.
    head: [u8; 8],
    slots: [E; N],
}

const COUNT: usize = 7;
const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;
const MARK: u8 = 1;

/// What is kept of a hash: bits that choose no bucket, and room for the mark.
#[inline]
pub(super) fn tag(hash: u64) -> u8 {
    (hash >> 56) as u8 & !MARK
}

/// Whether there is a mark.
pub(super) fn has_mark(tag: u8) -> bool {
    tag & MARK != 0
}

/// The same with a mark, or without.
pub(super) fn marked(tag: u8, is_marked: bool) -> u8 {
    if is_marked { tag | MARK } else { tag & !MARK }
}

impl<E: Default, const N: usize> Default for Group<E, N> {
    fn default() -> Self {
        const { assert!(N <= COUNT) };
        Group { head: [0; 8], slots: std::array::from_fn(|_| E::default()) }
    }
}

impl<E, const N: usize> Group<E, N> {
    pub(super) fn len(&self) -> usize {
        usize::from(self.head[COUNT])
    }

    pub(super) fn is_full(&self) -> bool {
        self.len() == N
    }

    pub(super) fn entries(&self) -> &[E] {
        self.slots.get(..self.len()).unwrap_or_default()
    }

    pub(super) fn entry_mut(&mut self, slot: usize) -> Option<&mut E> {
        let len = self.len();
        self.slots.get_mut(..len)?.get_mut(slot)
    }

    /// The place of the entry with this tag, marked or not, that `is` the one.
    #[inline]
    pub(super) fn find(&self, tag: u8, is: impl Fn(&E) -> bool) -> Option<usize> {
        let differing = (u64::from_le_bytes(self.head) ^ (ONES * u64::from(tag))) & !ONES;
        // Marks each byte that is 0, and maybe some after one that is: the entry itself is compared anyway.
        let mut equal =
            differing.wrapping_sub(ONES) & !differing & HIGHS & ((1 << (8 * self.len())) - 1);
        while equal != 0 {
            let slot = (equal.trailing_zeros() / 8) as usize;
            if is(self.slots.get(slot)?) {
                return Some(slot);
            }
            equal &= equal - 1;
        }
        None
    }

    /// The entries that are marked.
    pub(super) fn marked(&self) -> impl Iterator<Item = &E> {
        let live = (1u64 << (8 * self.len())) - 1;
        let mut marks = u64::from_le_bytes(self.head) & ONES & live;
        std::iter::from_fn(move || {
            if marks == 0 {
                return None;
            }
            let slot = (marks.trailing_zeros() / 8) as usize;
            marks &= marks - 1;
            self.slots.get(slot)
        })
    }

    /// Mark the entry at a place that is taken, or not. Whether it was marked.
    pub(super) fn set_mark(&mut self, slot: usize, is_marked: bool) -> bool {
        let tag = self.head[slot];
        self.head[slot] = marked(tag, is_marked);
        has_mark(tag)
    }

    /// Add an entry; there is room.
    pub(super) fn push(&mut self, tag: u8, entry: E) {
        let len = self.len();
        self.head[len] = tag;
        self.slots[len] = entry;
        self.head[COUNT] = len as u8 + 1;
    }

    /// Put another entry with its tag at a place that is taken.
    pub(super) fn replace(&mut self, slot: usize, tag: u8, entry: E) -> E {
        self.head[slot] = tag;
        std::mem::replace(&mut self.slots[slot], entry)
    }
}

impl<E: Default, const N: usize> Group<E, N> {
    /// Take the last entry, with its tag.
    pub(super) fn pop(&mut self) -> Option<(u8, E)> {
        let last = self.len().checked_sub(1)?;
        self.head[COUNT] = last as u8;
        Some((self.head[last], std::mem::take(&mut self.slots[last])))
    }
}
