//! Which keys there are.

use crate::command::args::is;
use crate::command::scanning::Scanning;
use crate::command::{Args, Call, Flags, Group, Run, Spec, matches};
use crate::resp::{Fault, Outcome};

/// `DBSIZE`
pub const DBSIZE: Spec =
    Spec::new("DBSIZE", 1, Group::Server, Run::Data(dbsize)).flags(Flags::READONLY.or(Flags::FAST));

/// `KEYS pattern`
pub const KEYS: Spec = Spec::new("KEYS", 2, Group::Generic, Run::Data(keys)).flags(Flags::READONLY);

/// `RANDOMKEY`
pub const RANDOMKEY: Spec =
    Spec::new("RANDOMKEY", 1, Group::Generic, Run::Data(randomkey)).flags(Flags::READONLY);

/// `SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]`
pub const SCAN: Spec =
    Spec::new("SCAN", -2, Group::Generic, Run::Data(scan)).flags(Flags::READONLY).since("2.8.0");

/// So many keys are looked for that have not expired before `RANDOMKEY` gives up.
const TRIES_MAX: usize = 100;

fn dbsize(call: &mut Call<'_>) -> Outcome {
    call.keys.see_all();
    let count = call.keys.db().len();
    call.reply.count(count);
    Ok(())
}

fn keys(call: &mut Call<'_>) -> Outcome {
    let (pattern, now) = (call.args[1], call.keys.now_ms());
    call.keys.see_all();
    let (at, mut count) = (call.reply.defer(), 0);
    for (key, entry) in call.keys.db().iter() {
        if !entry.is_due(now) && matches(pattern, key) {
            call.reply.bulk(key);
            count += 1;
        }
    }
    call.reply.settle_array(at, count);
    Ok(())
}

fn randomkey(call: &mut Call<'_>) -> Outcome {
    call.keys.see_all();
    for _ in 0..TRIES_MAX {
        let Some(key) = call.keys.db().any(call.chance).map(<[u8]>::to_vec) else { break };
        if call.keys.unused(&key).is_some() {
            call.reply.bulk(&key);
            return Ok(());
        }
    }
    call.reply.null();
    Ok(())
}

fn scan(call: &mut Call<'_>) -> Outcome {
    let cursor = Scanning::cursor(call.args[1])?;
    let (mut pattern, mut kind, mut count) = (None, None, 10);
    let mut rest = Args::from(call.args, 2);
    while let Some(word) = rest.next() {
        let value = rest.need()?;
        match word {
            word if is(word, "MATCH") => pattern = Some(value),
            word if is(word, "TYPE") => kind = Some(value),
            word if is(word, "COUNT") => count = crate::command::args::int(value)?,
            _ => return Err(Fault::Syntax),
        }
        if count < 1 {
            return Err(Fault::Syntax);
        }
    }
    call.keys.see_all();
    let (mut found, mut expired, now) = (Vec::new(), Vec::new(), call.keys.now_ms());
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let next = call.keys.db().scan(cursor, count, |key, entry| {
        if entry.is_due(now) {
            expired.push(key.to_vec());
            return;
        }
        let named = pattern.is_none_or(|pattern| matches(pattern, key));
        if named && kind.is_none_or(|kind| is(kind, entry.value.kind().name())) {
            found.push(key.to_vec());
        }
    });
    expired.iter().for_each(|key| _ = call.keys.unused(key));
    call.reply.array(2);
    call.reply.bulk(next.to_string().as_bytes());
    call.reply.array(found.len());
    found.iter().for_each(|key| call.reply.bulk(key));
    Ok(())
}
