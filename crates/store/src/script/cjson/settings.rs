//! What can be chosen, by functions of the table that return the choice.

use crate::script::ffi::*;
use std::ffi::c_int;

/// Choices of one table; the functions of the table share them.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// An array that is too sparse becomes an object, instead of an error.
    pub sparse_convert: bool,
    /// Sparse is an array with a largest index of more than this many times its values; 0: none is.
    pub sparse_ratio: i32,
    /// Up to this index none is sparse.
    pub sparse_safe: i32,
    /// Tables within tables.
    pub encode_depth_max: i32,
    /// Digits of a number.
    pub precision: i32,
    /// NaN and infinities: 0 an error, 1 as they are, 2 as null.
    pub encode_invalid: i32,
    /// Accepted for those that choose; there is one buffer in any case.
    pub keep_buffer: bool,
    /// Tables within tables.
    pub decode_depth_max: i32,
    /// Hexadecimal numbers, NaN and infinities are read.
    pub decode_invalid: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sparse_convert: false,
            sparse_ratio: 2,
            sparse_safe: 10,
            encode_depth_max: 1000,
            precision: 14,
            encode_invalid: 0,
            keep_buffer: true,
            decode_depth_max: 1000,
            decode_invalid: true,
        }
    }
}

const ON_OFF: &[&[u8]] = &[b"off", b"on"];
const ON_OFF_NULL: &[&[u8]] = &[b"off", b"on", b"null"];

/// Puts the functions into the table below the settings, which are on top.
pub fn install(lua: Stack<'_>) {
    let add = |name, push: fn(Stack<'_>)| {
        lua_pushvalue(lua, -1);
        push(lua);
        lua.set_field(-3, name);
    };
    add(c"encode_sparse_array", |lua| lua.push_closure(encode_sparse_array, 1));
    add(c"encode_max_depth", |lua| {
        lua.push_closure(
            |lua| change(lua, |lua, s| integer(lua, 1, 1, &mut s.encode_depth_max)),
            1,
        );
    });
    add(c"decode_max_depth", |lua| {
        lua.push_closure(
            |lua| change(lua, |lua, s| integer(lua, 1, 1, &mut s.decode_depth_max)),
            1,
        );
    });
    add(c"encode_number_precision", |lua| {
        lua.push_closure(|lua| change(lua, |lua, s| bounded(lua, 1, (1, 14), &mut s.precision)), 1);
    });
    add(c"encode_keep_buffer", |lua| {
        lua.push_closure(|lua| change(lua, |lua, s| switch(lua, &mut s.keep_buffer)), 1);
    });
    add(c"encode_invalid_numbers", |lua| {
        lua.push_closure(
            |lua| change(lua, |lua, s| choice(lua, ON_OFF_NULL, &mut s.encode_invalid)),
            1,
        );
    });
    add(c"decode_invalid_numbers", |lua| {
        lua.push_closure(|lua| change(lua, |lua, s| switch(lua, &mut s.decode_invalid)), 1);
    });
}

fn encode_sparse_array(lua: Stack<'_>) -> c_int {
    pad(lua, 3);
    let cell = lua.data::<Settings>();
    let mut settings = cell.get();
    switch(lua, &mut settings.sparse_convert);
    cell.set(settings);
    integer(lua, 2, 0, &mut settings.sparse_ratio);
    cell.set(settings);
    integer(lua, 3, 0, &mut settings.sparse_safe);
    cell.set(settings);
    3
}

fn change(lua: Stack<'_>, change: fn(Stack<'_>, &mut Settings)) -> c_int {
    pad(lua, 1);
    let cell = lua.data::<Settings>();
    let mut settings = cell.get();
    change(lua, &mut settings);
    cell.set(settings);
    1
}

/// At most `count` arguments; those that are missing are nil.
fn pad(lua: Stack<'_>, count: c_int) {
    if lua_gettop(lua) > count {
        lua.bad_argument(count + 1, c"found too many arguments");
    }
    lua_settop(lua, count);
}

fn integer(lua: Stack<'_>, argument: c_int, min: i32, setting: &mut i32) {
    bounded(lua, argument, (min, i32::MAX), setting);
}

fn bounded(lua: Stack<'_>, argument: c_int, (min, max): (i32, i32), setting: &mut i32) {
    if lua_type(lua, argument) != kind::NIL {
        let value = lua.check_int(argument);
        if value < min || value > max {
            bad(lua, 1, &format!("expected integer between {min} and {max}"));
        }
        *setting = value;
    }
    lua_pushnumber(lua, f64::from(*setting));
}

fn switch(lua: Stack<'_>, setting: &mut bool) {
    let mut value = i32::from(*setting);
    choice(lua, ON_OFF, &mut value);
    *setting = value != 0;
}

/// Argument 1 as one of `names`, the first two of which are also false and true.
fn choice(lua: Stack<'_>, names: &[&[u8]], setting: &mut i32) {
    match lua_type(lua, 1) {
        kind::NIL => {}
        kind::BOOLEAN => *setting = lua_toboolean(lua, 1),
        _ => {
            let name = crate::script::failure::until_zero(lua.check_bytes(1));
            match (0..).zip(names).find(|(_, known)| **known == name) {
                Some((value, _)) => *setting = value,
                None => {
                    bad(lua, 1, &format!("invalid option '{}'", String::from_utf8_lossy(name)));
                }
            }
        }
    }
    match usize::try_from(*setting).ok().and_then(|value| names.get(value)) {
        Some(name) if *setting > 1 => lua.push_bytes(name),
        _ => lua_pushboolean(lua, *setting),
    }
}

fn bad(lua: Stack<'_>, argument: c_int, text: &str) -> ! {
    let text = std::ffi::CString::new(text).unwrap_or_default();
    lua.bad_argument(argument, &text)
}
