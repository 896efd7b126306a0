//! `cjson.encode`. Nothing here calls itself: tables that are being written lie on Lua's stack.

use super::settings::Settings;
use crate::script::ffi::*;
use crate::script::numbers::write_general;
use std::ffi::c_int;

/// A table that is being written.
enum Open {
    Array { next: c_int, count: c_int },
    Object { first: bool },
}

pub fn encode(lua: Stack<'_>) -> c_int {
    if lua_gettop(lua) != 1 {
        lua.bad_argument(1, c"expected 1 argument");
    }
    let settings = lua.data::<Settings>().get();
    // An error loses the buffer, which costs the next call an allocation.
    let mut out = lua.context().json.take();
    out.clear();
    write(lua, &settings, &mut out);
    lua.push_bytes(&out);
    if out.capacity() <= 1 << 20 {
        lua.context().json.replace(out);
    }
    1
}

/// Writes the value on top and pops it.
fn write(lua: Stack<'_>, settings: &Settings, out: &mut Vec<u8>) {
    let mut open = Vec::new();
    write_value(lua, settings, out, &mut open);
    while let Some(table) = open.last_mut() {
        lua.check_size(out.len());
        match table {
            Open::Array { next, count } if *next <= *count => {
                if *next > 1 {
                    out.push(b',');
                }
                lua_rawgeti(lua, -1, *next);
                *next += 1;
                write_value(lua, settings, out, &mut open);
            }
            Open::Object { first } if lua_next(lua, -2) != 0 => {
                if !*first {
                    out.push(b',');
                }
                *first = false;
                write_key(lua, settings, out);
                write_value(lua, settings, out, &mut open);
            }
            Open::Array { .. } => {
                out.push(b']');
                close(lua, &mut open);
            }
            Open::Object { .. } => {
                out.push(b'}');
                close(lua, &mut open);
            }
        }
    }
}

fn close(lua: Stack<'_>, open: &mut Vec<Open>) {
    open.pop();
    lua.pop(1);
}

/// Writes the value on top and pops it, or opens it.
fn write_value(lua: Stack<'_>, settings: &Settings, out: &mut Vec<u8>, open: &mut Vec<Open>) {
    match lua_type(lua, -1) {
        kind::STRING => write_string(lua.bytes(-1).unwrap_or_default(), out),
        kind::NUMBER => write_number(lua, -1, settings, out),
        kind::BOOLEAN if lua_toboolean(lua, -1) != 0 => out.extend_from_slice(b"true"),
        kind::BOOLEAN => out.extend_from_slice(b"false"),
        kind::NIL => out.extend_from_slice(b"null"),
        kind::LIGHT if lua_touserdata(lua, -1).is_null() => out.extend_from_slice(b"null"),
        kind::TABLE => {
            let depth = i32::try_from(open.len() + 1).unwrap_or(i32::MAX);
            if depth > settings.encode_depth_max || lua_checkstack(lua, 3) == 0 {
                lua.raise(format_args!("Cannot serialise, excessive nesting ({depth})"));
            }
            let count = array_length(lua, settings);
            if count > 0 {
                out.push(b'[');
                open.push(Open::Array { next: 1, count });
            } else {
                out.push(b'{');
                lua_pushnil(lua);
                open.push(Open::Object { first: true });
            }
            return;
        }
        _ => refuse(lua, -1, "type not supported"),
    }
    lua.pop(1);
}

/// The largest index of the table on top if all its keys are positive integers; less than 1 if it is an object.
#[expect(clippy::cast_possible_truncation, reason = "in range by the test before")]
fn array_length(lua: Stack<'_>, settings: &Settings) -> i32 {
    let (mut max, mut items) = (0_i32, 0_i32);
    lua_pushnil(lua);
    while lua_next(lua, -2) != 0 {
        let key = if lua_type(lua, -2) == kind::NUMBER { lua_tonumber(lua, -2) } else { 0.0 };
        if key < 1.0 || key.is_nan() || key.floor() != key {
            lua.pop(2);
            return -1;
        }
        if key > f64::from(max) {
            // As C's conversion on x86.
            max = if key <= f64::from(i32::MAX) { key as i32 } else { i32::MIN };
        }
        items += 1;
        lua.pop(1);
    }
    let sparse = settings.sparse_ratio > 0
        && max > items.wrapping_mul(settings.sparse_ratio)
        && max > settings.sparse_safe;
    if !sparse {
        return max;
    }
    if !settings.sparse_convert {
        refuse(lua, -1, "excessively sparse array");
    }
    -1
}

/// Writes the key below the value on top, and a colon.
fn write_key(lua: Stack<'_>, settings: &Settings, out: &mut Vec<u8>) {
    match lua_type(lua, -2) {
        kind::NUMBER => {
            out.push(b'"');
            write_number(lua, -2, settings, out);
            out.push(b'"');
        }
        kind::STRING => write_string(lua.bytes(-2).unwrap_or_default(), out),
        _ => refuse(lua, -2, "table key must be a number or string"),
    }
    out.push(b':');
}

fn write_number(lua: Stack<'_>, index: c_int, settings: &Settings, out: &mut Vec<u8>) {
    let number = lua_tonumber(lua, index);
    match settings.encode_invalid {
        _ if number.is_finite() => {
            write_general(number, usize::try_from(settings.precision).unwrap_or(14), out);
        }
        0 => refuse(lua, index, "must not be NaN or Inf"),
        1 if number.is_nan() => out.extend_from_slice(b"nan"),
        1 => out.extend_from_slice(if number > 0.0 { b"inf" } else { b"-inf" }),
        _ => out.extend_from_slice(b"null"),
    }
}

fn write_string(text: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.reserve(text.len() + 2);
    out.push(b'"');
    let mut plain = 0;
    for (at, &byte) in text.iter().enumerate() {
        let letter = match byte {
            b'"' | b'\\' | b'/' => byte,
            8 => b'b',
            9 => b't',
            10 => b'n',
            12 => b'f',
            13 => b'r',
            0..32 | 127 => b'u',
            _ => continue,
        };
        out.extend_from_slice(text.get(plain..at).unwrap_or_default());
        plain = at + 1;
        out.extend_from_slice(&[b'\\', letter]);
        if letter == b'u' {
            let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0');
            out.extend_from_slice(&[b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    out.extend_from_slice(text.get(plain..).unwrap_or_default());
    out.push(b'"');
}

fn refuse(lua: Stack<'_>, index: c_int, reason: &str) -> ! {
    lua.raise(format_args!("Cannot serialise {}: {reason}", lua.type_name(index)))
}
