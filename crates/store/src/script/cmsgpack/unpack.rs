//! `cmsgpack.unpack`, `unpack_one`, `unpack_limit`. Nothing here calls itself: what nests lies on Lua's stack.

use crate::script::ffi::*;
use std::ffi::c_int;

/// What is wrong with the input.
enum Broken {
    Short,
    Format,
}

/// A table that is being filled. On the stack: the table, then the key of the value that is read.
struct Open {
    /// An array gives its keys itself.
    array: bool,
    /// The next key of an array.
    next: u32,
    /// Values, or keys and values, still to come.
    left: u64,
    /// The next value is that of a key of a map.
    has_key: bool,
}

/// Lengths of what is being read.
struct Input<'a> {
    rest: &'a [u8],
}

pub fn unpack(lua: Stack<'_>) -> c_int {
    unpack_full(lua, 0, 0)
}

pub fn unpack_one(lua: Stack<'_>) -> c_int {
    let offset = luaL_optinteger(lua, 2, 0);
    lua_settop(lua, 1);
    unpack_full(lua, 1, offset)
}

pub fn unpack_limit(lua: Stack<'_>) -> c_int {
    let limit = luaL_checkinteger(lua, 2);
    let offset = luaL_optinteger(lua, 3, 0);
    lua_settop(lua, 1);
    unpack_full(lua, limit, offset)
}

fn unpack_full(lua: Stack<'_>, limit: isize, offset: isize) -> c_int {
    let all = limit == 0 && offset == 0;
    let bytes = lua.check_bytes(1);
    #[expect(clippy::cast_possible_truncation, reason = "as it prints them")]
    let (shown_offset, shown_length) = (offset as i32, bytes.len() as i32);
    let (Ok(limit), Ok(start)) = (usize::try_from(limit), usize::try_from(offset)) else {
        lua.raise(format_args!(
            "Invalid request to unpack with offset of {shown_offset} and limit of {shown_length}."
        ));
    };
    let Some(rest) = bytes.get(start..) else {
        lua.raise(format_args!(
            "Start offset {shown_offset} greater than input length {shown_length}."
        ));
    };
    let limit = if all { c_int::MAX as usize } else { limit };
    let mut input = Input { rest };
    let mut count = 0;
    while !input.rest.is_empty() && count < limit {
        match read(lua, &mut input) {
            Ok(()) => count += 1,
            Err(Broken::Short) => lua.raise(format_args!("Missing bytes in input.")),
            Err(Broken::Format) => lua.raise(format_args!("Bad data format in input.")),
        }
    }
    if !all {
        lua.check_room(1, c"in function mp_unpack_full");
        let at = bytes.len() - input.rest.len();
        lua_pushinteger(lua, if input.rest.is_empty() { -1 } else { at.cast_signed() });
        lua_insert(lua, 2);
        count += 1;
    }
    c_int::try_from(count).unwrap_or(c_int::MAX)
}

/// Pushes one value with all that is in it.
fn read(lua: Stack<'_>, input: &mut Input<'_>) -> Result<(), Broken> {
    let mut open: Vec<Open> = Vec::new();
    loop {
        if let Some(table) = read_start(lua, input)? {
            open.push(table);
        } else if !place(lua, &mut open) {
            return Ok(());
        }
        // Tables that have all their values are values themselves.
        while let Some(table) = open.last_mut() {
            if table.left > 0 {
                table.left -= 1;
                if table.array {
                    lua_pushnumber(lua, table.next.into());
                    table.next = table.next.wrapping_add(1);
                }
                break;
            }
            open.pop();
            if !place(lua, &mut open) {
                return Ok(());
            }
        }
    }
}

/// Puts the value on top where it belongs; false if it belongs to no table.
fn place(lua: Stack<'_>, open: &mut [Open]) -> bool {
    let Some(table) = open.last_mut() else { return false };
    if table.array || table.has_key {
        lua_settable(lua, -3);
        table.has_key = false;
    } else {
        table.has_key = true;
    }
    true
}

/// Pushes a value, or a table whose content follows.
fn read_start(lua: Stack<'_>, input: &mut Input<'_>) -> Result<Option<Open>, Broken> {
    let mark = *input.rest.first().ok_or(Broken::Short)?;
    lua.check_room(1, c"too many return values at once; use unpack_one or unpack_limit instead.");
    let number = |number: f64| lua_pushnumber(lua, number);
    match mark {
        0x00..=0x7f => number(input.take::<0>()?.0.into()),
        0xe0.. => number(f64::from(input.take::<0>()?.0.cast_signed())),
        0xcc => number(u8::from_be_bytes(input.take()?.1).into()),
        0xcd => number(u16::from_be_bytes(input.take()?.1).into()),
        0xce => number(u32::from_be_bytes(input.take()?.1).into()),
        // More than 63 bits come out negative: it was pushed as a signed integer.
        0xcf | 0xd3 => number(i64::from_be_bytes(input.take()?.1) as f64),
        0xd0 => number(i8::from_be_bytes(input.take()?.1).into()),
        0xd1 => number(i16::from_be_bytes(input.take()?.1).into()),
        0xd2 => number(i32::from_be_bytes(input.take()?.1).into()),
        0xca => number(f32::from_be_bytes(input.take()?.1).into()),
        0xcb => number(f64::from_be_bytes(input.take()?.1)),
        0xc0 => {
            input.take::<0>()?;
            lua_pushnil(lua);
        }
        0xc2 | 0xc3 => {
            input.take::<0>()?;
            lua_pushboolean(lua, (mark & 1).into());
        }
        0xa0..=0xbf | 0xd9..=0xdb => {
            let length = input.length(mark, 0xd9, 0x1f)?;
            lua.push_bytes(input.bytes(length)?);
        }
        0x80..=0x9f | 0xdc..=0xdf => return read_table(lua, mark, input).map(Some),
        _ => return Err(Broken::Format),
    }
    Ok(None)
}

fn read_table(lua: Stack<'_>, mark: u8, input: &mut Input<'_>) -> Result<Open, Broken> {
    let array = matches!(mark, 0x90..=0x9f | 0xdc | 0xdd);
    let count = match mark {
        0x80..=0x9f => u64::from(input.take::<0>()?.0 & 0xf),
        0xdc | 0xde => u16::from_be_bytes(input.take()?.1).into(),
        _ => u32::from_be_bytes(input.take()?.1).into(),
    };
    lua_createtable(lua, 0, 0);
    if array {
        lua.check_room(1, c"in function mp_decode_to_lua_array");
    }
    let left = if array { count } else { count * 2 };
    Ok(Open { array, next: 1, left, has_key: false })
}

impl<'a> Input<'a> {
    /// The mark and the `N` bytes after it.
    fn take<const N: usize>(&mut self) -> Result<(u8, [u8; N]), Broken> {
        let (&mark, rest) = self.rest.split_first().ok_or(Broken::Short)?;
        let (bytes, rest) = rest.split_first_chunk::<N>().ok_or(Broken::Short)?;
        self.rest = rest;
        Ok((mark, *bytes))
    }

    /// The length of a string: in the mark, or in 1, 2 or 4 bytes after the marks from `first` on.
    fn length(&mut self, mark: u8, first: u8, mask: u8) -> Result<usize, Broken> {
        Ok(match mark.checked_sub(first) {
            None => usize::from(self.take::<0>()?.0 & mask),
            Some(0) => u8::from_be_bytes(self.take()?.1).into(),
            Some(1) => u16::from_be_bytes(self.take()?.1).into(),
            Some(_) => u32::from_be_bytes(self.take()?.1) as usize,
        })
    }

    fn bytes(&mut self, length: usize) -> Result<&'a [u8], Broken> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(Broken::Short)?;
        self.rest = rest;
        Ok(bytes)
    }
}
