//! A key from a payload.

use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec, args};
use crate::keyspace::{Class, Noted, often};
use crate::rdb::{open, read_value};
use crate::resp::{Fault, Outcome};

/// `RESTORE key ttl payload [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency]`
pub const RESTORE: Spec = Spec::new("RESTORE", -4, Group::Generic, Run::Data(restore))
    .flags(Flags::WRITE.or(Flags::DENYOOM))
    .keys(Keys::ONE)
    .since("2.6.0");

#[derive(Default)]
struct Options {
    replace: bool,
    absolute: bool,
    idle_s: Option<i64>,
    frequency: Option<u8>,
}

fn options(call: &Call<'_>) -> Result<Options, Fault> {
    let mut options = Options::default();
    let mut rest = Args::from(call.args, 4);
    while !rest.is_empty() {
        if rest.accept("REPLACE") {
            options.replace = true;
        } else if rest.accept("ABSTTL") {
            options.absolute = true;
        } else if rest.len() > 1 && options.frequency.is_none() && rest.accept("IDLETIME") {
            let idle = rest.int()?;
            if idle < 0 {
                return Err(Fault::plain("ERR Invalid IDLETIME value, must be >= 0"));
            }
            options.idle_s = Some(idle);
        } else if rest.len() > 1 && options.idle_s.is_none() && rest.accept("FREQ") {
            let frequency = u8::try_from(rest.int()?);
            let invalid = Fault::plain("ERR Invalid FREQ value, must be >= 0 and <= 255");
            options.frequency = Some(frequency.map_err(|_| invalid)?);
        } else {
            return Err(Fault::Syntax);
        }
    }
    Ok(options)
}

fn restore(call: &mut Call<'_>) -> Outcome {
    let options = options(call)?;
    let (key, payload, now) = (call.args[1], call.args[3], call.keys.now_ms());
    if !options.replace && call.keys.exists(key) {
        return Err(Fault::plain("BUSYKEY Target key name already exists."));
    }
    let ttl = args::int(call.args[2])?;
    if ttl < 0 {
        return Err(Fault::plain("ERR Invalid TTL value, must be >= 0"));
    }
    let value = open(payload)
        .map_err(|_| Fault::plain("ERR DUMP payload version or checksum are wrong"))?;
    let settings = call.keys.settings;
    let value = read_value(value, &settings);
    let mut value = value.map_err(|_| Fault::plain("ERR Bad data format"))?;
    call.keys.share(&mut value);
    let ends_ms = match ttl {
        0 => None,
        at if options.absolute => Some(at),
        ttl => Some(now.saturating_add(ttl)),
    };
    let existed = call.keys.remove(key).is_some();
    if ends_ms.is_some_and(|at| at <= now) && !call.keys.replaying() {
        // Its time was over before it came.
        if existed {
            call.keys.changed(key, Class::Generic, "del");
            call.effect(&[b"DEL", key]);
        }
        call.reply.ok();
        return Ok(());
    }
    call.keys.insert(key, value);
    call.keys.db().expire(key, ends_ms);
    let noted = call.keys.settings.room.eviction.notes();
    if let Some(record) = call.keys.db().get_mut(key) {
        // What the policy does not look at is taken and not kept.
        match (noted, options.idle_s, options.frequency) {
            (Noted::When, Some(idle), _) => {
                let idle = u32::try_from(idle).unwrap_or(u32::MAX);
                record.used = record.used.saturating_sub(idle);
            }
            (Noted::HowOften, _, Some(frequency)) => record.used = often(frequency, now),
            _ => {}
        }
    }
    call.keys.changed(key, Class::Generic, "restore");
    let at = ends_ms.unwrap_or(0).to_string();
    call.effect(&[b"RESTORE", key, at.as_bytes(), payload, b"REPLACE", b"ABSTTL"]);
    call.reply.ok();
    Ok(())
}
