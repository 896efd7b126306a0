//! A hash in either form.

use super::{Limits, Shaped, Shapes, Table};
use crate::data::listpack::{Item, Packed};
use crate::data::size::allocated;
use base::random::Random;

/// A hash.
#[derive(Debug, Clone)]
pub struct Hash {
    form: Form,
}

#[derive(Debug, Clone)]
enum Form {
    /// Field, value, field, value, in the order in which they came. Marked: one of them was long for this form, and
    /// clients are told of the large one, as in Redis.
    Small(Packed),
    Other(Box<Other>),
}

#[derive(Debug, Clone)]
enum Other {
    /// A small one by what it has in common with others.
    Shaped(Shaped),
    Large(Box<Table>),
}

/// A form, to be read.
enum Seen<'a> {
    Small(&'a Packed),
    Shaped(&'a Shaped),
    Large(&'a Table),
}

/// A form, to be changed.
enum Edited<'a> {
    Small(&'a mut Packed),
    Large(&'a mut Table),
    /// One that is shaped, which is made small before it is changed.
    Nothing,
}

/// A hash of few fields with long values, as a job with its data, takes half the memory in the small form. Up to
/// here a change of it takes no longer than one of the large form.
const LONG_FIELDS_MAX: usize = 32;
/// And with so many bytes.
const LONG_BYTES_MAX: usize = 4096;

const _: () = assert!(size_of::<Hash>() == 16 && size_of::<Other>() == 24);

impl Default for Hash {
    fn default() -> Self {
        Hash { form: Form::Small(Packed::new()) }
    }
}

impl Hash {
    /// Of these fields and values; of a field that is there twice the last value holds. Faster than one after the
    /// other.
    pub fn of<T: AsRef<[u8]>>(pairs: &[(T, T)], limits: &Limits) -> Self {
        let all = || pairs.iter().map(|(field, value)| (field.as_ref(), value.as_ref()));
        let bytes: usize = all().map(|(field, value)| field.len() + value.len()).sum();
        let is_long = all().any(|(field, value)| limits.is_long(field, value));
        let fits =
            pairs.len() <= LONG_FIELDS_MAX.min(limits.entries_max) && bytes <= LONG_BYTES_MAX;
        if !fits || !is_once(pairs) {
            let mut hash = Hash::default();
            all().for_each(|(field, value)| _ = hash.insert(field, value, limits));
            return hash;
        }
        let mut packed =
            Packed::of(all().flat_map(|(field, value)| [Item::of(field), Item::of(value)]));
        if is_long {
            packed.mark();
        }
        Hash { form: Form::Small(packed) }
    }

    /// How many fields.
    pub fn len(&self) -> usize {
        match self.seen() {
            Seen::Small(packed) => packed.len() / 2,
            Seen::Shaped(shaped) => shaped.len(),
            Seen::Large(table) => table.fields().len(),
        }
    }

    /// No field.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of `field`.
    pub fn get(&self, field: &[u8]) -> Option<Item<'_>> {
        match self.seen() {
            Seen::Small(packed) => {
                let (view, at) = (packed.view(), packed.find(Item::of(field), 2)?);
                view.item(view.next(at))
            }
            Seen::Shaped(shaped) => shaped.get(field),
            Seen::Large(table) => table.get(field).map(Item::Bytes),
        }
    }

    /// Whether there is such a field.
    pub fn contains(&self, field: &[u8]) -> bool {
        match self.seen() {
            Seen::Small(packed) => packed.find(Item::of(field), 2).is_some(),
            Seen::Shaped(shaped) => shaped.get(field).is_some(),
            Seen::Large(table) => table.fields().contains(field),
        }
    }

    /// Set the value of `field`; if it was to end, it no longer is. Whether it is new.
    pub fn insert(&mut self, field: &[u8], value: &[u8], limits: &Limits) -> bool {
        self.make_room(field, value, limits);
        match self.edited() {
            Edited::Small(packed) => insert_small(packed, field, value, limits),
            Edited::Large(table) => table.insert(field, value),
            Edited::Nothing => false,
        }
    }

    /// As [`Hash::insert`], but a field that was to end still is: for a value that is counted up.
    pub fn insert_keeping(&mut self, field: &[u8], value: &[u8], limits: &Limits) -> bool {
        self.make_room(field, value, limits);
        match self.edited() {
            Edited::Small(packed) => insert_small(packed, field, value, limits),
            Edited::Large(table) => table.insert_keeping(field, value),
            Edited::Nothing => false,
        }
    }

    /// Take `field` out. Whether it was there.
    pub fn remove(&mut self, field: &[u8]) -> bool {
        if !self.contains(field) {
            return false;
        }
        match self.edited() {
            Edited::Small(packed) => {
                let found = packed.find(Item::of(field), 2);
                found.inspect(|at| packed.remove_at(*at, 2)).is_some()
            }
            Edited::Large(table) => table.remove(field),
            Edited::Nothing => false,
        }
    }

    /// Keep what it has in common with others once, if that saves memory: for one that was just made and may stay as it
    /// is for a while.
    pub fn share(&mut self, shapes: &mut Shapes) {
        if let Form::Small(packed) = &self.form
            && let Some(shaped) = shapes.share(packed)
        {
            self.form = Form::Other(Box::new(Other::Shaped(shaped)));
        }
    }

    /// All fields with their values.
    pub fn iter(&self) -> Box<dyn Iterator<Item = (Item<'_>, Item<'_>)> + '_> {
        match self.seen() {
            Seen::Small(packed) => {
                let mut items = packed.iter();
                Box::new(std::iter::from_fn(move || Some((items.next()?, items.next()?))))
            }
            Seen::Shaped(shaped) => Box::new(shaped.iter()),
            Seen::Large(table) => Box::new(table.fields().iter().map(|field| {
                let (field, value) = Table::pair(field);
                (Item::Bytes(field), Item::Bytes(value))
            })),
        }
    }

    /// Visit about `count` fields from `cursor` on. Where to go on; 0 when all were visited. Fields that are there
    /// from the first call to the last are visited.
    pub fn scan<'a>(
        &'a self,
        mut cursor: u64,
        count: usize,
        mut visit: impl FnMut(Item<'a>, Item<'a>),
    ) -> u64 {
        let Seen::Large(table) = self.seen() else {
            self.iter().for_each(|(field, value)| visit(field, value));
            return 0;
        };
        let mut visited = 0;
        while visited < count {
            cursor = table.fields().scan(cursor, |field| {
                let (field, value) = Table::pair(field);
                visit(Item::Bytes(field), Item::Bytes(value));
                visited += 1;
            });
            if cursor == 0 {
                break;
            }
        }
        cursor
    }

    /// A field by chance, each as likely as any other.
    pub fn random(&self, chance: &mut Random) -> Option<(Item<'_>, Item<'_>)> {
        match self.seen() {
            Seen::Large(table) => {
                let (field, value) = Table::pair(table.fields().random(chance)?);
                Some((Item::Bytes(field), Item::Bytes(value)))
            }
            Seen::Small(_) | Seen::Shaped(_) => {
                self.iter().nth(chance.below(self.len() as u64) as usize)
            }
        }
    }

    /// When `field` ends, in milliseconds since 1970.
    pub fn end(&self, field: &[u8]) -> Option<i64> {
        match self.seen() {
            Seen::Small(_) | Seen::Shaped(_) => None,
            Seen::Large(table) => table.end(field),
        }
    }

    /// The earliest end of a field, and that field.
    pub fn first_end(&self) -> Option<(i64, &[u8])> {
        match self.seen() {
            Seen::Small(_) | Seen::Shaped(_) => None,
            Seen::Large(table) => table.first_end(),
        }
    }

    /// Let `field` end at `at_ms` (milliseconds since 1970), or not end. Whether that changed anything. A hash with
    /// fields that end has the large form.
    pub fn set_end(&mut self, field: &[u8], at_ms: Option<i64>) -> bool {
        let changes = at_ms.is_some() || self.end(field).is_some();
        if !self.contains(field) || !changes {
            return false;
        }
        self.enlarge();
        match (self.edited(), at_ms) {
            (Edited::Large(table), Some(at_ms)) => {
                table.set_end(field, at_ms);
                true
            }
            (Edited::Large(table), None) => table.persist(field),
            (Edited::Small(_) | Edited::Nothing, _) => false,
        }
    }

    /// As `OBJECT ENCODING` names the form.
    pub fn encoding(&self) -> &'static str {
        match self.seen() {
            Seen::Small(packed) if !packed.is_marked() => "listpack",
            Seen::Shaped(shaped) if !shaped.is_marked() => "listpack",
            Seen::Small(_) | Seen::Shaped(_) | Seen::Large(_) => "hashtable",
        }
    }

    /// Bytes allocated.
    pub fn memory(&self) -> usize {
        match self.seen() {
            Seen::Small(packed) => packed.memory(),
            Seen::Shaped(shaped) => shaped.memory(),
            Seen::Large(table) => allocated(size_of::<Other>()) + table.memory(),
        }
    }

    #[inline]
    fn seen(&self) -> Seen<'_> {
        match &self.form {
            Form::Small(packed) => Seen::Small(packed),
            Form::Other(other) => match &**other {
                Other::Shaped(shaped) => Seen::Shaped(shaped),
                Other::Large(table) => Seen::Large(table),
            },
        }
    }

    /// One that is shaped becomes small.
    fn edited(&mut self) -> Edited<'_> {
        if let Seen::Shaped(shaped) = self.seen() {
            self.form = Form::Small(shaped.to_packed());
        }
        match &mut self.form {
            Form::Small(packed) => Edited::Small(packed),
            Form::Other(other) => match &mut **other {
                Other::Large(table) => Edited::Large(table),
                Other::Shaped(_) => Edited::Nothing,
            },
        }
    }

    fn make_room(&mut self, field: &[u8], value: &[u8], limits: &Limits) {
        let Edited::Small(packed) = self.edited() else { return };
        let bytes = field.len() + value.len();
        let is_long = packed.is_marked() || limits.is_long(field, value);
        let (fields_max, has_room) = match is_long {
            true => (LONG_FIELDS_MAX, packed.bytes() + bytes <= LONG_BYTES_MAX),
            false => (limits.entries_max, packed.has_room(2, bytes)),
        };
        let is_full = packed.len() / 2 >= fields_max;
        if !has_room || is_full && packed.find(Item::of(field), 2).is_none() {
            self.enlarge();
        }
    }

    fn enlarge(&mut self) {
        if matches!(self.seen(), Seen::Large(_)) {
            return;
        }
        let mut table = Table::default();
        for (field, value) in self.iter() {
            table.insert(&field.text(), &value.text());
        }
        self.form = Form::Other(Box::new(Other::Large(Box::new(table))));
    }
}

/// Whether no field is there twice. Only of few fields: each is compared to all others.
fn is_once<T: AsRef<[u8]>>(pairs: &[(T, T)]) -> bool {
    let fields = || pairs.iter().map(|(field, _)| field.as_ref());
    fields().enumerate().all(|(at, field)| !fields().skip(at + 1).any(|other| other == field))
}

fn insert_small(packed: &mut Packed, field: &[u8], value: &[u8], limits: &Limits) -> bool {
    let is_new = match packed.find(Item::of(field), 2) {
        Some(at) => {
            let at = packed.view().next(at);
            packed.replace_at(at, Item::of(value));
            false
        }
        None => {
            packed.insert_all_at(packed.view().end(), &[Item::of(field), Item::of(value)]);
            true
        }
    };
    if limits.is_long(field, value) {
        packed.mark();
    }
    is_new
}
