//! `SET` and its older forms.

use super::until::Until;
use crate::command::args::is;
use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec};
use crate::data::{Text, Value};
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome};

const fn setter(name: &'static str, arity: i8, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, arity, Group::Text, Run::Data(run))
        .flags(Flags::WRITE.or(Flags::DENYOOM))
        .keys(Keys::ONE)
}

/// `SET key value [NX|XX] [GET] [EX seconds|PX milliseconds|EXAT seconds|PXAT milliseconds|KEEPTTL]`
pub const SET: Spec = setter("SET", -3, set);
/// `SETNX key value`
pub const SETNX: Spec =
    setter("SETNX", 3, setnx).flags(Flags::WRITE.or(Flags::DENYOOM).or(Flags::FAST));
/// `SETEX key seconds value`
pub const SETEX: Spec = setter("SETEX", 4, |call| set_until(call, "setex", true)).since("2.0.0");
/// `PSETEX key milliseconds value`
pub const PSETEX: Spec =
    setter("PSETEX", 4, |call| set_until(call, "psetex", false)).since("2.6.0");
/// `GETSET key value`
pub const GETSET: Spec =
    setter("GETSET", 3, getset).flags(Flags::WRITE.or(Flags::DENYOOM).or(Flags::FAST));

/// Options of `SET`.
#[derive(Default)]
struct Asked<'a> {
    only_new: bool,
    only_old: bool,
    get: bool,
    keep: bool,
    until: Option<Until<'a>>,
}

impl<'a> Asked<'a> {
    fn parse(args: &'a [&'a [u8]]) -> Result<Self, Fault> {
        let (mut asked, mut rest) = (Asked::default(), Args::from(args, 3));
        while let Some(word) = rest.next() {
            if is(word, "NX") && !asked.only_old {
                asked.only_new = true;
            } else if is(word, "XX") && !asked.only_new {
                asked.only_old = true;
            } else if is(word, "GET") {
                asked.get = true;
            } else if is(word, "KEEPTTL") && asked.until.is_none() {
                asked.keep = true;
            } else {
                let until = Until::option(word, &mut rest).ok_or(Fault::Syntax)?;
                if asked.keep || asked.until.is_some_and(|other| !other.same_unit(&until)) {
                    return Err(Fault::Syntax);
                }
                asked.until = Some(until);
            }
        }
        Ok(asked)
    }
}

fn set(call: &mut Call<'_>) -> Outcome {
    let (key, value) = (call.args[1], call.args[2]);
    let asked = Asked::parse(call.args)?;
    let until = asked.until.map(|until| until.at_ms(call.keys.now_ms(), "set")).transpose()?;
    if asked.get {
        call.text_or_null(key)?;
    }
    if asked.only_new || asked.only_old {
        let refused = if call.keys.exists(key) { asked.only_new } else { asked.only_old };
        if refused {
            if !asked.get {
                call.reply.null();
            }
            return Ok(());
        }
    }
    put(call, key, value, until, asked.keep);
    if !asked.get {
        call.reply.ok();
    }
    Ok(())
}

fn setnx(call: &mut Call<'_>) -> Outcome {
    let (key, value) = (call.args[1], call.args[2]);
    let there = call.keys.exists(key);
    if !there {
        put(call, key, value, None, false);
    }
    call.reply.int(i64::from(!there));
    Ok(())
}

fn set_until(call: &mut Call<'_>, name: &str, seconds: bool) -> Outcome {
    let (key, value) = (call.args[1], call.args[3]);
    let until = Until { number: call.args[2], seconds, absolute: false };
    let until = until.at_ms(call.keys.now_ms(), name)?;
    put(call, key, value, Some(until), false);
    call.reply.ok();
    Ok(())
}

fn getset(call: &mut Call<'_>) -> Outcome {
    let (key, value) = (call.args[1], call.args[2]);
    call.text_or_null(key)?;
    put(call, key, value, None, false);
    Ok(())
}

/// Set `key`, say so, and log it with the time of its end, not with the time until then.
fn put(call: &mut Call<'_>, key: &[u8], value: &[u8], until: Option<i64>, keep: bool) {
    let text = Value::Text(Text::new(value));
    if keep {
        call.keys.replace(key, text);
    } else {
        call.keys.insert(key, text);
    }
    if let Some(at) = until {
        call.keys.db().expire(key, Some(at));
    }
    call.keys.changed(key, Class::Text, "set");
    match until {
        Some(at) => {
            call.keys.notify(Class::Generic, "expire", key);
            call.effect(&[b"SET", key, value, b"PXAT", itoa::Buffer::new().format(at).as_bytes()]);
        }
        None if keep => call.effect(&[b"SET", key, value, b"KEEPTTL"]),
        None => call.effect(&[b"SET", key, value]),
    }
}

impl Call<'_> {
    /// Answer with the string at `key`, or its absence.
    pub(super) fn text_or_null(&mut self, key: &[u8]) -> Outcome {
        let mut digits = itoa::Buffer::new();
        let text = self.keys.text(key)?;
        self.reply.bulk_or_null(text.map(|text| text.bytes(&mut digits)));
        Ok(())
    }
}
