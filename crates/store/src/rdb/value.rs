//! Between the RDB format and the structures that keep values.

use super::read::{BadValue, Ending, Plain, read};
use super::write::{self, Form};
use crate::data::list::End;
use crate::data::listpack::Item;
use crate::data::{Hash, List, Set, Text, Value, Zset};
use crate::keyspace::Settings;

/// Append the value: its kind and its content.
pub fn write_value(out: &mut Vec<u8>, value: &Value, form: Form) {
    match value {
        Value::Text(text) => write::text(out, text.bytes(&mut itoa::Buffer::new())),
        Value::List(list) => write::list(out, list.len(), |write| {
            list.elements().for_each(|element| write(&element.text()));
        }),
        Value::Hash(hash) if hash.first_end().is_some() => {
            let fields: Vec<Ending> = hash.iter().map(|pair| ending(hash, pair)).collect();
            write::plain(out, &Plain::EndingHash(fields), form);
        }
        Value::Hash(hash) => write::hash(out, hash.len(), |write| {
            hash.iter().for_each(|(field, value)| write(&field.text(), &value.text()));
        }),
        Value::Set(set) => write::set(out, set.len(), |write| {
            set.iter().for_each(|member| write(&member.text()));
        }),
        Value::Zset(value) => write::zset(out, value.len(), |write| {
            value.iter().for_each(|(member, score)| write(&member, score));
        }),
        Value::Stream(value) => write::stream(out, value, form),
    }
}

/// A field of `hash` with its end.
pub fn ending(hash: &Hash, (field, value): (Item<'_>, Item<'_>)) -> Ending {
    let (field, value) = (field.text(), value.text());
    ((*field).into(), (*value).into(), hash.end(&field))
}

/// The value that `bytes` are, to the last byte, in the structure that its size asks for.
pub fn read_value(bytes: &[u8], settings: &Settings) -> Result<Value, BadValue> {
    Ok(value_of(read(bytes)?, settings))
}

fn value_of(plain: Plain<'_>, settings: &Settings) -> Value {
    match plain {
        Plain::Text(text) => Value::Text(Text::new(&text)),
        Plain::List(elements) => {
            let mut list = List::default();
            for element in elements {
                list.push(End::Tail, &[&element], &settings.list);
            }
            Value::List(Box::new(list))
        }
        Plain::Zset(members) => {
            let limits = &settings.zset;
            let longest = members.iter().map(|(member, _)| member.len()).max().unwrap_or(0);
            let mut value = Zset::with_hint(members.len(), longest, limits);
            for (member, score) in members {
                value.insert(&member, score, limits);
            }
            value.settle(limits);
            Value::Zset(value)
        }
        Plain::Stream(stream) => Value::Stream(stream),
        Plain::Set(members) => {
            let limits = &settings.set;
            let mut set =
                Set::with_hint(members.first().map_or(&[], |member| member), members.len(), limits);
            for member in members {
                set.insert(&member, limits);
            }
            Value::Set(set)
        }
        Plain::EndingHash(fields) => {
            let mut hash = Hash::default();
            for (field, value, end) in fields {
                hash.insert(&field, &value, &settings.hash);
                end.map(|end| hash.set_end(&field, Some(end)));
            }
            Value::Hash(hash)
        }
        Plain::Hash(pairs) => Value::Hash(Hash::of(&pairs, &settings.hash)),
    }
}
