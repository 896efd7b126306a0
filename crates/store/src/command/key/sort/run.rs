//! The commands themselves: what they answer, and what they store.

use super::asked::Asked;
use super::{order, pattern, source};
use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::data::{List, Value, list};
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome};

/// `SORT key [BY pattern] [LIMIT offset count] [GET pattern …] [ASC|DESC] [ALPHA] [STORE destination]`
pub const SORT: Spec = Spec::new("SORT", -2, Group::Generic, Run::Data(sort))
    .flags(Flags::WRITE.or(Flags::DENYOOM).or(Flags::MOVABLE_KEYS))
    .keys(Keys::Sort);

/// `SORT_RO key [BY pattern] [LIMIT offset count] [GET pattern …] [ASC|DESC] [ALPHA]`
pub const SORT_RO: Spec = Spec::new("SORT_RO", -2, Group::Generic, Run::Data(sort_ro))
    .flags(Flags::READONLY.or(Flags::MOVABLE_KEYS))
    .keys(Keys::ONE)
    .since("7.0.0");

fn sort(call: &mut Call<'_>) -> Outcome {
    let mut asked = Asked::parse(call.args, true)?;
    if asked.as_is
        && (asked.store.is_some() || call.session.script)
        && matches!(call.keys.peek(call.args[1]), Some(Value::Set(_)))
    {
        // A set has no order of its own that a list could keep, or a script could rely on.
        (asked.as_is, asked.alpha, asked.by) = (false, true, None);
    }
    run(call, &asked)
}

fn sort_ro(call: &mut Call<'_>) -> Outcome {
    let asked = Asked::parse(call.args, false)?;
    run(call, &asked)
}

fn run(call: &mut Call<'_>, asked: &Asked<'_>) -> Outcome {
    let elements = source::elements(call, asked)?;
    let sorted = order::sorted(call, asked, elements)?;
    let values = gather(call, asked, sorted);
    match asked.store {
        Some(key) => {
            let values = values.into_iter().map(Option::unwrap_or_default).collect();
            store(call, key, values)
        }
        None => {
            call.reply.array(values.len());
            values.iter().for_each(|value| call.reply.bulk_or_null(value.as_deref()));
            Ok(())
        }
    }
}

/// The elements themselves, or for each what the patterns of `GET` lead to.
fn gather(call: &mut Call<'_>, asked: &Asked<'_>, sorted: Vec<Vec<u8>>) -> Vec<Option<Vec<u8>>> {
    if asked.get.is_empty() {
        return sorted.into_iter().map(Some).collect();
    }
    let mut values = Vec::with_capacity(sorted.len() * asked.get.len());
    for element in &sorted {
        for pattern in &asked.get {
            values.push(pattern::look_up(call, pattern, element));
        }
    }
    values
}

/// Put a list of `values` at `key`.
fn store(call: &mut Call<'_>, key: &[u8], values: Vec<Vec<u8>>) -> Outcome {
    let (mut list, limits) = (List::default(), call.keys.settings.list);
    for value in &values {
        list.push(list::End::Tail, &[value], &limits);
    }
    call.store(key, Value::List(Box::new(list)), (Class::List, "sortstore"));
    call.reply.count(values.len());
    Ok(())
}

/// What is answered when a weight is no number.
pub(super) fn no_number() -> Fault {
    Fault::err("One or more scores can't be converted into double")
}
