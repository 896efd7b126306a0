//! When fields end: `HEXPIRE` and its kin, as Redis 7.4 has them.

use crate::command::args::{int, is};
use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome, parse_int};

const fn ender(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, -6, Group::Hash, Run::Data(run))
        .flags(Flags::WRITE.or(Flags::DENYOOM).or(Flags::FAST))
        .keys(Keys::ONE)
        .since("7.4.0")
}

/// `HEXPIRE key seconds [NX|XX|GT|LT] FIELDS numfields field [field …]`
pub const HEXPIRE: Spec = ender("HEXPIRE", |call| end(call, "hexpire", SECOND, true));
/// `HPEXPIRE key milliseconds [NX|XX|GT|LT] FIELDS numfields field [field …]`
pub const HPEXPIRE: Spec = ender("HPEXPIRE", |call| end(call, "hpexpire", 1, true));
/// `HEXPIREAT key unix-time-seconds [NX|XX|GT|LT] FIELDS numfields field [field …]`
pub const HEXPIREAT: Spec = ender("HEXPIREAT", |call| end(call, "hexpireat", SECOND, false));
/// `HPEXPIREAT key unix-time-milliseconds [NX|XX|GT|LT] FIELDS numfields field [field …]`
pub const HPEXPIREAT: Spec = ender("HPEXPIREAT", |call| end(call, "hpexpireat", 1, false));

/// Milliseconds.
const SECOND: i64 = 1_000;
/// The last end that there is, in milliseconds since 1970.
const END_MAX_MS: i64 = (1 << 48) - 2;

/// What is answered for a field.
const NO_FIELD: i64 = -2;
const NOT_MET: i64 = 0;
const SET: i64 = 1;
const REMOVED: i64 = 2;

/// When a field's end may be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    Always,
    /// It does not end.
    New,
    /// It ends.
    Ends,
    /// Later than it ends; not if it does not end.
    Later,
    /// Earlier than it ends, or it does not end.
    Earlier,
}

impl Condition {
    fn parse(arg: &[u8]) -> Option<Self> {
        [("NX", Self::New), ("XX", Self::Ends), ("GT", Self::Later), ("LT", Self::Earlier)]
            .into_iter()
            .find_map(|(word, condition)| is(arg, word).then_some(condition))
    }

    fn is_met(self, old: Option<i64>, new: i64) -> bool {
        match self {
            Condition::Always => true,
            Condition::New => old.is_none(),
            Condition::Ends => old.is_some(),
            Condition::Later => old.is_some_and(|old| new > old),
            Condition::Earlier => old.is_none_or(|old| new < old),
        }
    }
}

/// The fields of a command: `FIELDS numfields field [field …]` from `at` on.
pub(super) fn fields<'a>(args: &[&'a [u8]], at: usize) -> Result<Vec<&'a [u8]>, Fault> {
    let rest = args.get(at..).unwrap_or_default();
    let [word, count, fields @ ..] = rest else {
        return Err(Fault::plain("ERR wrong number of arguments"));
    };
    if !is(word, "FIELDS") {
        return Err(Fault::plain(
            "ERR Mandatory argument FIELDS is missing or not at the right position",
        ));
    }
    let count = parse_int(count).filter(|count| *count > 0);
    let count = count.ok_or(Fault::plain("ERR Parameter `numFields` should be greater than 0"))?;
    if count as u64 != fields.len() as u64 {
        return Err(Fault::plain(
            "ERR The `numfields` parameter must match the number of arguments",
        ));
    }
    Ok(fields.to_vec())
}

fn end(call: &mut Call<'_>, name: &str, unit_ms: i64, from_now: bool) -> Outcome {
    let key = call.args[1];
    let start = if from_now { call.keys.now_ms() } else { 0 };
    let given = int(call.args[2])?;
    if given < 0 {
        return Err(Fault::plain("ERR invalid expire time, must be >= 0"));
    }
    let end = given.checked_mul(unit_ms).and_then(|ms| ms.checked_add(start));
    let Some(end) = end.filter(|end| *end <= END_MAX_MS) else {
        return Err(Fault::err(format_args!("invalid expire time in '{name}' command")));
    };
    let condition = Condition::parse(call.args[3]);
    let fields = fields(call.args, 3 + usize::from(condition.is_some()))?;
    call.keys.hash_mut(key)?;
    call.reply.array(fields.len());
    let past = end <= call.keys.now_ms() && !call.keys.replaying();
    let (mut set, mut removed) = (Vec::new(), Vec::new());
    for field in fields {
        let outcome = one(call, field, end, condition.unwrap_or(Condition::Always), past)?;
        match outcome {
            SET => set.push(field),
            REMOVED => removed.push(field),
            _ => {}
        }
        call.reply.int(outcome);
    }
    if !set.is_empty() {
        call.keys.changed(key, Class::Hash, "hexpire");
        set.iter().for_each(|field| call.field_end_effect(key, field, end));
    }
    if !removed.is_empty() {
        call.keys.changed(key, Class::Hash, "hdel");
        call.keys.settle(key);
        let mut effect: Vec<&[u8]> = vec![b"HDEL", key];
        effect.append(&mut removed);
        call.effect(&effect);
    }
    Ok(())
}

/// Let one field end, if the condition is met.
fn one(
    call: &mut Call<'_>,
    field: &[u8],
    end: i64,
    condition: Condition,
    past: bool,
) -> Result<i64, Fault> {
    let Some(hash) = call.keys.hash_mut(call.args[1])? else { return Ok(NO_FIELD) };
    if !hash.contains(field) {
        return Ok(NO_FIELD);
    }
    if !condition.is_met(hash.end(field), end) {
        return Ok(NOT_MET);
    }
    if past {
        hash.remove(field);
        return Ok(REMOVED);
    }
    hash.set_end(field, Some(end));
    Ok(SET)
}

impl Call<'_> {
    /// Log that a field ends at `end_ms`.
    pub(super) fn field_end_effect(&mut self, key: &[u8], field: &[u8], end_ms: i64) {
        let mut digits = itoa::Buffer::new();
        let end = digits.format(end_ms).as_bytes();
        self.effect(&[b"HPEXPIREAT", key, end, b"FIELDS", b"1", field]);
    }
}
