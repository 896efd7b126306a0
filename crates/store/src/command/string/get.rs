//! `GET` and what else becomes of the key with it.

use super::until::Until;
use crate::command::args::is;
use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec};
use crate::resp::{Fault, Outcome};

/// `GET key`
pub const GET: Spec = Spec::new("GET", 2, Group::Text, Run::Data(get))
    .flags(Flags::READONLY.or(Flags::FAST))
    .keys(Keys::ONE);

/// `GETDEL key`
pub const GETDEL: Spec = Spec::new("GETDEL", 2, Group::Text, Run::Data(getdel))
    .flags(Flags::WRITE.or(Flags::FAST))
    .keys(Keys::ONE)
    .since("6.2.0");

/// `GETEX key [EX seconds|PX milliseconds|EXAT seconds|PXAT milliseconds|PERSIST]`
pub const GETEX: Spec = Spec::new("GETEX", -2, Group::Text, Run::Data(getex))
    .flags(Flags::WRITE.or(Flags::FAST))
    .keys(Keys::ONE)
    .since("6.2.0");

/// `STRLEN key`
pub const STRLEN: Spec = Spec::new("STRLEN", 2, Group::Text, Run::Data(strlen))
    .flags(Flags::READONLY.or(Flags::FAST))
    .keys(Keys::ONE)
    .since("2.2.0");

fn get(call: &mut Call<'_>) -> Outcome {
    call.text_or_null(call.args[1])
}

fn getdel(call: &mut Call<'_>) -> Outcome {
    let key = call.args[1];
    call.text_or_null(key)?;
    call.delete(key);
    Ok(())
}

fn getex(call: &mut Call<'_>) -> Outcome {
    let key = call.args[1];
    let (mut persist, mut until): (bool, Option<Until<'_>>) = (false, None);
    let mut rest = Args::from(call.args, 2);
    while let Some(word) = rest.next() {
        if is(word, "PERSIST") && until.is_none() {
            persist = true;
            continue;
        }
        let new = Until::option(word, &mut rest).ok_or(Fault::Syntax)?;
        if persist || until.is_some_and(|old| !old.same_unit(&new)) {
            return Err(Fault::Syntax);
        }
        until = Some(new);
    }
    if call.keys.text(key)?.is_none() {
        call.reply.null();
        return Ok(());
    }
    let at = until.map(|until| until.at_ms(call.keys.now_ms(), "getex")).transpose()?;
    call.text_or_null(key)?;
    if let Some(at) = at {
        call.expire(key, at);
    } else if persist {
        call.persist(key);
    }
    Ok(())
}

fn strlen(call: &mut Call<'_>) -> Outcome {
    let len = call.keys.text(call.args[1])?.map_or(0, |text| text.len());
    call.reply.count(len);
    Ok(())
}
