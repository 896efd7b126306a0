//! `cmsgpack.pack`.

use crate::script::ffi::*;
use crate::script::numbers::to_i64;
use std::ffi::c_int;

/// Tables within tables; deeper ones become nil, which also ends those that contain themselves.
const NESTING_MAX: u32 = 16;

pub fn pack(lua: Stack<'_>) -> c_int {
    let count = lua_gettop(lua);
    if count == 0 {
        lua.bad_argument(0, c"MessagePack pack needs input.");
    }
    if lua_checkstack(lua, count) == 0 {
        lua.bad_argument(0, c"Too many arguments for MessagePack pack.");
    }
    let mut out = Vec::new();
    for argument in 1..=count {
        lua.check_room(1, c"in function mp_check");
        lua_pushvalue(lua, argument);
        write(lua, 0, &mut out);
    }
    lua.push_bytes(&out);
    1
}

/// Writes the value on top and pops it.
fn write(lua: Stack<'_>, level: u32, out: &mut Vec<u8>) {
    match lua_type(lua, -1) {
        kind::STRING => write_bytes(lua.bytes(-1).unwrap_or_default(), out),
        kind::BOOLEAN => out.push(if lua_toboolean(lua, -1) != 0 { 0xc3 } else { 0xc2 }),
        kind::NUMBER => write_number(lua_tonumber(lua, -1), out),
        kind::TABLE if level < NESTING_MAX => write_table(lua, level, out),
        _ => out.push(0xc0),
    }
    lua.check_size(out.len());
    lua.pop(1);
}

fn write_table(lua: Stack<'_>, level: u32, out: &mut Vec<u8>) {
    lua.check_room(3, c"in function mp_encode_lua_table_as_map");
    let (count, array) = measure(lua);
    if array {
        write_length(count, [0x90, 0xdc, 0xdd], out);
        for n in 1..=count {
            lua_pushnumber(lua, n as f64);
            lua_gettable(lua, -2);
            write(lua, level + 1, out);
        }
        return;
    }
    write_length(count, [0x80, 0xde, 0xdf], out);
    lua_pushnil(lua);
    while lua_next(lua, -2) != 0 {
        lua_pushvalue(lua, -2);
        write(lua, level + 1, out);
        write(lua, level + 1, out);
    }
}

/// How many pairs the table on top has, and whether their keys are 1 to that.
fn measure(lua: Stack<'_>) -> (usize, bool) {
    let (mut count, mut array, mut max) = (0_usize, true, 0.0);
    lua_pushnil(lua);
    while lua_next(lua, -2) != 0 {
        lua.pop(1);
        count += 1;
        let key = if lua_type(lua, -1) == kind::NUMBER { lua_tonumber(lua, -1) } else { -1.0 };
        array &= key > 0.0 && key.fract() == 0.0 && key <= f64::from(i32::MAX);
        max = key.max(max);
    }
    // An array's length is what Lua says it is: with no nil between it is the count.
    (count, array && max == count as f64)
}

fn write_number(number: f64, out: &mut Vec<u8>) {
    let integer = to_i64(number);
    #[expect(clippy::float_cmp, reason = "whether nothing is lost")]
    if number.is_finite() && integer as f64 == number {
        return write_integer(integer, out);
    }
    #[expect(clippy::cast_possible_truncation, reason = "compared with what it was")]
    let single = number as f32;
    #[expect(clippy::float_cmp, reason = "whether nothing is lost")]
    if f64::from(single) == number {
        out.push(0xca);
        out.extend_from_slice(&single.to_be_bytes());
    } else {
        out.push(0xcb);
        out.extend_from_slice(&number.to_be_bytes());
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in the range of each")]
fn write_integer(n: i64, out: &mut Vec<u8>) {
    let mut put = |mark: u8, bytes: &[u8]| {
        out.push(mark);
        out.extend_from_slice(bytes);
    };
    match n {
        -32..=127 => put(n as u8, &[]),
        128..=0xff => put(0xcc, &[n as u8]),
        0x100..=0xffff => put(0xcd, &(n as u16).to_be_bytes()),
        0x1_0000..=0xffff_ffff => put(0xce, &(n as u32).to_be_bytes()),
        0x1_0000_0000.. => put(0xcf, &n.to_be_bytes()),
        -128..=-33 => put(0xd0, &[n as u8]),
        -32768..=-129 => put(0xd1, &(n as i16).to_be_bytes()),
        -2_147_483_648..=-32769 => put(0xd2, &(n as i32).to_be_bytes()),
        _ => put(0xd3, &n.to_be_bytes()),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "in the range of each")]
fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    match bytes.len() {
        length @ 0..32 => out.push(0xa0 | length as u8),
        length @ 32..=0xff => out.extend_from_slice(&[0xd9, length as u8]),
        length @ 0x100..=0xffff => {
            out.push(0xda);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            out.push(0xdb);
            out.extend_from_slice(&(length as u32).to_be_bytes());
        }
    }
    out.extend_from_slice(bytes);
}

/// A length in the smallest of three forms.
#[expect(clippy::cast_possible_truncation, reason = "in the range of each")]
fn write_length(length: usize, [short, medium, long]: [u8; 3], out: &mut Vec<u8>) {
    match length {
        0..16 => out.push(short | length as u8),
        16..=0xffff => {
            out.push(medium);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        _ => {
            out.push(long);
            out.extend_from_slice(&(length as u32).to_be_bytes());
        }
    }
}
