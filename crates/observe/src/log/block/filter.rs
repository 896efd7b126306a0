//! Which values a column of a block may hold: a Bloom filter in lines of a cache line each. Pure.
//!
//! In it are each whole value, each word of it, and sampled pieces of 5 bytes: of 6 that follow each other the one
//! with the least hash. So any text of 10 bytes or more that stands anywhere in a value has at least one of the
//! pieces that were put in, and what is in no value is nearly always known not to be.

use foldhash::quality::FixedState;
use std::hash::{BuildHasher, Hasher};

/// Bytes of a line.
pub const LINE_BYTES: usize = 64;
const LINE_WORDS: usize = LINE_BYTES / 8;
/// Lines of a filter while it is filled: 256 KiB.
const LINES_MAX: usize = 4_096;
/// Bytes of a piece.
const PIECE_BYTES: usize = 5;
/// Of so many pieces one is put in.
const WINDOW: usize = 6;
/// A text of so many bytes holds a whole window.
const TEXT_BYTES_MIN: usize = PIECE_BYTES + WINDOW - 1;
/// A filter is folded while no more than this share of its bits is set, in percent.
const FOLD_PERCENT: usize = 17;

/// What is asked of a filter.
pub type Item = u64;

/// A filter that is being filled. Used again for each column: it is large.
#[derive(Debug)]
pub struct Filling {
    words: Vec<u64>,
}

impl Default for Filling {
    fn default() -> Self {
        Filling { words: vec![0; LINES_MAX * LINE_WORDS] }
    }
}

impl Filling {
    /// Put in a value.
    pub fn value(&mut self, value: &str) {
        self.item(hash(value.as_bytes()));
        words(value, |word, _| {
            if word.len() < value.len() {
                self.item(hash(word.as_bytes()));
            }
        });
        pieces(value.as_bytes(), |item| self.item(item));
    }

    fn item(&mut self, item: Item) {
        let start = line(item, LINES_MAX) * LINE_WORDS;
        let Some(line) = self.words.get_mut(start..start + LINE_WORDS) else { return };
        for bit in bits(item) {
            if let Some(word) = line.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
        }
    }

    /// Append the filter to `out` as small as it can be, and begin an empty one.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        let set: usize = self.words.iter().map(|word| word.count_ones() as usize).sum();
        let (mut set, mut length) = (set, self.words.len());
        while set * 100 <= length * 64 * FOLD_PERCENT && length > LINE_WORDS {
            let (low, high) = self.words.split_at_mut(length / 2);
            low.iter_mut().zip(high.iter()).for_each(|(low, high)| *low |= high);
            length /= 2;
            set = low.iter().take(length).map(|word| word.count_ones() as usize).sum();
        }
        self.words.iter().take(length).for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
        self.words.fill(0);
    }
}

/// Which line of `lines`, a power of two.
pub fn line(item: Item, lines: usize) -> usize {
    (item >> 32) as usize & lines.saturating_sub(1)
}

/// Whether the line of a filter that [`line`] names has the item.
pub fn has(line: &[u8], item: Item) -> bool {
    bits(item).iter().all(|bit| line.get(bit / 8).is_some_and(|byte| byte & (1 << (bit % 8)) != 0))
}

fn bits(item: Item) -> [usize; 3] {
    let bit = |shift: u32| (item >> shift) as usize & (LINE_BYTES * 8 - 1);
    [bit(0), bit(9), bit(18)]
}

/// What must be in the filter of a column one of whose values is `value`.
pub fn items_of_value(value: &str) -> Vec<Item> {
    let mut items = vec![hash(value.as_bytes())];
    words(value, |word, _| items.push(hash(word.as_bytes())));
    pieces(value.as_bytes(), |item| items.push(item));
    items
}

/// What must be in the filter of a column one of whose values contains `text`: words of it that end inside of it,
/// and pieces. Empty if nothing can be said.
pub fn items_of_text(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    words(text, |word, at| {
        if at > 0 && at + word.len() < text.len() {
            items.push(hash(word.as_bytes()));
        }
    });
    pieces(text.as_bytes(), |item| items.push(item));
    items
}

fn hash(bytes: &[u8]) -> Item {
    let mut hasher = FixedState::with_seed(11).build_hasher();
    hasher.write(bytes);
    hasher.finish()
}

/// Each word of `text` and where it begins: letters, digits, `_`, and all beyond ASCII.
fn words<'t>(text: &'t str, mut give: impl FnMut(&'t str, usize)) {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    let mut start = None;
    for (at, byte) in text.bytes().enumerate() {
        match (is_part(byte), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                give(text.get(from..at).unwrap_or_default(), from);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        give(text.get(from..).unwrap_or_default(), from);
    }
}

/// The least hash of each window of pieces, each once where the same follows itself.
fn pieces(bytes: &[u8], mut give: impl FnMut(Item)) {
    if bytes.len() < TEXT_BYTES_MIN {
        return;
    }
    let mut ring = [u64::MAX; WINDOW];
    let (mut least, mut least_at, mut told) = (u64::MAX, 0, None);
    for (at, piece) in bytes.windows(PIECE_BYTES).enumerate() {
        let &[a, b, c, d, e] = piece else { return };
        let word = u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]);
        let hash = (word ^ 0x5851_F42D).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let hash = hash ^ (hash >> 29);
        if let Some(place) = ring.get_mut(at % WINDOW) {
            *place = hash;
        }
        if hash <= least {
            (least, least_at) = (hash, at);
        } else if at >= least_at + WINDOW {
            // The least one left the window.
            least = u64::MAX;
            for back in (0..WINDOW).rev() {
                let there = ring.get((at - back) % WINDOW).copied().unwrap_or(u64::MAX);
                if there <= least {
                    (least, least_at) = (there, at - back);
                }
            }
        }
        if at + 1 >= WINDOW && told != Some(least) {
            told = Some(least);
            give(base::random::mix(least));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::random::Random;

    fn filter(values: &[String]) -> Vec<u8> {
        let (mut filling, mut out) = (Filling::default(), Vec::new());
        values.iter().for_each(|value| filling.value(value));
        filling.finish(&mut out);
        assert!(filling.words.iter().all(|word| *word == 0));
        out
    }

    fn may(filter: &[u8], items: &[Item]) -> bool {
        let lines = filter.len() / LINE_BYTES;
        items.iter().all(|item| {
            let at = line(*item, lines) * LINE_BYTES;
            has(&filter[at..at + LINE_BYTES], *item)
        })
    }

    #[test]
    fn what_is_in_is_found_and_little_else() {
        let mut random = Random::new(3);
        let values: Vec<String> = (0..8_000)
            .map(|at| {
                format!("request {at} of {:016x}{:016x} é", random.next_u64(), random.next_u64())
            })
            .collect();
        let filter = filter(&values);
        assert!(filter.len() <= 128 << 10, "{}", filter.len());
        for value in &values {
            assert!(may(&filter, &items_of_value(value)));
            let (from, length) = (random.below(20) as usize, 10 + random.below(20) as usize);
            let Some(text) = value.get(from..from + length) else { continue };
            assert!(may(&filter, &items_of_text(text)), "{text:?} of {value:?}");
        }
        let wrong = (0..1_000)
            .filter(|_| may(&filter, &items_of_text(&format!("{:032x}", random.next_u64()))))
            .count();
        assert!(wrong <= 2, "{wrong} of 1000 texts that are not there");
        let wrong = (0..1_000)
            .filter(|_| may(&filter, &items_of_value(&format!("x{:x}", random.next_u64()))))
            .count();
        assert!(wrong <= 20, "{wrong} of 1000 values that are not there");
    }

    #[test]
    fn a_small_one_is_small() {
        assert_eq!(filter(&["a".into()]).len(), LINE_BYTES);
        assert!(filter(&(0..100).map(|at| format!("value-{at}")).collect::<Vec<_>>()).len() <= 512);
        assert!(items_of_text("short").is_empty() && !items_of_text("a word here").is_empty());
    }
}
