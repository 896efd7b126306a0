//! Setting and removing fields.

use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::data::{Hash, Value};
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome};
use smallvec::SmallVec;

const fn setter(name: &'static str, arity: i8, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, arity, Group::Hash, Run::Data(run))
        .flags(Flags::WRITE.or(Flags::DENYOOM).or(Flags::FAST))
        .keys(Keys::ONE)
        .since("2.0.0")
}

/// `HSET key field value [field value …]`
pub const HSET: Spec = setter("HSET", -4, |call| {
    let new = set(call, "hset")?;
    call.reply.count(new);
    Ok(())
});

/// `HMSET key field value [field value …]`
pub const HMSET: Spec = setter("HMSET", -4, |call| {
    set(call, "hmset")?;
    call.reply.ok();
    Ok(())
});

/// `HSETNX key field value`
pub const HSETNX: Spec = setter("HSETNX", 4, hsetnx);

/// `HDEL key field [field …]`
pub const HDEL: Spec = Spec::new("HDEL", -3, Group::Hash, Run::Data(hdel))
    .flags(Flags::WRITE.or(Flags::FAST))
    .keys(Keys::ONE)
    .since("2.0.0");

/// Set all pairs of the command. How many fields are new.
fn set(call: &mut Call<'_>, name: &str) -> Result<usize, Fault> {
    let (pairs, []) = call.args[2..].as_chunks::<2>() else { return Err(Fault::arity(name)) };
    let (key, limits) = (call.args[1], call.keys.settings.hash);
    let new = match call.keys.hash_mut(key)? {
        Some(hash) => {
            pairs.iter().filter(|[field, value]| hash.insert(field, value, &limits)).count()
        }
        None => {
            let pairs: SmallVec<[_; 16]> =
                pairs.iter().map(|[field, value]| (*field, *value)).collect();
            let mut hash = Hash::of(&pairs, &limits);
            let new = hash.len();
            hash.share(&mut call.keys.shapes);
            call.keys.insert(key, Value::Hash(hash));
            new
        }
    };
    call.keys.changed(key, Class::Hash, "hset");
    Ok(new)
}

fn hsetnx(call: &mut Call<'_>) -> Outcome {
    let there = call.keys.hash_mut(call.args[1])?.is_some_and(|hash| hash.contains(call.args[2]));
    if !there {
        set(call, "hsetnx")?;
        call.effect(&[b"HSET", call.args[1], call.args[2], call.args[3]]);
    }
    call.reply.int((!there).into());
    Ok(())
}

fn hdel(call: &mut Call<'_>) -> Outcome {
    let key = call.args[1];
    let mut removed = 0;
    if let Some(hash) = call.keys.hash_mut(key)? {
        removed = call.args[2..].iter().filter(|field| hash.remove(field)).count();
    }
    if removed > 0 {
        call.keys.changed(key, Class::Hash, "hdel");
        call.keys.settle(key);
    }
    call.reply.count(removed);
    Ok(())
}
