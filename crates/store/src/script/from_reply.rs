//! A reply as Lua values.

use super::failure;
use super::ffi::*;
use std::ffi::c_int;

/// Pushes the value that `reply` holds: one whole reply of our own engine.
pub fn push(lua: Stack<'_>, reply: &[u8]) {
    let mut rest = reply;
    push_value(lua, &mut rest);
    debug_assert!(rest.is_empty(), "one reply for one command");
}

/// Pushes the first value of `rest` and steps over it. What the engine never writes pushes nil.
fn push_value(lua: Stack<'_>, rest: &mut &[u8]) {
    let Some((&mark, after)) = rest.split_first() else { return lua_pushnil(lua) };
    *rest = after;
    let line = take_line(rest);
    match mark {
        b':' => lua_pushnumber(lua, number(line) as f64),
        b'$' => match take_body(line, rest) {
            Some(body) => lua.push_bytes(body),
            None => lua_pushboolean(lua, 0),
        },
        b'+' => push_field(lua, c"ok", |lua| lua.push_bytes(line)),
        b'-' => {
            failure::push_error(lua, &[b"-", line].concat());
            failure::mark_counted(lua);
        }
        b'*' if line.starts_with(b"-") => lua_pushboolean(lua, 0),
        b'*' | b'>' => push_array(lua, number(line), rest),
        b'%' => push_field(lua, c"map", |lua| push_pairs(lua, number(line), rest, true)),
        b'~' => push_field(lua, c"set", |lua| push_pairs(lua, number(line), rest, false)),
        b'#' => lua_pushboolean(lua, (line == b"t").into()),
        b',' => push_field(lua, c"double", |lua| lua_pushnumber(lua, double(line))),
        b'(' => push_field(lua, c"big_number", |lua| lua.push_bytes(line)),
        b'=' => push_verbatim(lua, take_body(line, rest).unwrap_or_default()),
        _ => lua_pushnil(lua),
    }
}

/// For what holds others: itself, a key, and a value that holds none. The function has room for one such by itself.
fn make_room(lua: Stack<'_>) {
    lua.check_room(8, c"reply is nested too deeply");
}

fn push_array(lua: Stack<'_>, count: i64, rest: &mut &[u8]) {
    make_room(lua);
    lua_createtable(lua, c_int::try_from(count).unwrap_or(0), 0);
    for n in 1..=c_int::try_from(count).unwrap_or(0) {
        push_value(lua, rest);
        lua_rawseti(lua, -2, n);
    }
}

/// A map, or a set as a map to true.
fn push_pairs(lua: Stack<'_>, count: i64, rest: &mut &[u8], values: bool) {
    make_room(lua);
    lua_createtable(lua, 0, 0);
    for _ in 0..count {
        push_value(lua, rest);
        if values {
            push_value(lua, rest);
        } else {
            lua_pushboolean(lua, 1);
        }
        lua_settable(lua, -3);
    }
}

fn push_verbatim(lua: Stack<'_>, body: &[u8]) {
    let (format, text) = body.split_at_checked(4).unwrap_or((b"txt:", body));
    push_field(lua, c"verbatim_string", |lua| {
        lua_createtable(lua, 0, 2);
        lua.push_bytes(text);
        lua.set_field(-2, c"string");
        lua.push_bytes(format.get(..3).unwrap_or(format));
        lua.set_field(-2, c"format");
    });
}

/// A table with one field, the form of what Lua lacks.
fn push_field(lua: Stack<'_>, name: &std::ffi::CStr, push: impl FnOnce(Stack<'_>)) {
    lua_createtable(lua, 0, 1);
    push(lua);
    lua.set_field(-2, name);
}

fn take_line<'r>(rest: &mut &'r [u8]) -> &'r [u8] {
    let end = memchr::memchr(b'\r', rest).unwrap_or(rest.len());
    let line = rest.get(..end).unwrap_or(rest);
    *rest = rest.get(end + 2..).unwrap_or_default();
    line
}

/// The bytes that `line` announces.
fn take_body<'r>(line: &[u8], rest: &mut &'r [u8]) -> Option<&'r [u8]> {
    let length = usize::try_from(number(line)).ok()?;
    let body = rest.get(..length)?;
    *rest = rest.get(length + 2..).unwrap_or_default();
    Some(body)
}

fn number(line: &[u8]) -> i64 {
    crate::resp::parse_int(line).unwrap_or(0)
}

fn double(line: &[u8]) -> f64 {
    std::str::from_utf8(line).ok().and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)
}
