//! A hash in either form.

use super::{Limits, Table};
use crate::data::listpack::{Item, Packed};
use base::random::Random;

/// A hash.
#[derive(Debug, Clone)]
pub struct Hash {
    form: Form,
}

#[derive(Debug, Clone)]
enum Form {
    /// Field, value, field, value, in the order in which they came.
    Small(Packed),
    Large(Box<Table>),
}

const _: () = assert!(size_of::<Hash>() == 16);

impl Default for Hash {
    fn default() -> Self {
        Hash { form: Form::Small(Packed::new()) }
    }
}

impl Hash {
    /// How many fields.
    pub fn len(&self) -> usize {
        match &self.form {
            Form::Small(packed) => packed.len() / 2,
            Form::Large(table) => table.fields().len(),
        }
    }

    /// No field.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of `field`.
    pub fn get(&self, field: &[u8]) -> Option<Item<'_>> {
        match &self.form {
            Form::Small(packed) => {
                let (view, at) = (packed.view(), packed.find(Item::of(field), 2)?);
                view.item(view.next(at))
            }
            Form::Large(table) => table.get(field).map(Item::Bytes),
        }
    }

    /// Whether there is such a field.
    pub fn contains(&self, field: &[u8]) -> bool {
        match &self.form {
            Form::Small(packed) => packed.find(Item::of(field), 2).is_some(),
            Form::Large(table) => table.fields().contains(field),
        }
    }

    /// Set the value of `field`; if it was to end, it no longer is. Whether it is new.
    pub fn insert(&mut self, field: &[u8], value: &[u8], limits: &Limits) -> bool {
        self.make_room(field, value, limits);
        match &mut self.form {
            Form::Small(packed) => insert_small(packed, field, value),
            Form::Large(table) => table.insert(field, value),
        }
    }

    /// As [`Hash::insert`], but a field that was to end still is: for a value that is counted up.
    pub fn insert_keeping(&mut self, field: &[u8], value: &[u8], limits: &Limits) -> bool {
        self.make_room(field, value, limits);
        match &mut self.form {
            Form::Small(packed) => insert_small(packed, field, value),
            Form::Large(table) => table.insert_keeping(field, value),
        }
    }

    /// Take `field` out. Whether it was there.
    pub fn remove(&mut self, field: &[u8]) -> bool {
        match &mut self.form {
            Form::Small(packed) => {
                let found = packed.find(Item::of(field), 2);
                found.is_some_and(|at| {
                    packed.remove_at(at, 2);
                    true
                })
            }
            Form::Large(table) => table.remove(field),
        }
    }

    /// All fields with their values.
    pub fn iter(&self) -> Box<dyn Iterator<Item = (Item<'_>, Item<'_>)> + '_> {
        match &self.form {
            Form::Small(packed) => {
                let mut items = packed.iter();
                Box::new(std::iter::from_fn(move || Some((items.next()?, items.next()?))))
            }
            Form::Large(table) => Box::new(table.fields().iter().map(|field| {
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
        let Form::Large(table) = &self.form else {
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
        match &self.form {
            Form::Small(packed) => {
                let view = packed.view();
                let at = view.at(2 * chance.below(self.len() as u64) as usize)?;
                Some((view.item(at)?, view.item(view.next(at))?))
            }
            Form::Large(table) => {
                let (field, value) = Table::pair(table.fields().random(chance)?);
                Some((Item::Bytes(field), Item::Bytes(value)))
            }
        }
    }

    /// When `field` ends, in milliseconds since 1970.
    pub fn end(&self, field: &[u8]) -> Option<i64> {
        match &self.form {
            Form::Small(_) => None,
            Form::Large(table) => table.end(field),
        }
    }

    /// The earliest end of a field, and that field.
    pub fn first_end(&self) -> Option<(i64, &[u8])> {
        match &self.form {
            Form::Small(_) => None,
            Form::Large(table) => table.first_end(),
        }
    }

    /// Let `field` end at `at_ms` (milliseconds since 1970), or not end. Whether that changed anything. A hash with
    /// fields that end has the large form.
    pub fn set_end(&mut self, field: &[u8], at_ms: Option<i64>) -> bool {
        if !self.contains(field) {
            return false;
        }
        if at_ms.is_some() {
            self.enlarge();
        }
        match (&mut self.form, at_ms) {
            (Form::Large(table), Some(at_ms)) => {
                table.set_end(field, at_ms);
                true
            }
            (Form::Large(table), None) => table.persist(field),
            (Form::Small(_), _) => false,
        }
    }

    /// As `OBJECT ENCODING` names the form.
    pub fn encoding(&self) -> &'static str {
        match &self.form {
            Form::Small(_) => "listpack",
            Form::Large(_) => "hashtable",
        }
    }

    /// Bytes allocated.
    pub fn memory(&self) -> usize {
        match &self.form {
            Form::Small(packed) => packed.memory(),
            Form::Large(table) => table.memory(),
        }
    }

    fn make_room(&mut self, field: &[u8], value: &[u8], limits: &Limits) {
        let Form::Small(packed) = &self.form else { return };
        let long = field.len().max(value.len()) > limits.value_bytes_max;
        let full = packed.len() / 2 >= limits.entries_max;
        let room = packed.has_room(2, field.len() + value.len());
        if long || !room || full && packed.find(Item::of(field), 2).is_none() {
            self.enlarge();
        }
    }

    fn enlarge(&mut self) {
        if let Form::Small(_) = self.form {
            let mut table = Table::default();
            for (field, value) in self.iter() {
                table.insert(&field.text(), &value.text());
            }
            self.form = Form::Large(Box::new(table));
        }
    }
}

fn insert_small(packed: &mut Packed, field: &[u8], value: &[u8]) -> bool {
    match packed.find(Item::of(field), 2) {
        Some(at) => {
            let at = packed.view().next(at);
            packed.replace_at(at, Item::of(value));
            false
        }
        None => {
            packed.insert_all_at(packed.view().end(), &[Item::of(field), Item::of(value)]);
            true
        }
    }
}
