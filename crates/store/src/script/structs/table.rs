//! The table that scripts see.

use super::{pack, unpack};
use crate::script::ffi::*;

/// Pushes the table.
pub fn push(lua: Stack<'_>) {
    lua_createtable(lua, 0, 3);
    lua.push_function(pack::pack);
    lua.set_field(-2, c"pack");
    lua.push_function(unpack::unpack);
    lua.set_field(-2, c"unpack");
    lua.push_function(unpack::size);
    lua.set_field(-2, c"size");
}
