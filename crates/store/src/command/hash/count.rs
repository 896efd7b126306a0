//! Values that are numbers.

use crate::command::{Call, Flags, Group, Keys, Run, Spec, args};
use crate::data::{Hash, Value};
use crate::keyspace::Class;
use crate::resp::{Extended, Fault, Outcome, parse_int};

const fn counter(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, 4, Group::Hash, Run::Data(run))
        .flags(Flags::WRITE.or(Flags::DENYOOM).or(Flags::FAST))
        .keys(Keys::ONE)
}

/// `HINCRBY key field increment`
pub const HINCRBY: Spec = counter("HINCRBY", hincrby).since("2.0.0");
/// `HINCRBYFLOAT key field increment`
pub const HINCRBYFLOAT: Spec = counter("HINCRBYFLOAT", hincrbyfloat).since("2.6.0");

fn hincrby(call: &mut Call<'_>) -> Outcome {
    let by = args::int(call.args[3])?;
    let old = match call.keys.hash_mut(call.args[1])?.and_then(|hash| hash.get(call.args[2])) {
        Some(item) => {
            parse_int(&item.text()).ok_or(Fault::plain("ERR hash value is not an integer"))?
        }
        None => 0,
    };
    let sum = old.checked_add(by);
    let sum = sum.ok_or(Fault::plain("ERR increment or decrement would overflow"))?;
    let mut digits = itoa::Buffer::new();
    keep(call, digits.format(sum).as_bytes(), "hincrby")?;
    call.reply.int(sum);
    Ok(())
}

fn hincrbyfloat(call: &mut Call<'_>) -> Outcome {
    let (key, field) = (call.args[1], call.args[2]);
    let by = Extended::parse(call.args[3]).ok_or(Fault::NotFloat)?;
    if by.is_infinite() {
        return Err(Fault::plain("ERR value is NaN or Infinity"));
    }
    let old = match call.keys.hash_mut(key)?.and_then(|hash| hash.get(field)) {
        Some(item) => {
            Extended::parse(&item.text()).ok_or(Fault::plain("ERR hash value is not a float"))?
        }
        None => Extended::ZERO,
    };
    let sum = old.plus(by);
    let sum = sum.ok_or(Fault::plain("ERR increment would produce NaN or Infinity"))?.text();
    keep(call, sum.as_bytes(), "hincrbyfloat")?;
    call.reply.bulk(sum.as_bytes());
    Ok(())
}

/// Set the field of the command to `value`; if it is to end, it still is.
fn keep(call: &mut Call<'_>, value: &[u8], event: &'static str) -> Outcome {
    let (key, field, limits) = (call.args[1], call.args[2], call.keys.settings.hash);
    let mut end = None;
    match call.keys.hash_mut(key)? {
        Some(hash) => {
            hash.insert_keeping(field, value, &limits);
            end = hash.end(field);
        }
        None => {
            let mut hash = Hash::default();
            hash.insert(field, value, &limits);
            call.keys.insert(key, Value::Hash(hash));
        }
    }
    call.keys.changed(key, Class::Hash, event);
    // What it became, which is the same however often it is made.
    call.effect(&[b"HSET", key, field, value]);
    if let Some(end) = end {
        call.field_end_effect(key, field, end);
    }
    Ok(())
}
