//! `XGROUP`.

use super::{help, ids};
use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec};
use crate::data::stream::{Group as Readers, StreamId};
use crate::data::{Stream, Value};
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome};

const KEY: Keys = Keys::Range { first: 2, last: 2, step: 1 };

/// `XGROUP …`
pub const XGROUP: Spec = Spec::new("XGROUP", -2, Group::Stream, Run::Data(help::xgroup))
    .since("5.0.0")
    .sub(&[&CREATE, &SETID, &DESTROY, &CREATECONSUMER, &DELCONSUMER, &HELP]);

const fn sub(
    name: &'static str,
    arity: i8,
    flags: Flags,
    run: fn(&mut Call<'_>) -> Outcome,
) -> Spec {
    Spec::new(name, arity, Group::Stream, Run::Data(run)).flags(flags).keys(KEY).since("5.0.0")
}

const CREATE: Spec = sub("CREATE", -5, Flags::WRITE.or(Flags::DENYOOM), create);
const SETID: Spec = sub("SETID", -5, Flags::WRITE, set_id);
const DESTROY: Spec = sub("DESTROY", 4, Flags::WRITE, destroy);
const CREATECONSUMER: Spec =
    sub("CREATECONSUMER", 5, Flags::WRITE.or(Flags::DENYOOM), create_consumer).since("6.2.0");
const DELCONSUMER: Spec = sub("DELCONSUMER", 5, Flags::WRITE, delete_consumer);
const HELP: Spec = Spec::new("HELP", 2, Group::Stream, Run::Data(help::xgroup))
    .flags(Flags::LOADING.or(Flags::STALE))
    .since("5.0.0");

fn create(call: &mut Call<'_>) -> Outcome {
    let (key, name) = (call.args[2], call.args[3]);
    let (make, read) = options(call.args, true)?;
    if call.keys.stream_mut(key)?.is_none() && !make {
        return Err(no_key());
    }
    let last = call.keys.stream_mut(key)?.map_or(StreamId::MIN, |stream| stream.last_id);
    let id = match call.args[4] {
        b"$" => last,
        text => ids::strict(text, 0)?,
    };
    if call.keys.stream_mut(key)?.is_none() {
        call.keys.insert(key, Value::Stream(Box::default()));
    }
    let stream = call.keys.stream_mut(key)?.ok_or_else(no_key)?;
    if stream.groups.contains_key(name) {
        return Err(Fault::plain("BUSYGROUP Consumer Group name already exists"));
    }
    stream.groups.insert(name.into(), Readers::new(id, read));
    call.keys.changed(key, Class::Stream, "xgroup-create");
    call.reply.ok();
    let (id, read) = (id.to_string(), read.map_or(-1, |read| read as i64).to_string());
    call.effect(&[
        b"XGROUP",
        b"CREATE",
        key,
        name,
        id.as_bytes(),
        b"MKSTREAM",
        b"ENTRIESREAD",
        read.as_bytes(),
    ]);
    Ok(())
}

fn set_id(call: &mut Call<'_>) -> Outcome {
    let (key, name) = (call.args[2], call.args[3]);
    let (_, read) = options(call.args, false)?;
    let last = find(call, key)?.last_id;
    readers(call, key, name)?;
    let id = match call.args[4] {
        b"$" => last,
        text => ids::open(text, 0)?,
    };
    let group = readers(call, key, name)?;
    (group.last_id, group.entries_read) = (id, read);
    call.keys.changed(key, Class::Stream, "xgroup-setid");
    call.reply.ok();
    let (id, read) = (id.to_string(), read.map_or(-1, |read| read as i64).to_string());
    let args: [&[u8]; 7] =
        [b"XGROUP", b"SETID", key, name, id.as_bytes(), b"ENTRIESREAD", read.as_bytes()];
    call.effect(&args);
    Ok(())
}

fn destroy(call: &mut Call<'_>) -> Outcome {
    let (key, name) = (call.args[2], call.args[3]);
    let found = find(call, key)?.groups.remove(name).is_some();
    if found {
        call.keys.changed(key, Class::Stream, "xgroup-destroy");
    }
    call.reply.int(found.into());
    Ok(())
}

fn create_consumer(call: &mut Call<'_>) -> Outcome {
    let (key, name, now_ms) = (call.args[2], call.args[3], call.keys.now_ms());
    let consumer = call.args[4];
    let created = readers(call, key, name)?.add_consumer(consumer, now_ms);
    if created {
        call.keys.changed(key, Class::Stream, "xgroup-createconsumer");
    }
    call.reply.int(created.into());
    Ok(())
}

fn delete_consumer(call: &mut Call<'_>) -> Outcome {
    let (key, name) = (call.args[2], call.args[3]);
    let consumer = call.args[4];
    let pending = readers(call, key, name)?.remove_consumer(consumer);
    if pending.is_some() {
        call.keys.changed(key, Class::Stream, "xgroup-delconsumer");
    }
    call.reply.count(pending.unwrap_or(0));
    Ok(())
}

/// `MKSTREAM` and `ENTRIESREAD`.
fn options(args: &[&[u8]], creates: bool) -> Result<(bool, Option<u64>), Fault> {
    let (mut make, mut read) = (false, None);
    let mut rest = Args::from(args, 5);
    while !rest.is_empty() {
        if creates && rest.accept("MKSTREAM") {
            make = true;
        } else if rest.rest().len() > 1 && rest.accept("ENTRIESREAD") {
            read = match rest.int()? {
                -1 => None,
                count => Some(u64::try_from(count).map_err(|_| {
                    Fault::plain("ERR value for ENTRIESREAD must be positive or -1")
                })?),
            };
        } else {
            return Err(super::help::misused(args, "XGROUP"));
        }
    }
    Ok((make, read))
}

fn find<'c>(call: &'c mut Call<'_>, key: &[u8]) -> Result<&'c mut Stream, Fault> {
    call.keys.stream_mut(key)?.ok_or_else(no_key)
}

fn readers<'c>(call: &'c mut Call<'_>, key: &[u8], name: &[u8]) -> Result<&'c mut Readers, Fault> {
    find(call, key)?.groups.get_mut(name).ok_or_else(|| help::no_group_for_key(key, name))
}

fn no_key() -> Fault {
    Fault::plain(
        "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.",
    )
}
