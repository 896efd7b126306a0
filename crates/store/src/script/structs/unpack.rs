//! `struct.unpack` and `struct.size`.

use super::format::{Format, Item};
use crate::script::ffi::*;
use crate::script::numbers::to_u64;
use std::ffi::c_int;

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes of 64 bits")]
pub fn unpack(lua: Stack<'_>) -> c_int {
    let mut format = Format::new(lua);
    let data = lua.check_bytes(2);
    let first = luaL_optinteger(lua, 3, 1) as usize;
    if first == 0 {
        lua.bad_argument(3, c"offset must be 1 or greater");
    }
    let (mut at, mut results) = (first - 1, 0);
    lua_settop(lua, 2);
    while let Some(Item { letter, mut size, padding }) = format.next(at) {
        at = at.wrapping_add(padding);
        let mut field = take(lua, data, at, size);
        lua.check_room(2, c"too many results");
        match letter {
            b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                lua_pushnumber(lua, integer(field, format.big, letter.is_ascii_lowercase()));
                results += 1;
            }
            b'f' | b'd' => {
                lua_pushnumber(lua, float(field, format.big));
                results += 1;
            }
            b'c' => {
                if size == 0 {
                    if results == 0 || lua_isnumber(lua, -1) == 0 {
                        lua.raise(format_args!("format 'c0' needs a previous size"));
                    }
                    size = to_u64(lua_tonumber(lua, -1)) as usize;
                    lua.pop(1);
                    results -= 1;
                    field = take(lua, data, at, size);
                }
                lua.push_bytes(field);
                results += 1;
            }
            b's' => {
                let rest = data.get(at..).unwrap_or_default();
                let Some(end) = memchr::memchr(0, rest) else {
                    lua.raise(format_args!("unfinished string in data"));
                };
                lua.push_bytes(rest.get(..end).unwrap_or_default());
                size = end + 1;
                results += 1;
            }
            b'x' => {}
            letter => format.control(letter),
        }
        at += size;
    }
    lua_pushinteger(lua, (at + 1) as isize);
    results + 1
}

pub fn size(lua: Stack<'_>) -> c_int {
    let mut format = Format::new(lua);
    let mut at = 0_usize;
    while let Some(Item { letter, size, padding }) = format.next(at) {
        at = at.wrapping_add(padding);
        if letter == b's' {
            lua.bad_argument(1, c"option 's' has no fixed size");
        }
        if letter == b'c' && size == 0 {
            lua.bad_argument(1, c"option 'c0' has no fixed size");
        }
        if !letter.is_ascii_alphanumeric() {
            format.control(letter);
        }
        at = at.wrapping_add(size);
    }
    lua_pushinteger(lua, at.cast_signed());
    1
}

fn take<'a>(lua: Stack<'_>, data: &'a [u8], at: usize, size: usize) -> &'a [u8] {
    match data.get(at..).and_then(|rest| rest.get(..size)) {
        Some(field) => field,
        None => lua.bad_argument(2, c"data string too short"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "Lua has no other numbers")]
fn integer(field: &[u8], big: bool, signed: bool) -> f64 {
    let add = |value: u64, byte: &u8| (value << 8) | u64::from(*byte);
    let value = if big { field.iter().fold(0, add) } else { field.iter().rev().fold(0, add) };
    if !signed {
        return value as f64;
    }
    // For sizes that C's shift is not defined for (0, and more than 8) as x86 does it.
    #[expect(clippy::cast_possible_truncation, reason = "at most 256")]
    let mask = u64::MAX.wrapping_shl((field.len() as u32).wrapping_mul(8).wrapping_sub(1));
    let value = if value & mask == 0 { value } else { value | mask };
    value.cast_signed() as f64
}

fn float(field: &[u8], big: bool) -> f64 {
    if let Ok(bytes) = <[u8; 4]>::try_from(field) {
        return if big { f32::from_be_bytes(bytes) } else { f32::from_le_bytes(bytes) }.into();
    }
    let bytes = <[u8; 8]>::try_from(field).unwrap_or_default();
    if big { f64::from_be_bytes(bytes) } else { f64::from_le_bytes(bytes) }
}
