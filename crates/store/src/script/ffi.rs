//! Catalogue: the functions of Lua 5.1's C API that scripts need, and the stack they work on.
//!
//! All take a [`Stack`], which only Lua itself or [`super::machine`] can make. The ABI may unwind: a Lua error
//! is an unwinding of ours (see [`super::unwind`]), so frames of Rust between Lua and Lua are left in order.

#![expect(unsafe_code, reason = "declarations of the C library that the build script compiles")]

use std::ffi::{c_char, c_int, c_long, c_void};
use std::marker::PhantomData;
use std::ptr::NonNull;

/// What C knows as `lua_State`.
#[repr(C)]
pub struct RawState {
    _opaque: [u8; 0],
}

/// The stack of a running Lua thread, as a function called by Lua sees it.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Stack<'a>(pub(super) NonNull<RawState>, pub(super) PhantomData<&'a RawState>);

/// A function that Lua can call: its arguments are the stack, it returns how many of the top are its results.
pub type Function = extern "C-unwind" fn(Stack<'_>) -> c_int;
/// Called by Lua between instructions.
pub type Hook = extern "C-unwind" fn(Stack<'_>, *mut Activation);
/// Gives, moves and frees memory: owner, block, old size, new size.
pub type Allocate = extern "C-unwind" fn(*mut c_void, *mut c_void, usize, usize) -> *mut c_void;

/// What is known of one level of the stack of calls (C: `lua_Debug`).
#[repr(C)]
pub struct Activation {
    pub event: c_int,
    pub name: *const c_char,
    pub namewhat: *const c_char,
    pub what: *const c_char,
    pub source: *const c_char,
    pub current_line: c_int,
    pub upvalues: c_int,
    pub line_defined: c_int,
    pub last_line_defined: c_int,
    pub short_source: [c_char; 60],
    pub call_info: c_int,
}

/// Index of the table that only C sees.
pub const REGISTRY: c_int = -10000;
/// Index of the table of globals.
pub const GLOBALS: c_int = -10002;
/// All results, however many.
pub const MULTIPLE: c_int = -1;
/// Status of a call that ran out of memory.
pub const ERROR_MEMORY: c_int = 4;
/// Call a hook at each new line.
pub const MASK_LINE: c_int = 4;
/// Call a hook after so many instructions.
pub const MASK_COUNT: c_int = 8;
/// Collect all garbage now.
pub const GC_COLLECT: c_int = 2;
/// Collect garbage for so many KB.
pub const GC_STEP: c_int = 5;

/// Index of the upvalue `n`, from 1.
pub const fn upvalue(n: c_int) -> c_int {
    GLOBALS - n
}

/// Types of values.
pub mod kind {
    use std::ffi::c_int;
    pub const NONE: c_int = -1;
    pub const NIL: c_int = 0;
    pub const BOOLEAN: c_int = 1;
    pub const LIGHT: c_int = 2;
    pub const NUMBER: c_int = 3;
    pub const STRING: c_int = 4;
    pub const TABLE: c_int = 5;
}

// SAFETY: the signatures are those of lua.h, lauxlib.h and lualib.h of 5.1.5 with our fixes. What is marked safe
// needs a live stack, which a `Stack` is by its lifetime, and indices within it: debug builds check those in C.
unsafe extern "C-unwind" {
    pub fn lua_newstate(allocate: Allocate, owner: *mut c_void) -> *mut RawState;
    pub fn lua_close(lua: *mut RawState);
    pub safe fn lua_atpanic(lua: Stack<'_>, function: Function) -> Option<Function>;
    pub fn lua_getallocf(lua: Stack<'_>, owner: *mut *mut c_void) -> Allocate;

    pub safe fn lua_gettop(lua: Stack<'_>) -> c_int;
    pub safe fn lua_settop(lua: Stack<'_>, index: c_int);
    pub safe fn lua_pushvalue(lua: Stack<'_>, index: c_int);
    pub safe fn lua_remove(lua: Stack<'_>, index: c_int);
    pub safe fn lua_insert(lua: Stack<'_>, index: c_int);
    pub safe fn lua_replace(lua: Stack<'_>, index: c_int);
    pub safe fn lua_checkstack(lua: Stack<'_>, slots: c_int) -> c_int;

    pub safe fn lua_type(lua: Stack<'_>, index: c_int) -> c_int;
    pub fn lua_typename(lua: Stack<'_>, kind: c_int) -> *const c_char;
    pub safe fn lua_isnumber(lua: Stack<'_>, index: c_int) -> c_int;
    pub safe fn lua_isstring(lua: Stack<'_>, index: c_int) -> c_int;
    pub safe fn lua_tonumber(lua: Stack<'_>, index: c_int) -> f64;
    pub safe fn lua_tointeger(lua: Stack<'_>, index: c_int) -> isize;
    pub safe fn lua_toboolean(lua: Stack<'_>, index: c_int) -> c_int;
    pub fn lua_tolstring(lua: Stack<'_>, index: c_int, length: *mut usize) -> *const c_char;
    pub safe fn lua_touserdata(lua: Stack<'_>, index: c_int) -> *mut c_void;

    pub safe fn lua_pushnil(lua: Stack<'_>);
    pub safe fn lua_pushnumber(lua: Stack<'_>, number: f64);
    pub safe fn lua_pushinteger(lua: Stack<'_>, number: isize);
    pub safe fn lua_pushboolean(lua: Stack<'_>, value: c_int);
    pub safe fn lua_pushlightuserdata(lua: Stack<'_>, pointer: *mut c_void);
    pub fn lua_pushlstring(lua: Stack<'_>, bytes: *const c_char, length: usize);
    pub safe fn lua_pushcclosure(lua: Stack<'_>, function: Function, upvalues: c_int);
    pub safe fn lua_newuserdata(lua: Stack<'_>, size: usize) -> *mut c_void;
    pub safe fn lua_createtable(lua: Stack<'_>, array: c_int, records: c_int);

    pub safe fn lua_gettable(lua: Stack<'_>, index: c_int);
    pub fn lua_getfield(lua: Stack<'_>, index: c_int, name: *const c_char);
    pub safe fn lua_rawget(lua: Stack<'_>, index: c_int);
    pub safe fn lua_rawgeti(lua: Stack<'_>, index: c_int, n: c_int);
    pub safe fn lua_getmetatable(lua: Stack<'_>, index: c_int) -> c_int;
    pub safe fn lua_settable(lua: Stack<'_>, index: c_int);
    pub fn lua_setfield(lua: Stack<'_>, index: c_int, name: *const c_char);
    pub safe fn lua_rawset(lua: Stack<'_>, index: c_int);
    pub safe fn lua_rawseti(lua: Stack<'_>, index: c_int, n: c_int);
    pub safe fn lua_setmetatable(lua: Stack<'_>, index: c_int) -> c_int;
    pub safe fn lua_next(lua: Stack<'_>, index: c_int) -> c_int;
    pub safe fn lua_concat(lua: Stack<'_>, count: c_int);
    /// One of our fixes: no script may change this table while `on` is not 0.
    pub safe fn lua_enablereadonlytable(lua: Stack<'_>, index: c_int, on: c_int);
    /// One of our fixes.
    pub safe fn lua_isreadonlytable(lua: Stack<'_>, index: c_int) -> c_int;

    pub safe fn lua_call(lua: Stack<'_>, arguments: c_int, results: c_int);
    pub safe fn lua_pcall(
        lua: Stack<'_>,
        arguments: c_int,
        results: c_int,
        handler: c_int,
    ) -> c_int;
    pub safe fn lua_error(lua: Stack<'_>) -> !;
    pub safe fn lua_gc(lua: Stack<'_>, what: c_int, data: c_int) -> c_int;
    pub safe fn lua_sethook(lua: Stack<'_>, hook: Option<Hook>, mask: c_int, count: c_int)
    -> c_int;
    pub fn lua_getstack(lua: Stack<'_>, level: c_int, at: *mut Activation) -> c_int;
    pub fn lua_getinfo(lua: Stack<'_>, what: *const c_char, at: *mut Activation) -> c_int;

    pub safe fn luaL_where(lua: Stack<'_>, level: c_int);
    pub fn luaL_argerror(lua: Stack<'_>, argument: c_int, message: *const c_char) -> !;
    pub fn luaL_typerror(lua: Stack<'_>, argument: c_int, wanted: *const c_char) -> !;
    pub fn luaL_checklstring(lua: Stack<'_>, argument: c_int, length: *mut usize) -> *const c_char;
    pub safe fn luaL_checknumber(lua: Stack<'_>, argument: c_int) -> f64;
    pub safe fn luaL_checkinteger(lua: Stack<'_>, argument: c_int) -> isize;
    pub safe fn luaL_optinteger(lua: Stack<'_>, argument: c_int, default: isize) -> isize;
    pub safe fn luaL_ref(lua: Stack<'_>, index: c_int) -> c_int;
    pub safe fn luaL_unref(lua: Stack<'_>, index: c_int, reference: c_int);
    pub fn luaL_loadbuffer(
        lua: Stack<'_>,
        source: *const c_char,
        length: usize,
        name: *const c_char,
    ) -> c_int;

    pub safe fn luaopen_base(lua: Stack<'_>) -> c_int;
    pub safe fn luaopen_table(lua: Stack<'_>) -> c_int;
    pub safe fn luaopen_string(lua: Stack<'_>) -> c_int;
    pub safe fn luaopen_math(lua: Stack<'_>) -> c_int;

    /// C's own: the longest number that the text starts with, and where it ends.
    pub fn strtod(text: *const c_char, end: *mut *mut c_char) -> f64;
    /// C's own: processor time of this process in microseconds.
    pub safe fn clock() -> c_long;
}
