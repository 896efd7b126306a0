//! The library `bit` (version 1.0.2): operations on 32 bits.

use super::ffi::*;
use std::ffi::{CStr, c_int};

/// Pushes the table.
pub fn push(lua: Stack<'_>) {
    lua_createtable(lua, 0, 12);
    let add = |name: &CStr, push: fn(Stack<'_>)| {
        push(lua);
        lua.set_field(-2, name);
    };
    add(c"tobit", |lua| lua.push_function(|lua| result(lua, bits(lua, 1))));
    add(c"bnot", |lua| lua.push_function(|lua| result(lua, !bits(lua, 1))));
    add(c"band", |lua| lua.push_function(|lua| fold(lua, |a, b| a & b)));
    add(c"bor", |lua| lua.push_function(|lua| fold(lua, |a, b| a | b)));
    add(c"bxor", |lua| lua.push_function(|lua| fold(lua, |a, b| a ^ b)));
    add(c"lshift", |lua| lua.push_function(|lua| shift(lua, |bits, by| bits << by)));
    add(c"rshift", |lua| lua.push_function(|lua| shift(lua, |bits, by| bits >> by)));
    add(c"arshift", |lua| {
        lua.push_function(|lua| shift(lua, |bits, by| (bits.cast_signed() >> by).cast_unsigned()));
    });
    add(c"rol", |lua| lua.push_function(|lua| shift(lua, u32::rotate_left)));
    add(c"ror", |lua| lua.push_function(|lua| shift(lua, u32::rotate_right)));
    add(c"bswap", |lua| lua.push_function(|lua| result(lua, bits(lua, 1).swap_bytes())));
    add(c"tohex", |lua| lua.push_function(to_hex));
}

/// The low 32 bits of argument `n`, rounded to an integer.
#[expect(clippy::cast_possible_truncation, reason = "the low bits are what is asked for")]
fn bits(lua: Stack<'_>, n: c_int) -> u32 {
    // Adding 2^52 + 2^51 leaves the integer in the low bits of the mantissa.
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    let bits = (lua_tonumber(lua, n) + SHIFT).to_bits() as u32;
    if bits == 0 && lua_isnumber(lua, n) == 0 {
        lua.bad_type(n, c"number");
    }
    bits
}

fn result(lua: Stack<'_>, bits: u32) -> c_int {
    lua_pushnumber(lua, bits.cast_signed().into());
    1
}

fn fold(lua: Stack<'_>, operation: fn(u32, u32) -> u32) -> c_int {
    let first = bits(lua, 1);
    let all = (2..=lua_gettop(lua)).rev().fold(first, |all, n| operation(all, bits(lua, n)));
    result(lua, all)
}

fn shift(lua: Stack<'_>, operation: fn(u32, u32) -> u32) -> c_int {
    let by = bits(lua, 2);
    result(lua, operation(bits(lua, 1), by & 31))
}

/// CVE-2024-31449 was a count of digits whose absolute value is no i32.
fn to_hex(lua: Stack<'_>) -> c_int {
    let bits = bits(lua, 1);
    let count = if lua_type(lua, 2) == kind::NONE { 8 } else { self::bits(lua, 2).cast_signed() };
    let text = if count < 0 { format!("{bits:08X}") } else { format!("{bits:08x}") };
    let count = usize::try_from(count.unsigned_abs()).unwrap_or(8).min(8);
    lua.push_bytes(text.as_bytes().get(8 - count..).unwrap_or_default());
    1
}
