//! A set in any form.

use super::{Limits, Table};
use crate::data::intset::{IntSet, IntView};
use crate::data::listpack::{Item, Packed, View};
use crate::data::size::allocated;
use base::random::Random;

/// A set.
#[derive(Debug, Clone)]
pub struct Set {
    form: Form,
}

#[derive(Debug, Clone)]
enum Form {
    /// An [`IntSet`] or a [`Packed`], told apart by the eighth byte; an empty one is of integers. One variant for both
    /// keeps a set in 16 bytes.
    Small(Box<[u8]>),
    Large(Box<Table>),
}

/// A form, to be read.
enum Seen<'a> {
    Ints(IntView<'a>),
    Packed(View<'a>),
    Large(&'a Table),
}

const _: () = assert!(size_of::<Set>() == 16);
/// The byte of a small form that is 0 unless it is of integers.
const KIND_AT: usize = 7;

impl Default for Set {
    fn default() -> Self {
        Set { form: Form::Small(Box::default()) }
    }
}

impl Set {
    /// An empty one that expects so many members, the first of them `member`.
    pub fn with_hint(member: &[u8], members: usize, limits: &Limits) -> Self {
        let ints = Item::of(member).int().is_some();
        if members <= if ints { limits.ints_max } else { limits.entries_max } {
            return Set::default();
        }
        Set { form: Form::Large(Box::default()) }
    }

    /// How many members.
    pub fn len(&self) -> usize {
        match self.seen() {
            Seen::Ints(ints) => ints.len(),
            Seen::Packed(packed) => packed.len(),
            Seen::Large(table) => table.len(),
        }
    }

    /// No member.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether `member` is in it.
    pub fn contains(&self, member: &[u8]) -> bool {
        match self.seen() {
            Seen::Ints(ints) => Item::of(member).int().is_some_and(|value| ints.contains(value)),
            Seen::Packed(packed) => packed.find(Item::of(member), 1).is_some(),
            Seen::Large(table) => table.contains(member),
        }
    }

    /// As [`Set::contains`], for a member of another set.
    pub fn contains_item(&self, member: Item<'_>) -> bool {
        match (self.seen(), member) {
            (Seen::Ints(ints), Item::Int(value)) => ints.contains(value),
            (Seen::Packed(packed), Item::Int(_)) => packed.find(member, 1).is_some(),
            _ => self.contains(&member.text()),
        }
    }

    /// Add `member`. Whether it is new.
    pub fn insert(&mut self, member: &[u8], limits: &Limits) -> bool {
        self.make_room(member, limits);
        let Form::Small(bytes) = &mut self.form else { return self.insert_large(member) };
        match (kind(bytes), Item::of(member)) {
            (Kind::Ints, Item::Int(value)) => edit_ints(bytes, |ints| ints.insert(value)),
            (_, item) => edit_packed(bytes, |packed| {
                let new = packed.find(item, 1).is_none();
                if new {
                    packed.push(item);
                }
                new
            }),
        }
    }

    /// Take `member` out. Whether it was there.
    pub fn remove(&mut self, member: &[u8]) -> bool {
        match &mut self.form {
            Form::Large(table) => table.remove(member),
            Form::Small(bytes) => match (kind(bytes), Item::of(member)) {
                (Kind::Ints, Item::Int(value)) => edit_ints(bytes, |ints| ints.remove(value)),
                (Kind::Ints, Item::Bytes(_)) => false,
                (Kind::Packed, item) => edit_packed(bytes, |packed| {
                    let found = packed.find(item, 1);
                    found.inspect(|at| packed.remove_at(*at, 1)).is_some()
                }),
            },
        }
    }

    /// All members.
    pub fn iter(&self) -> Box<dyn Iterator<Item = Item<'_>> + '_> {
        match self.seen() {
            Seen::Ints(ints) => Box::new(ints.iter().map(Item::Int)),
            Seen::Packed(packed) => Box::new(packed.iter()),
            Seen::Large(table) => Box::new(table.iter().map(Item::Bytes)),
        }
    }

    /// Visit about `count` members from `cursor` on. Where to go on; 0 when all were visited. Members that are there
    /// from the first call to the last are visited.
    pub fn scan<'a>(
        &'a self,
        mut cursor: u64,
        count: usize,
        mut visit: impl FnMut(Item<'a>),
    ) -> u64 {
        let Form::Large(table) = &self.form else {
            self.iter().for_each(visit);
            return 0;
        };
        let mut visited = 0;
        while visited < count {
            cursor = table.scan(cursor, |member| {
                visit(Item::Bytes(member));
                visited += 1;
            });
            if cursor == 0 {
                break;
            }
        }
        cursor
    }

    /// A member by chance, each as likely as any other.
    pub fn random(&self, chance: &mut Random) -> Option<Item<'_>> {
        let at = |chance: &mut Random| chance.below(self.len() as u64) as usize;
        match self.seen() {
            Seen::Ints(ints) => ints.get(at(chance)).map(Item::Int),
            Seen::Packed(packed) => packed.get(at(chance)),
            Seen::Large(table) => table.random(chance).map(Item::Bytes),
        }
    }

    /// As `OBJECT ENCODING` names the form.
    pub fn encoding(&self) -> &'static str {
        match self.seen() {
            Seen::Ints(_) => "intset",
            Seen::Packed(_) => "listpack",
            Seen::Large(_) => "hashtable",
        }
    }

    /// Bytes allocated.
    pub fn memory(&self) -> usize {
        match &self.form {
            Form::Small(bytes) => allocated(bytes.len()),
            Form::Large(table) => table.memory(),
        }
    }

    fn seen(&self) -> Seen<'_> {
        match &self.form {
            Form::Large(table) => Seen::Large(table),
            Form::Small(bytes) => match kind(bytes) {
                Kind::Ints => Seen::Ints(IntView::new(bytes)),
                Kind::Packed => Seen::Packed(View::new(bytes)),
            },
        }
    }

    fn insert_large(&mut self, member: &[u8]) -> bool {
        match &mut self.form {
            Form::Large(table) => table.insert(member),
            Form::Small(_) => false,
        }
    }

    /// Take the form that the set needs with `member` in it.
    fn make_room(&mut self, member: &[u8], limits: &Limits) {
        let len = self.len();
        let text_fits = member.len() <= limits.value_bytes_max && len < limits.entries_max;
        match (self.seen(), Item::of(member)) {
            (Seen::Ints(ints), Item::Int(value)) => {
                if len >= limits.ints_max && !ints.contains(value) {
                    self.enlarge();
                }
            }
            (Seen::Ints(ints), Item::Bytes(_)) => {
                let longest = [ints.get(0), len.checked_sub(1).and_then(|last| ints.get(last))];
                let mut longest = longest.into_iter().flatten().map(Item::Int);
                if text_fits && longest.all(|item| item.text().len() <= limits.value_bytes_max) {
                    let packed: Packed = ints.iter().map(Item::Int).collect();
                    self.form = Form::Small(packed.into_raw());
                } else {
                    self.enlarge();
                }
            }
            (Seen::Packed(packed), item) => {
                if !text_fits && packed.find(item, 1).is_none() {
                    self.enlarge();
                }
            }
            (Seen::Large(_), _) => {}
        }
    }

    fn enlarge(&mut self) {
        let mut table = Table::default();
        for member in self.iter() {
            table.insert(&member.text());
        }
        self.form = Form::Large(Box::new(table));
    }
}

enum Kind {
    Ints,
    Packed,
}

fn kind(bytes: &[u8]) -> Kind {
    if bytes.get(KIND_AT) == Some(&0) { Kind::Packed } else { Kind::Ints }
}

fn edit_ints<T>(bytes: &mut Box<[u8]>, edit: impl FnOnce(&mut IntSet) -> T) -> T {
    let mut ints = IntSet::from_raw(std::mem::take(bytes));
    let outcome = edit(&mut ints);
    *bytes = ints.into_raw();
    outcome
}

fn edit_packed<T>(bytes: &mut Box<[u8]>, edit: impl FnOnce(&mut Packed) -> T) -> T {
    let mut packed = Packed::from_raw(std::mem::take(bytes));
    let outcome = edit(&mut packed);
    *bytes = packed.into_raw();
    outcome
}
