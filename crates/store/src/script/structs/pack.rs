//! `struct.pack`.

use super::format::Format;
use crate::script::ffi::*;
use crate::script::numbers::{to_i64, to_u64};
use std::ffi::c_int;

pub fn pack(lua: Stack<'_>) -> c_int {
    let mut format = Format::new(lua);
    let mut out = Vec::new();
    let mut argument = 2;
    // What a missing argument is found to be.
    lua_pushnil(lua);
    while let Some(item) = format.next(out.len()) {
        lua.check_size(out.len());
        out.resize(out.len() + item.padding, 0);
        match item.letter {
            b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                put_integer(luaL_checknumber(lua, argument), item.size, format.big, &mut out);
                argument += 1;
            }
            b'x' => out.push(0),
            b'f' => {
                #[expect(clippy::cast_possible_truncation, reason = "a float is asked for")]
                let number = luaL_checknumber(lua, argument) as f32;
                out.extend(if format.big { number.to_be_bytes() } else { number.to_le_bytes() });
                argument += 1;
            }
            b'd' => {
                let number = luaL_checknumber(lua, argument);
                out.extend(if format.big { number.to_be_bytes() } else { number.to_le_bytes() });
                argument += 1;
            }
            b'c' | b's' => {
                let text = lua.check_bytes(argument);
                argument += 1;
                let size = if item.size == 0 { text.len() } else { item.size };
                match text.get(..size) {
                    Some(text) => out.extend_from_slice(text),
                    None => lua.bad_argument(argument, c"string too short"),
                }
                if item.letter == b's' {
                    out.push(0);
                }
            }
            letter => format.control(letter),
        }
    }
    lua.push_bytes(&out);
    1
}

fn put_integer(number: f64, size: usize, big: bool, out: &mut Vec<u8>) {
    let value = if number < 0.0 { to_i64(number).cast_unsigned() } else { to_u64(number) };
    let start = out.len();
    // Beyond 8 bytes there are zeros, also for a negative number.
    out.extend(value.to_le_bytes().into_iter().chain(std::iter::repeat(0)).take(size));
    if big && let Some(bytes) = out.get_mut(start..) {
        bytes.reverse();
    }
}
