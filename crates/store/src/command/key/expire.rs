//! When a key ends.

use crate::command::args::is;
use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec, args};
use crate::resp::{Fault, Outcome};

const fn expiry(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, -3, Group::Generic, Run::Data(run))
        .flags(Flags::WRITE.or(Flags::FAST))
        .keys(Keys::ONE)
}

/// `EXPIRE key seconds [NX|XX|GT|LT]`
pub const EXPIRE: Spec = expiry("EXPIRE", |call| expire(call, "expire", 1000, false));
/// `PEXPIRE key milliseconds [NX|XX|GT|LT]`
pub const PEXPIRE: Spec =
    expiry("PEXPIRE", |call| expire(call, "pexpire", 1, false)).since("2.6.0");
/// `EXPIREAT key seconds [NX|XX|GT|LT]`
pub const EXPIREAT: Spec =
    expiry("EXPIREAT", |call| expire(call, "expireat", 1000, true)).since("1.2.0");
/// `PEXPIREAT key milliseconds [NX|XX|GT|LT]`
pub const PEXPIREAT: Spec =
    expiry("PEXPIREAT", |call| expire(call, "pexpireat", 1, true)).since("2.6.0");

/// What must hold of the end that the key has.
#[derive(Debug, Clone, Copy, Default)]
struct Condition {
    none: bool,
    some: bool,
    earlier: bool,
    later: bool,
}

impl Condition {
    fn parse(rest: Args<'_>) -> Result<Self, Fault> {
        let mut asked = Condition::default();
        for word in rest {
            match word {
                word if is(word, "NX") => asked.none = true,
                word if is(word, "XX") => asked.some = true,
                word if is(word, "GT") => asked.earlier = true,
                word if is(word, "LT") => asked.later = true,
                other => {
                    return Err(Fault::quoting(&[b"ERR Unsupported option ", other]));
                }
            }
        }
        if asked.none && (asked.some || asked.earlier || asked.later) {
            return Err(Fault::err(
                "NX and XX, GT or LT options at the same time are not compatible",
            ));
        }
        if asked.earlier && asked.later {
            return Err(Fault::err("GT and LT options at the same time are not compatible"));
        }
        Ok(asked)
    }

    /// Whether it holds of a key that ends at `end`, or never, and is to end at `at`.
    fn holds(self, end: Option<i64>, at: i64) -> bool {
        !(self.none && end.is_some()
            || self.some && end.is_none()
            || self.earlier && end.is_none_or(|end| at <= end)
            || self.later && end.is_some_and(|end| at >= end))
    }
}

fn expire(call: &mut Call<'_>, name: &str, unit_ms: i64, absolute: bool) -> Outcome {
    let key = call.args[1];
    let condition = Condition::parse(Args::from(call.args, 3))?;
    let from = if absolute { 0 } else { call.keys.now_ms() };
    let at = args::int(call.args[2])?.checked_mul(unit_ms).and_then(|ms| ms.checked_add(from));
    let at =
        at.ok_or_else(|| Fault::err(format_args!("invalid expire time in '{name}' command")))?;
    let wanted = match call.keys.entry(key) {
        Some(entry) => condition.holds(entry.expires_ms(), at),
        None => false,
    };
    if wanted {
        call.expire(key, at);
    }
    call.reply.int(wanted.into());
    Ok(())
}
