//! `OBJECT`: how a value is kept.

use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::data::Value;
use crate::keyspace::{Noted, frequency};
use crate::resp::{Fault, Outcome};

/// `OBJECT subcommand [argument …]`
pub const OBJECT: Spec = Spec::new("OBJECT", -2, Group::Generic, Run::Data(help))
    .since("2.2.3")
    .sub(&[&ENCODING, &FREQ, &HELP, &IDLETIME, &REFCOUNT]);

const fn asker(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, 3, Group::Generic, Run::Data(run))
        .flags(Flags::READONLY)
        .keys(Keys::Range { first: 2, last: 2, step: 1 })
        .since("2.2.3")
}

const ENCODING: Spec = asker("ENCODING", encoding);
const FREQ: Spec = asker("FREQ", freq).since("4.0.0");
const IDLETIME: Spec = asker("IDLETIME", idletime);
const REFCOUNT: Spec = asker("REFCOUNT", refcount);
const HELP: Spec = Spec::new("HELP", 2, Group::Generic, Run::Data(help))
    .flags(Flags::LOADING.or(Flags::STALE))
    .since("6.2.0");

/// Numbers below this are shared by all keys of Redis, which then counts no references.
const SHARED_MAX: i64 = 10_000;

fn encoding(call: &mut Call<'_>) -> Outcome {
    let name = call.keys.unused(call.args[2]).map(|entry| entry.value.encoding().as_bytes());
    call.reply.bulk_or_null(name);
    Ok(())
}

fn refcount(call: &mut Call<'_>) -> Outcome {
    let shares = call.keys.settings.room.shares_numbers();
    match call.keys.unused(call.args[2]).map(|entry| &entry.value) {
        None => call.reply.null(),
        Some(Value::Text(text))
            if shares
                && text.encoding() == "int"
                && text.int().is_some_and(|value| (0..SHARED_MAX).contains(&value)) =>
        {
            call.reply.int(i32::MAX.into());
        }
        Some(_) => call.reply.int(1),
    }
    Ok(())
}

fn idletime(call: &mut Call<'_>) -> Outcome {
    let now_s = call.keys.now_ms() / 1000;
    match noted(call, Noted::When)? {
        Some(used) => call.reply.int((now_s - i64::from(used)).max(0)),
        None => call.reply.null(),
    }
    Ok(())
}

fn freq(call: &mut Call<'_>) -> Outcome {
    let now_ms = call.keys.now_ms();
    match noted(call, Noted::HowOften)? {
        Some(used) => call.reply.int(frequency(used, now_ms).into()),
        None => call.reply.null(),
    }
    Ok(())
}

/// What is noted of the use of the key, if that is what the policy of eviction looks at.
fn noted(call: &mut Call<'_>, asked: Noted) -> Result<Option<u32>, Fault> {
    let known = call.keys.settings.room.eviction.notes();
    let used = call.keys.unused(call.args[2]).map(|record| record.used);
    match asked {
        asked if used.is_none() || asked == known => Ok(used),
        Noted::When => Err(Fault::err(
            "An LFU maxmemory policy is selected, idle time not tracked. Please note that \
             when switching between policies at runtime LRU and LFU data will take some time to adjust.",
        )),
        Noted::HowOften => Err(Fault::err(
            "An LFU maxmemory policy is not selected, access frequency not tracked. Please note that \
             when switching between policies at runtime LRU and LFU data will take some time to adjust.",
        )),
    }
}

fn help(call: &mut Call<'_>) -> Outcome {
    const LINES: &[&str] = &[
        "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "ENCODING <key>",
        "    The form in which the value of the key is kept.",
        "FREQ <key>",
        "    How often the key is used, where the policy of eviction counts that.",
        "IDLETIME <key>",
        "    Seconds since the key was used.",
        "REFCOUNT <key>",
        "    How often the value is referred to.",
        "HELP",
        "    These lines.",
    ];
    call.reply.array(LINES.len());
    LINES.iter().for_each(|line| call.reply.status(line));
    Ok(())
}
