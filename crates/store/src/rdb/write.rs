//! Writing a value in a form that Redis reads.

use super::input::{write_number, write_string};
use super::kind::{HASH, HASH_ENDING, LIST, SET, STREAM_2, STREAM_3, TEXT, ZSET_2};
use super::read::Plain;
use crate::data::Stream;

/// For whom streams are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For this program: all that is known.
    Own,
    /// For Redis 7.0 too, which does not know when a consumer was active last.
    Portable,
}

/// Append a string.
pub fn text(out: &mut Vec<u8>, text: &[u8]) {
    out.push(TEXT);
    write_string(out, text);
}

/// Append a list of `len` elements.
pub fn list(out: &mut Vec<u8>, len: usize, each: impl FnOnce(&mut dyn FnMut(&[u8]))) {
    counted(out, LIST, len, each);
}

/// Append a set of `len` members.
pub fn set(out: &mut Vec<u8>, len: usize, each: impl FnOnce(&mut dyn FnMut(&[u8]))) {
    counted(out, SET, len, each);
}

/// Append a hash of `len` fields.
pub fn hash(out: &mut Vec<u8>, len: usize, each: impl FnOnce(&mut dyn FnMut(&[u8], &[u8]))) {
    out.push(HASH);
    write_number(out, len as u64);
    each(&mut |field, value| {
        write_string(out, field);
        write_string(out, value);
    });
}

/// Append a hash some of whose fields end, the first of them at `first_ms` (milliseconds since 1970). Redis 7.4 reads
/// it; earlier ones refuse it, which is better than to keep for ever what was to end.
pub fn ending_hash<'a>(
    out: &mut Vec<u8>,
    first_ms: i64,
    fields: impl ExactSizeIterator<Item = (&'a [u8], &'a [u8], Option<i64>)>,
) {
    out.push(HASH_ENDING);
    out.extend_from_slice(&first_ms.to_le_bytes());
    write_number(out, fields.len() as u64);
    for (field, value, end) in fields {
        write_number(
            out,
            end.map_or(0, |end| end.saturating_sub(first_ms).saturating_add(1) as u64),
        );
        write_string(out, field);
        write_string(out, value);
    }
}

/// Append a sorted set of `len` members.
pub fn zset(out: &mut Vec<u8>, len: usize, each: impl FnOnce(&mut dyn FnMut(&[u8], f64))) {
    out.push(ZSET_2);
    write_number(out, len as u64);
    each(&mut |member, score| {
        write_string(out, member);
        out.extend_from_slice(&score.to_le_bytes());
    });
}

/// Append a stream.
pub fn stream(out: &mut Vec<u8>, value: &Stream, form: Form) {
    let kind = if form == Form::Own { STREAM_3 } else { STREAM_2 };
    out.push(kind);
    super::stream::write(out, kind, value);
}

fn counted(out: &mut Vec<u8>, kind: u8, len: usize, each: impl FnOnce(&mut dyn FnMut(&[u8]))) {
    out.push(kind);
    write_number(out, len as u64);
    each(&mut |element| write_string(out, element));
}

/// Append a value that was read.
pub fn plain(out: &mut Vec<u8>, value: &Plain, form: Form) {
    match value {
        Plain::Text(bytes) => text(out, bytes),
        Plain::List(elements) => {
            list(out, elements.len(), |write| elements.iter().for_each(|element| write(element)));
        }
        Plain::Set(members) => {
            set(out, members.len(), |write| members.iter().for_each(|member| write(member)));
        }
        Plain::Hash(pairs) => {
            let each = pairs.iter();
            hash(out, pairs.len(), |write| each.for_each(|(field, value)| write(field, value)));
        }
        Plain::EndingHash(fields) => {
            let first = fields.iter().filter_map(|(.., end)| *end).min().unwrap_or(0);
            let each = fields.iter().map(|(field, value, end)| (&**field, &**value, *end));
            ending_hash(out, first, each);
        }
        Plain::Zset(members) => {
            let each = members.iter();
            zset(out, members.len(), |write| {
                each.for_each(|(member, score)| write(member, *score))
            });
        }
        Plain::Stream(value) => stream(out, value, form),
    }
}
