//! Which arguments of a command are keys.

use crate::command::{Flags, Group, Keys, Spec};
use crate::engine::{Engine, Invocation};
use crate::resp::{Fault, Outcome, Reply};

/// `COMMAND GETKEYS command …`
pub fn getkeys(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    let args = invocation.args.get(2..).unwrap_or_default();
    let (_, places) = asked(engine, args)?;
    invocation.reply.array(places.len());
    places.iter().filter_map(|at| args.get(*at)).for_each(|key| invocation.reply.bulk(key));
    Ok(())
}

/// `COMMAND GETKEYSANDFLAGS command …`
pub fn getkeysandflags(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    let args = invocation.args.get(2..).unwrap_or_default();
    let (spec, places) = asked(engine, args)?;
    let reply = &mut invocation.reply;
    reply.array(places.len());
    for key in places.iter().filter_map(|at| args.get(*at)) {
        reply.array(2);
        reply.bulk(key);
        flags(spec, reply);
    }
    Ok(())
}

fn asked(engine: &Engine, args: &[&[u8]]) -> Result<(&'static Spec, Vec<usize>), Fault> {
    let name = args.first().copied().unwrap_or_default();
    let top = engine.table().find(name).ok_or(Fault::plain("ERR Invalid command specified"))?;
    let spec = match args.get(1) {
        Some(word) if !top.sub.is_empty() => {
            let named = |sub: &&&Spec| word.eq_ignore_ascii_case(sub.name.as_bytes());
            let found = top.sub.iter().find(named).copied();
            found.ok_or(Fault::plain("ERR Invalid command specified"))?
        }
        _ => top,
    };
    if matches!(spec.keys, Keys::None) {
        return Err(Fault::plain("ERR The command has no key arguments"));
    }
    if !spec.takes(args.len()) {
        return Err(Fault::plain("ERR Invalid number of arguments specified for command"));
    }
    // Only scripts may do without.
    let places = spec.keys.places(args);
    let places = places.filter(|places| !places.is_empty() || spec.group == Group::Scripting);
    Ok((spec, places.ok_or(Fault::plain("ERR Invalid arguments specified for command"))?))
}

/// What the command does with its keys. The catalogue knows whether it writes, no more, so that the widest is told.
fn flags(spec: &Spec, reply: &mut Reply) {
    let flags: &[&str] =
        if spec.flags.has(Flags::WRITE) { &["RW", "access", "update"] } else { &["RO", "access"] };
    reply.set(flags.len());
    flags.iter().for_each(|flag| reply.status(flag));
}

/// The key specifications that `COMMAND INFO` tells.
pub fn specs(spec: &Spec, reply: &mut Reply) {
    match spec.keys {
        Keys::None => reply.array(0),
        Keys::Range { first, last, step } => {
            let from_first = last - if last < 0 { 0 } else { first as isize };
            reply.array(1);
            begin(spec, reply);
            index(first, reply);
            range(from_first as i64, step, 0, reply);
        }
        Keys::Counted(at) => {
            reply.array(1);
            begin(spec, reply);
            index(at, reply);
            count(reply);
        }
        Keys::StoreCounted(at) => {
            reply.array(2);
            begin(spec, reply);
            index(1, reply);
            range(0, 1, 0, reply);
            begin(spec, reply);
            index(at, reply);
            count(reply);
        }
        Keys::Streams => {
            reply.array(1);
            begin(spec, reply);
            keyword("STREAMS", reply);
            range(-1, 1, 2, reply);
        }
        Keys::Sort => {
            reply.array(1);
            begin(spec, reply);
            index(1, reply);
            range(0, 1, 0, reply);
        }
    }
}

fn begin(spec: &Spec, reply: &mut Reply) {
    reply.map(3);
    reply.bulk(b"flags");
    flags(spec, reply);
}

/// How the first key is found: at a place.
fn index(at: usize, reply: &mut Reply) {
    reply.bulk(b"begin_search");
    kind("index", reply);
    reply.map(1);
    pair("index", at as i64, reply);
}

/// How the first key is found: after a word.
fn keyword(word: &str, reply: &mut Reply) {
    reply.bulk(b"begin_search");
    kind("keyword", reply);
    reply.map(2);
    reply.bulk(b"keyword");
    reply.bulk(word.as_bytes());
    pair("startfrom", 1, reply);
}

/// How the others are found: up to a place.
fn range(last: i64, step: usize, limit: i64, reply: &mut Reply) {
    reply.bulk(b"find_keys");
    kind("range", reply);
    reply.map(3);
    pair("lastkey", last, reply);
    pair("keystep", step as i64, reply);
    pair("limit", limit, reply);
}

/// How the others are found: they follow their count.
fn count(reply: &mut Reply) {
    reply.bulk(b"find_keys");
    kind("keynum", reply);
    reply.map(3);
    pair("keynumidx", 0, reply);
    pair("firstkey", 1, reply);
    pair("keystep", 1, reply);
}

fn kind(name: &str, reply: &mut Reply) {
    reply.map(2);
    reply.bulk(b"type");
    reply.bulk(name.as_bytes());
    reply.bulk(b"spec");
}

fn pair(name: &str, number: i64, reply: &mut Reply) {
    reply.bulk(name.as_bytes());
    reply.int(number);
}
