//! How long fields last, as Redis 7.4 tells it.

use super::end::fields;
use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::keyspace::Class;
use crate::resp::Outcome;

const fn asker(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, -5, Group::Hash, Run::Data(run))
        .flags(Flags::READONLY.or(Flags::FAST))
        .keys(Keys::ONE)
        .since("7.4.0")
}

/// `HTTL key FIELDS numfields field [field …]`
pub const HTTL: Spec = asker("HTTL", |call| tell(call, |end, now| (end - now + 999) / 1000));
/// `HPTTL key FIELDS numfields field [field …]`
pub const HPTTL: Spec = asker("HPTTL", |call| tell(call, |end, now| end - now));
/// `HEXPIRETIME key FIELDS numfields field [field …]`
pub const HEXPIRETIME: Spec = asker("HEXPIRETIME", |call| tell(call, |end, _| (end + 999) / 1000));
/// `HPEXPIRETIME key FIELDS numfields field [field …]`
pub const HPEXPIRETIME: Spec = asker("HPEXPIRETIME", |call| tell(call, |end, _| end));

/// `HPERSIST key FIELDS numfields field [field …]`
pub const HPERSIST: Spec = Spec::new("HPERSIST", -5, Group::Hash, Run::Data(hpersist))
    .flags(Flags::WRITE.or(Flags::FAST))
    .keys(Keys::ONE)
    .since("7.4.0");

/// What is answered for a field.
const NO_FIELD: i64 = -2;
const NO_END: i64 = -1;
const DONE: i64 = 1;

fn tell(call: &mut Call<'_>, say: impl Fn(i64, i64) -> i64) -> Outcome {
    let fields = fields(call.args, 2)?;
    let now = call.keys.now_ms();
    let hash = call.keys.hash(call.args[1])?;
    call.reply.array(fields.len());
    for field in fields {
        call.reply.int(match hash {
            Some(hash) if hash.contains(field) => {
                hash.end(field).map_or(NO_END, |end| say(end, now))
            }
            _ => NO_FIELD,
        });
    }
    Ok(())
}

fn hpersist(call: &mut Call<'_>) -> Outcome {
    let fields = fields(call.args, 2)?;
    let key = call.args[1];
    let mut hash = call.keys.hash_mut(key)?;
    call.reply.array(fields.len());
    let mut any = false;
    for field in fields {
        call.reply.int(match &mut hash {
            Some(hash) if hash.contains(field) => {
                let would = hash.set_end(field, None);
                any |= would;
                if would { DONE } else { NO_END }
            }
            _ => NO_FIELD,
        });
    }
    if any {
        call.keys.changed(key, Class::Hash, "hpersist");
    }
    Ok(())
}
