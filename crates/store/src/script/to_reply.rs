//! A Lua value as a reply. Tables nest as deeply as Lua's stack allows, so nothing here calls itself.

use super::failure::until_zero;
use super::ffi::*;
use super::numbers;
use crate::resp::{Reply, Version};
use std::ffi::c_int;

/// A table that is being written. It lies on Lua's stack, below the key that is next for maps and sets.
enum Open {
    Array { next: c_int, count: c_int },
    Map { key_written: bool },
    Set,
}

/// Writes the value on top in the form that `reply` has, and pops it.
pub fn write(lua: Stack<'_>, reply: &mut Reply) {
    let (start, mut open) = (reply.len(), Vec::new());
    write_value(lua, reply, &mut open);
    while let Some(table) = open.last_mut() {
        lua.check_size(reply.len() - start);
        let more = match table {
            Open::Array { next, count } => {
                let more = next <= count;
                if more {
                    lua_rawgeti(lua, -1, *next);
                    *next += 1;
                }
                more
            }
            // Below: the map, its key, the value.
            Open::Map { key_written: written @ true } => {
                *written = false;
                true
            }
            Open::Map { key_written } => {
                let more = lua_next(lua, -2) != 0;
                if more {
                    *key_written = true;
                    lua_pushvalue(lua, -2);
                }
                more
            }
            Open::Set => {
                let more = lua_next(lua, -2) != 0;
                if more {
                    lua.pop(1);
                    lua_pushvalue(lua, -1);
                }
                more
            }
        };
        if more {
            write_value(lua, reply, &mut open);
        } else {
            // A map or set lies in the table that names it.
            let values = if matches!(table, Open::Array { .. }) { 1 } else { 2 };
            lua.pop(values);
            open.pop();
        }
    }
}

/// Writes the value on top and pops it, or opens it.
fn write_value(lua: Stack<'_>, reply: &mut Reply, open: &mut Vec<Open>) {
    if lua_checkstack(lua, 4) == 0 {
        reply.raw(b"-ERR reached lua stack limit\r\n");
        return lua.pop(1);
    }
    match lua_type(lua, -1) {
        kind::STRING => reply.bulk(lua.bytes(-1).unwrap_or_default()),
        kind::NUMBER => reply.int(numbers::to_i64(lua_tonumber(lua, -1))),
        kind::BOOLEAN => {
            let value = lua_toboolean(lua, -1) != 0;
            match lua.context().version.get() {
                Version::Resp3 => reply.boolean(value),
                Version::Resp2 if value => reply.int(1),
                Version::Resp2 => reply.null(),
            }
        }
        kind::TABLE => {
            if !write_special(lua, reply, open) {
                open.push(open_array(lua, reply));
            }
            // Written or open: who opened it pops it.
            return;
        }
        _ => reply.null(),
    }
    lua.pop(1);
}

/// Writes or opens the table on top if one of its fields says that it stands for something else.
fn write_special(lua: Stack<'_>, reply: &mut Reply, open: &mut Vec<Open>) -> bool {
    for (name, wanted) in [
        ("err", kind::STRING),
        ("ok", kind::STRING),
        ("double", kind::NUMBER),
        ("big_number", kind::STRING),
        ("verbatim_string", kind::TABLE),
        ("map", kind::TABLE),
        ("set", kind::TABLE),
    ] {
        lua.raw_field(name);
        if lua_type(lua, -1) != wanted {
            lua.pop(1);
            continue;
        }
        match name {
            "map" | "set" => {
                open.push(open_pairs(lua, reply, name == "map"));
                return true;
            }
            "verbatim_string" => {
                if !write_verbatim(lua, reply) {
                    lua.pop(1);
                    continue;
                }
            }
            "double" => reply.double(lua_tonumber(lua, -1)),
            _ => write_text(name, lua.bytes(-1).unwrap_or_default(), reply),
        }
        lua.pop(2);
        return true;
    }
    false
}

fn write_text(name: &str, text: &[u8], reply: &mut Reply) {
    match name {
        "err" => write_error_line(until_zero(text), reply),
        "ok" => {
            reply.raw(b"+");
            reply.raw(&one_line(until_zero(text)));
            reply.raw(b"\r\n");
        }
        _ if reply.version() == Version::Resp2 => reply.bulk(&one_line(text)),
        _ => {
            reply.raw(b"(");
            reply.raw(&one_line(text));
            reply.raw(b"\r\n");
        }
    }
}

/// The table on top is `{format=…, string=…}`.
fn write_verbatim(lua: Stack<'_>, reply: &mut Reply) -> bool {
    lua.raw_field("format");
    let format = (lua_type(lua, -1) == kind::STRING).then(|| lua.bytes(-1)).flatten();
    lua_pushvalue(lua, -2);
    lua.raw_field("string");
    let text = (lua_type(lua, -1) == kind::STRING).then(|| lua.bytes(-1)).flatten();
    if let (Some(format), Some(text)) = (format, text) {
        if reply.version() == Version::Resp2 {
            reply.bulk(text);
        } else {
            let format: Vec<u8> =
                until_zero(format).iter().copied().chain([b' '; 3]).take(3).collect();
            reply.raw(format!("={}\r\n", text.len() + 4).as_bytes());
            reply.raw(&format);
            reply.raw(b":");
            reply.raw(text);
            reply.raw(b"\r\n");
        }
    }
    lua.pop(3);
    format.is_some() && text.is_some()
}

/// The head of the array on top: up to the first nil.
fn open_array(lua: Stack<'_>, reply: &mut Reply) -> Open {
    let mut count = 0;
    loop {
        lua_rawgeti(lua, -1, count + 1);
        let nil = lua_type(lua, -1) == kind::NIL;
        lua.pop(1);
        if nil {
            break;
        }
        count += 1;
    }
    reply.array(usize::try_from(count).unwrap_or(0));
    Open::Array { next: 1, count }
}

/// The head of the map or set on top; pushes the nil before its first key.
fn open_pairs(lua: Stack<'_>, reply: &mut Reply, map: bool) -> Open {
    let mut count = 0;
    lua_pushnil(lua);
    while lua_next(lua, -2) != 0 {
        lua.pop(1);
        count += 1;
    }
    lua_pushnil(lua);
    if map {
        reply.map(count);
        Open::Map { key_written: false }
    } else {
        reply.set(count);
        Open::Set
    }
}

/// Writes an error whose text begins with its code.
pub fn write_error_line(text: &[u8], reply: &mut Reply) {
    let end = text.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |at| at + 1);
    reply.raw(b"-");
    reply.raw(&one_line(text.get(..end).unwrap_or(text)));
    reply.raw(b"\r\n");
}

/// Line ends become spaces: they would end the reply.
fn one_line(text: &[u8]) -> Vec<u8> {
    text.iter().map(|&byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { byte }).collect()
}
