//! The table that scripts see.

use super::settings::Settings;
use crate::script::ffi::*;
use std::ffi::c_int;

/// Pushes a table with settings of its own.
pub fn push(lua: Stack<'_>) {
    lua_createtable(lua, 0, 16);
    lua.push_data(Settings::default());
    super::settings::install(lua);
    lua_pushvalue(lua, -1);
    lua.push_closure(super::encode::encode, 1);
    lua.set_field(-3, c"encode");
    lua_pushvalue(lua, -1);
    lua.push_closure(super::decode::decode, 1);
    lua.set_field(-3, c"decode");
    lua.pop(1);
    lua.push_function(new);
    lua.set_field(-2, c"new");
    lua_pushlightuserdata(lua, std::ptr::null_mut());
    lua.set_field(-2, c"null");
    lua.push_bytes(b"cjson");
    lua.set_field(-2, c"_NAME");
    lua.push_bytes(b"2.1.0");
    lua.set_field(-2, c"_VERSION");
}

fn new(lua: Stack<'_>) -> c_int {
    push(lua);
    1
}
