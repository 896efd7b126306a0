//! Several strings at once.

use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::data::{Text, Value};
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome};

/// `MGET key [key …]`
pub const MGET: Spec = Spec::new("MGET", -2, Group::Text, Run::Data(mget))
    .flags(Flags::READONLY.or(Flags::FAST))
    .keys(Keys::ALL);

/// `MSET key value [key value …]`
pub const MSET: Spec = Spec::new("MSET", -3, Group::Text, Run::Data(mset))
    .flags(Flags::WRITE.or(Flags::DENYOOM))
    .keys(Keys::PAIRS)
    .since("1.0.1");

/// `MSETNX key value [key value …]`
pub const MSETNX: Spec = Spec::new("MSETNX", -3, Group::Text, Run::Data(msetnx))
    .flags(Flags::WRITE.or(Flags::DENYOOM))
    .keys(Keys::PAIRS)
    .since("1.0.1");

fn mget(call: &mut Call<'_>) -> Outcome {
    let keys = call.args.get(1..).unwrap_or_default();
    call.reply.array(keys.len());
    for key in keys {
        let mut digits = itoa::Buffer::new();
        match call.keys.read(key) {
            Some(Value::Text(text)) => call.reply.bulk(text.bytes(&mut digits)),
            _ => call.reply.null(),
        }
    }
    Ok(())
}

fn mset(call: &mut Call<'_>) -> Outcome {
    put_all(call, pairs(call.args, "mset")?);
    call.reply.ok();
    Ok(())
}

fn msetnx(call: &mut Call<'_>) -> Outcome {
    let pairs = pairs(call.args, "msetnx")?;
    let free = pairs.chunks_exact(2).all(|pair| !call.keys.exists(pair[0]));
    if free {
        put_all(call, pairs);
    }
    call.reply.int(free.into());
    Ok(())
}

fn pairs<'a>(args: &'a [&'a [u8]], name: &str) -> Result<&'a [&'a [u8]], Fault> {
    match args.get(1..) {
        Some(pairs) if pairs.len() % 2 == 0 => Ok(pairs),
        _ => Err(Fault::arity(name)),
    }
}

fn put_all(call: &mut Call<'_>, pairs: &[&[u8]]) {
    for pair in pairs.chunks_exact(2) {
        let (key, value) = (pair[0], pair[1]);
        call.keys.insert(key, Value::Text(Text::new(value)));
        call.keys.changed(key, Class::Text, "set");
        call.effect(&[b"SET", key, value]);
    }
}
