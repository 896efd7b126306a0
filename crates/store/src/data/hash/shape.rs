//! What many hashes have in common, kept once: jobs of a queue and sessions have the same fields, and most of their
//! values are the same too. A hash that was just made is compared to the first one with its fields; what differs is
//! its own. When it is changed it becomes an ordinary small one.

use crate::data::listpack::{self, Item, Packed};
use crate::data::size::allocated;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

/// The first hash with certain fields.
#[derive(Debug)]
struct Shape(Packed);

/// The shapes of hashes that there are.
#[derive(Debug, Default)]
pub struct Shapes {
    /// By the fields, in order.
    known: HashMap<u64, Arc<Shape>, foldhash::fast::RandomState>,
}

/// A hash by what it has in common with others, and its own.
#[derive(Debug, Clone)]
pub(super) struct Shaped {
    shape: Arc<Shape>,
    /// A bit for each value that is its own, and one for the mark of the small form; then those values.
    own: Box<[u8]>,
}

/// Hashes with fewer fields, or more, are left as they are.
const FIELDS: std::ops::RangeInclusive<usize> = 4..=64;
/// And smaller ones.
const BYTES_MIN: usize = 96;
/// So many bytes have to be saved.
const SAVED_MIN: usize = 32;
/// No more shapes are kept at a time.
const SHAPES_MAX: usize = 1024;

impl Shapes {
    /// The hash in `packed` by its shape, if that saves memory. If no hash had its fields before, it is the first.
    pub(super) fn share(&mut self, packed: &Packed) -> Option<Shaped> {
        if !FIELDS.contains(&(packed.len() / 2)) || packed.bytes() < BYTES_MIN {
            return None;
        }
        let fields = self.fields(packed);
        let Some(shape) = self.known.get(&fields) else {
            self.learn(fields, packed);
            return None;
        };
        let shaped = Shaped::of(packed, shape)?;
        (shaped.memory() + SAVED_MIN <= packed.memory()).then_some(shaped)
    }

    fn fields(&self, packed: &Packed) -> u64 {
        let mut hasher = self.known.hasher().build_hasher();
        for field in packed.iter().step_by(2) {
            hasher.write(&field.text());
            hasher.write_u8(0xff);
        }
        hasher.finish()
    }

    fn learn(&mut self, fields: u64, packed: &Packed) {
        if self.known.len() >= SHAPES_MAX {
            self.known.retain(|_, shape| Arc::strong_count(shape) > 1);
        }
        if self.known.len() < SHAPES_MAX {
            self.known.insert(fields, Arc::new(Shape(packed.clone())));
        }
    }
}

impl Shaped {
    /// None if the fields are others.
    fn of(packed: &Packed, shape: &Arc<Shape>) -> Option<Self> {
        let fields = packed.len() / 2;
        let mut own = vec![0; bits(fields)];
        if packed.is_marked() {
            own[fields / 8] |= 1 << (fields % 8);
        }
        let (mut items, mut common) = (packed.iter(), shape.0.iter());
        for at in 0..fields {
            if items.next()? != common.next()? {
                return None;
            }
            let value = items.next()?;
            if value != common.next()? {
                own[at / 8] |= 1 << (at % 8);
                listpack::push(&mut own, value);
            }
        }
        let is_whole = common.next().is_none();
        is_whole.then(|| Shaped { shape: Arc::clone(shape), own: own.into_boxed_slice() })
    }

    pub(super) fn len(&self) -> usize {
        self.shape.0.len() / 2
    }

    /// Whether the small one that it was made of is marked.
    pub(super) fn is_marked(&self) -> bool {
        self.bit(self.len())
    }

    fn bit(&self, at: usize) -> bool {
        self.own.get(at / 8).is_some_and(|bits| bits & 1 << (at % 8) != 0)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Item<'_>, Item<'_>)> + Clone {
        let mut common = self.shape.0.iter();
        let (mut index, mut at) = (0, bits(self.len()));
        std::iter::from_fn(move || {
            let (field, mut value) = (common.next()?, common.next()?);
            if self.bit(index) {
                (value, at) = listpack::read(&self.own, at)?;
            }
            index += 1;
            Some((field, value))
        })
    }

    pub(super) fn get(&self, field: &[u8]) -> Option<Item<'_>> {
        let sought = Item::of(field);
        self.iter().find(|(field, _)| *field == sought).map(|(_, value)| value)
    }

    pub(super) fn to_packed(&self) -> Packed {
        let mut packed = Packed::of(self.iter().flat_map(|(field, value)| [field, value]));
        if self.is_marked() {
            packed.mark();
        }
        packed
    }

    pub(super) fn memory(&self) -> usize {
        allocated(size_of::<Shaped>()) + allocated(self.own.len())
    }
}

/// Bytes for a bit of each field and that of the mark.
fn bits(fields: usize) -> usize {
    (fields + 1).div_ceil(8)
}
