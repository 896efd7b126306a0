//! The table that scripts see.

use super::{pack, unpack};
use crate::script::ffi::*;
use std::ffi::CStr;

/// Fields of the table that are no functions.
const NAMES: &[(&CStr, &CStr)] = &[
    (c"_NAME", c"cmsgpack"),
    (c"_VERSION", c"lua-cmsgpack 0.4.0"),
    (c"_COPYRIGHT", c"Copyright (C) 2012, Salvatore Sanfilippo"),
    (c"_DESCRIPTION", c"MessagePack C implementation for Lua"),
];

/// Pushes the table.
pub fn push(lua: Stack<'_>) {
    lua_createtable(lua, 0, 8);
    lua.push_function(pack::pack);
    lua.set_field(-2, c"pack");
    lua.push_function(unpack::unpack);
    lua.set_field(-2, c"unpack");
    lua.push_function(unpack::unpack_one);
    lua.set_field(-2, c"unpack_one");
    lua.push_function(unpack::unpack_limit);
    lua.set_field(-2, c"unpack_limit");
    for (name, text) in NAMES {
        lua.push_bytes(text.to_bytes());
        lua.set_field(-2, name);
    }
}
