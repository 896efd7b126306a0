//! Strings that are numbers.

use crate::command::{Call, Flags, Group, Keys, Run, Spec, args};
use crate::data::{Text, Value};
use crate::keyspace::Class;
use crate::resp::{Extended, Fault, Outcome};

const fn counter(name: &'static str, arity: i8, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, arity, Group::Text, Run::Data(run))
        .flags(Flags::WRITE.or(Flags::DENYOOM).or(Flags::FAST))
        .keys(Keys::ONE)
}

/// `INCR key`
pub const INCR: Spec = counter("INCR", 2, |call| add(call, 1));
/// `DECR key`
pub const DECR: Spec = counter("DECR", 2, |call| add(call, -1));
/// `INCRBY key increment`
pub const INCRBY: Spec = counter("INCRBY", 3, |call| add(call, args::int(call.args[2])?));
/// `DECRBY key decrement`
pub const DECRBY: Spec = counter("DECRBY", 3, decrby);
/// `INCRBYFLOAT key increment`
pub const INCRBYFLOAT: Spec = counter("INCRBYFLOAT", 3, incrbyfloat).since("2.6.0");

fn decrby(call: &mut Call<'_>) -> Outcome {
    let by = args::int(call.args[2])?.checked_neg();
    add(call, by.ok_or(Fault::plain("ERR decrement would overflow"))?)
}

fn add(call: &mut Call<'_>, by: i64) -> Outcome {
    let key = call.args[1];
    let sum = |old: i64| {
        old.checked_add(by).ok_or(Fault::plain("ERR increment or decrement would overflow"))
    };
    let new = match call.keys.text_mut(key)? {
        Some(text) => {
            let new = sum(text.int().ok_or(Fault::NotInteger)?)?;
            *text = Text::from(new);
            new
        }
        None => {
            let new = sum(0)?;
            call.keys.insert(key, Value::Text(Text::from(new)));
            new
        }
    };
    call.keys.changed(key, Class::Text, "incrby");
    call.reply.int(new);
    Ok(())
}

fn incrbyfloat(call: &mut Call<'_>) -> Outcome {
    let key = call.args[1];
    let mut digits = itoa::Buffer::new();
    let old = match call.keys.text_mut(key)? {
        Some(text) => Extended::parse(text.bytes(&mut digits)).ok_or(Fault::NotFloat)?,
        None => Extended::ZERO,
    };
    let by = Extended::parse(call.args[2]).ok_or(Fault::NotFloat)?;
    let sum = old.plus(by);
    let sum = sum.ok_or(Fault::plain("ERR increment would produce NaN or Infinity"))?.text();
    call.keys.replace(key, Value::Text(Text::plain(sum.as_bytes())));
    call.keys.changed(key, Class::Text, "incrbyfloat");
    call.effect(&[b"SET", key, sum.as_bytes(), b"KEEPTTL"]);
    call.reply.bulk(sum.as_bytes());
    Ok(())
}
