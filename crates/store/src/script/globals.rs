//! What a script finds: Lua's libraries without files, processes and debugging, those of Redis, and no way to
//! change any of it.

use super::ffi::*;
use super::{api, bits, cjson, cmsgpack, random, structs};
use std::ffi::{CStr, c_int};

/// Globals of Lua that scripts do not get: files, standard output, and what bypasses the protection of globals.
const TAKEN_AWAY: &[&CStr] =
    &[c"dofile", c"loadfile", c"print", c"getfenv", c"setfenv", c"newproxy"];

/// Fills the globals and locks them.
pub fn install(lua: Stack<'_>) {
    let libraries: [(Function, &[u8]); 4] = [
        (luaopen_base, b""),
        (luaopen_table, b"table"),
        (luaopen_string, b"string"),
        (luaopen_math, b"math"),
    ];
    for (open, name) in libraries {
        lua_pushcclosure(lua, open, 0);
        lua.push_bytes(name);
        lua_call(lua, 1, 0);
    }
    for name in TAKEN_AWAY {
        lua_pushnil(lua);
        lua.set_field(GLOBALS, name);
    }
    lua.push_function(protected_call);
    lua.set_field(GLOBALS, c"pcall");
    lua.get_field(GLOBALS, c"math");
    random::install(lua);
    lua.pop(1);
    for (name, push) in [
        (c"redis", api::push as fn(Stack<'_>)),
        (c"cjson", cjson::push),
        (c"cmsgpack", cmsgpack::push),
        (c"struct", structs::push),
        (c"bit", bits::push),
        (c"os", push_os),
    ] {
        push(lua);
        lua.set_field(GLOBALS, name);
    }
    lock(lua);
}

/// Makes all that can be reached read-only, and reading of unknown globals an error.
fn lock(lua: Stack<'_>) {
    lua_pushvalue(lua, GLOBALS);
    lua_createtable(lua, 0, 1);
    lua.push_function(unknown_global);
    lua.set_field(-2, c"__index");
    lua_setmetatable(lua, -2);
    protect(lua);
    // CVE-2025-46818: the metatables of basic types are shared by all scripts. Only strings have one.
    lua.push_bytes(b"");
    if lua_getmetatable(lua, -1) != 0 {
        protect(lua);
    }
}

/// Makes the table on top read-only, with all tables in it and their metatables.
fn protect(lua: Stack<'_>) {
    if lua_isreadonlytable(lua, -1) != 0 {
        return;
    }
    lua_enablereadonlytable(lua, -1, 1);
    lua.check_room(4, c"while locking globals");
    lua_pushnil(lua);
    while lua_next(lua, -2) != 0 {
        if lua_type(lua, -1) == kind::TABLE {
            protect(lua);
        }
        lua.pop(1);
    }
    if lua_getmetatable(lua, -1) != 0 {
        protect(lua);
        lua.pop(1);
    }
}

fn unknown_global(lua: Stack<'_>) -> c_int {
    if lua_gettop(lua) != 2 {
        lua.raise(format_args!("Wrong number of arguments to luaProtectedTableError"));
    }
    if lua_isstring(lua, 2) == 0 {
        lua.raise(format_args!(
            "Second argument to luaProtectedTableError must be a string or number"
        ));
    }
    let name = super::failure::until_zero(lua.bytes(2).unwrap_or_default());
    lua.raise(format_args!(
        "Script attempted to access nonexistent global variable '{}'",
        String::from_utf8_lossy(name)
    ))
}

/// `pcall`, whose error is the text of a table of ours: scripts were written when errors were texts.
fn protected_call(lua: Stack<'_>) -> c_int {
    let arguments = lua_gettop(lua);
    if arguments == 0 {
        lua.bad_argument(1, c"value expected");
    }
    lua_pushboolean(lua, 1);
    lua_insert(lua, 1);
    if lua_pcall(lua, arguments - 1, MULTIPLE, 0) != 0 {
        lua_remove(lua, 1);
        if lua_type(lua, -1) == kind::TABLE {
            lua.get_field(-1, c"err");
            if lua_isstring(lua, -1) != 0 {
                lua_replace(lua, -2);
            } else {
                lua.pop(1);
            }
        }
        lua_pushboolean(lua, 0);
        lua_insert(lua, 1);
    }
    lua_gettop(lua)
}

/// `os` with nothing but `clock`.
fn push_os(lua: Stack<'_>) {
    lua_createtable(lua, 0, 1);
    lua.push_function(|lua| {
        #[expect(clippy::cast_precision_loss, reason = "seconds of one process")]
        lua_pushnumber(lua, clock() as f64 / 1e6);
        1
    });
    lua.set_field(-2, c"clock");
}
