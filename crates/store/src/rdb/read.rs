//! Reading a value in any form that Redis 2.4 to 7.4 writes.

use super::input::Input;
use super::kind::*;
use super::packed::{each_intset, each_listpack, each_ziplist, each_zipmap};
use super::stream;
use crate::data::Stream;
use crate::resp::{parse_double, parse_int};
use std::borrow::Cow;
use std::collections::HashSet;

/// A field and its value, where they were read if they lie there as they are.
pub type Pair<'a> = (Cow<'a, [u8]>, Cow<'a, [u8]>);

/// A field, its value, and when it ends, in milliseconds since 1970.
pub type Ending = (Box<[u8]>, Box<[u8]>, Option<i64>);

/// A member and its score.
pub type Scored = (Box<[u8]>, f64);

/// A value, not yet in the structure that keeps it.
#[derive(Debug, Clone)]
pub enum Plain<'a> {
    /// A string.
    Text(Vec<u8>),
    /// Elements in order.
    List(Vec<Box<[u8]>>),
    /// Members, each once.
    Set(Vec<Box<[u8]>>),
    /// Fields, each once, and values.
    Hash(Vec<Pair<'a>>),
    /// As `Hash`, where fields may end.
    EndingHash(Vec<Ending>),
    /// Members, each once, and scores.
    Zset(Vec<Scored>),
    /// A stream.
    Stream(Box<Stream>),
}

/// The bytes are no value, or one with what no value has: no elements, an element twice, a score that is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("bad data format")]
pub struct BadValue;

/// Among so few names one that is there twice is sooner found by comparing all of them than by a table.
const FEW: usize = 16;

/// The value that `bytes` are: its kind and its content, to the last byte.
pub fn read(bytes: &[u8]) -> Result<Plain<'_>, BadValue> {
    let mut input = Input(bytes);
    let value = value(&mut input).ok_or(BadValue)?;
    if !input.0.is_empty() || value.is_empty() || !value.is_sound() {
        return Err(BadValue);
    }
    Ok(value)
}

impl Plain<'_> {
    /// A value that would have been removed.
    fn is_empty(&self) -> bool {
        match self {
            Plain::Text(_) | Plain::Stream(_) => false,
            Plain::List(list) | Plain::Set(list) => list.is_empty(),
            Plain::Hash(pairs) => pairs.is_empty(),
            Plain::EndingHash(fields) => fields.is_empty(),
            Plain::Zset(members) => members.is_empty(),
        }
    }

    /// Nothing is there twice that must be there once.
    fn is_sound(&self) -> bool {
        fn once<'a>(names: impl ExactSizeIterator<Item = &'a [u8]> + Clone) -> bool {
            if names.len() <= FEW {
                let mut later = names.clone();
                return names.into_iter().all(|name| {
                    later.next();
                    !later.clone().any(|other| other == name)
                });
            }
            let mut seen = HashSet::with_capacity(names.len());
            names.into_iter().all(|name| seen.insert(name))
        }
        match self {
            Plain::Text(_) | Plain::List(_) | Plain::Stream(_) => true,
            Plain::Set(members) => once(members.iter().map(|member| &**member)),
            Plain::Hash(pairs) => once(pairs.iter().map(|(field, _)| &**field)),
            Plain::EndingHash(fields) => once(fields.iter().map(|(field, ..)| &**field)),
            Plain::Zset(members) => {
                once(members.iter().map(|(member, _)| &**member))
                    && members.iter().all(|(_, score)| !score.is_nan())
            }
        }
    }
}

fn value<'a>(input: &mut Input<'a>) -> Option<Plain<'a>> {
    Some(match input.byte()? {
        TEXT => Plain::Text(input.string()?.into_owned()),
        LIST => Plain::List(strings(input)?),
        SET => Plain::Set(strings(input)?),
        ZSET => Plain::Zset(scored(input, old_score)?),
        ZSET_2 => Plain::Zset(scored(input, |input| Some(f64::from_le_bytes(input.array()?)))?),
        HASH => Plain::Hash(fields(input)?),
        HASH_ZIPMAP => Plain::Hash(pairs(elements(&input.string()?, each_zipmap)?)?),
        LIST_ZIPLIST => Plain::List(elements(&input.string()?, each_ziplist)?),
        SET_INTSET => Plain::Set(elements(&input.string()?, each_intset)?),
        ZSET_ZIPLIST => Plain::Zset(scores(elements(&input.string()?, each_ziplist)?)?),
        HASH_ZIPLIST => Plain::Hash(pairs(elements(&input.string()?, each_ziplist)?)?),
        HASH_LISTPACK => Plain::Hash(pairs(elements(&input.string()?, each_listpack)?)?),
        ZSET_LISTPACK => Plain::Zset(scores(elements(&input.string()?, each_listpack)?)?),
        SET_LISTPACK => Plain::Set(elements(&input.string()?, each_listpack)?),
        HASH_ENDING => Plain::EndingHash(ending_fields(input)?),
        HASH_LISTPACK_ENDING => Plain::EndingHash(ending_listpack(input)?),
        kind @ (LIST_QUICKLIST | LIST_QUICKLIST_2) => Plain::List(quicklist(kind, input)?),
        kind @ (STREAM | STREAM_2 | STREAM_3) => {
            Plain::Stream(Box::new(stream::read(kind, input)?))
        }
        _ => return None,
    })
}

fn strings(input: &mut Input<'_>) -> Option<Vec<Box<[u8]>>> {
    (0..input.count()?).map(|_| Some(input.string()?.into())).collect()
}

fn fields<'a>(input: &mut Input<'a>) -> Option<Vec<Pair<'a>>> {
    // What comes from elsewhere may claim any count: it gets no more room than it has bytes for.
    let count = input.count()?;
    let mut fields = Vec::with_capacity(count.min(FEW));
    for _ in 0..count {
        fields.push((input.string()?, input.string()?));
    }
    Some(fields)
}

/// First the earliest end; of each field how much later than a millisecond before that it ends, 0 if it does not.
fn ending_fields(input: &mut Input<'_>) -> Option<Vec<Ending>> {
    let first = i64::from_le_bytes(input.array()?);
    let field = |input: &mut Input<'_>| {
        let end = match i64::try_from(input.number()?).ok()? {
            0 => None,
            later => Some(first.checked_add(later - 1).filter(|end| *end >= 0)?),
        };
        Some((input.string()?.into(), input.string()?.into(), end))
    };
    (0..input.count()?).map(|_| field(input)).collect()
}

/// The earliest end, and a listpack of fields, values and ends, 0 for none.
fn ending_listpack(input: &mut Input<'_>) -> Option<Vec<Ending>> {
    input.array::<8>()?;
    let mut list = elements(&input.string()?, each_listpack)?.into_iter();
    let mut fields = Vec::with_capacity(list.len() / 3);
    while let Some(field) = list.next() {
        let (value, end) = (list.next()?, parse_int(&list.next()?).filter(|end| *end >= 0)?);
        fields.push((field, value, (end > 0).then_some(end)));
    }
    Some(fields)
}

fn scored(
    input: &mut Input<'_>,
    score: impl Fn(&mut Input<'_>) -> Option<f64>,
) -> Option<Vec<Scored>> {
    (0..input.count()?).map(|_| Some((input.string()?.into(), score(input)?))).collect()
}

/// A score as text, as servers before version 4 wrote it.
fn old_score(input: &mut Input<'_>) -> Option<f64> {
    match input.byte()? {
        253 => Some(f64::NAN),
        254 => Some(f64::INFINITY),
        255 => Some(f64::NEG_INFINITY),
        len => parse_double(input.take(usize::from(len))?),
    }
}

fn quicklist(kind: u8, input: &mut Input<'_>) -> Option<Vec<Box<[u8]>>> {
    const PLAIN: u64 = 1;
    const PACKED: u64 = 2;
    let mut list: Vec<Box<[u8]>> = Vec::new();
    for _ in 0..input.count()? {
        let container = if kind == LIST_QUICKLIST { None } else { Some(input.number()?) };
        let node = input.string()?;
        let before = list.len();
        let mut push = |element: &[u8]| {
            list.push(element.into());
            Some(())
        };
        match container {
            None => each_ziplist(&node, &mut push)?,
            Some(PLAIN) => push(&node)?,
            Some(PACKED) => each_listpack(&node, &mut push)?,
            Some(_) => return None,
        }
        // Redis takes an empty node of the older form, which old servers wrote.
        if container.is_some() && list.len() == before {
            return None;
        }
    }
    Some(list)
}

type Visit<'a> = &'a mut dyn FnMut(&[u8]) -> Option<()>;

fn elements(
    packed: &[u8],
    each: impl Fn(&[u8], Visit<'_>) -> Option<()>,
) -> Option<Vec<Box<[u8]>>> {
    let mut list: Vec<Box<[u8]>> = Vec::new();
    each(packed, &mut |element| {
        list.push(element.into());
        Some(())
    })?;
    Some(list)
}

fn pairs<T: From<Vec<u8>>>(list: Vec<Box<[u8]>>) -> Option<Vec<(T, T)>> {
    let mut list = list.into_iter().map(|element| T::from(element.into_vec()));
    let mut pairs = Vec::with_capacity(list.len() / 2);
    while let Some(first) = list.next() {
        pairs.push((first, list.next()?));
    }
    Some(pairs)
}

fn scores(list: Vec<Box<[u8]>>) -> Option<Vec<Scored>> {
    let score = |(member, score): (Box<[u8]>, Box<[u8]>)| Some((member, parse_double(&score)?));
    pairs(list)?.into_iter().map(score).collect()
}
