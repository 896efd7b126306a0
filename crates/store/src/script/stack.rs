//! Lua's stack in terms of Rust: bytes as slices, functions of Rust as functions of Lua, errors that do not return.
//!
//! Slices from [`Stack::bytes`] and the like are Lua's own strings: good as long as the value stays on the stack.

#![expect(unsafe_code, reason = "passes slices and C strings to Lua and back")]

use super::ffi::*;
use std::ffi::{CStr, c_int};
use std::fmt;
use std::io::Write;
use std::ptr::{NonNull, null_mut};
use std::slice::from_raw_parts;

impl<'a> Stack<'a> {
    /// Pushes a string.
    pub fn push_bytes(self, bytes: &[u8]) {
        // SAFETY: Lua copies the slice.
        unsafe { lua_pushlstring(self, bytes.as_ptr().cast(), bytes.len()) }
    }

    /// Pushes a function of Rust. It takes the stack and returns how many of its top values are the results.
    pub fn push_function<F>(self, function: F)
    where
        F: Fn(Stack<'_>) -> c_int + Copy + 'static,
    {
        self.push_closure(function, 0);
    }

    /// The same with the top `upvalues` values as its upvalues.
    pub fn push_closure<F>(self, _function: F, upvalues: c_int)
    where
        F: Fn(Stack<'_>) -> c_int + Copy + 'static,
    {
        const { assert!(size_of::<F>() == 0, "a function that captures nothing") };
        lua_pushcclosure(self, enter::<F>, upvalues);
    }

    /// Pushes a copy of `value` in memory of Lua's, which drops it without notice.
    pub fn push_data<T: Copy + 'static>(self, value: T) {
        const { assert!(align_of::<T>() <= 8, "what Lua aligns to") };
        let place = lua_newuserdata(self, size_of::<T>()).cast::<T>();
        // SAFETY: Lua raises an error if it has no memory; the block is as large as T, and aligned for it.
        unsafe { place.write(value) }
    }

    /// What [`Self::push_data`] put in upvalue 1 of the running function.
    ///
    /// The caller names the type: functions that are closed over a `T` and nothing else may use this.
    pub fn data<T: Copy + 'static>(self) -> &'a std::cell::Cell<T> {
        // SAFETY: the function keeps its upvalue alive while it runs; scripts cannot change upvalues, as they
        // have no debug library.
        unsafe { &*lua_touserdata(self, upvalue(1)).cast() }
    }

    /// The string at `index`; a number there becomes one. `None` for all else.
    pub fn bytes(self, index: c_int) -> Option<&'a [u8]> {
        let mut length = 0;
        // SAFETY: Lua gives null or that many bytes, which stay while the value is on the stack.
        unsafe {
            let start = lua_tolstring(self, index, &raw mut length);
            (!start.is_null()).then(|| from_raw_parts(start.cast(), length))
        }
    }

    /// The string that is argument `n`, or an error.
    pub fn check_bytes(self, n: c_int) -> &'a [u8] {
        let mut length = 0;
        // SAFETY: it does not return without a string, which stays while the argument is on the stack.
        unsafe {
            let start = luaL_checklstring(self, n, &raw mut length);
            from_raw_parts(start.cast(), length)
        }
    }

    /// The number that is argument `n`, cut to an int as C does, or an error.
    #[expect(clippy::cast_possible_truncation, reason = "that is the conversion")]
    pub fn check_int(self, n: c_int) -> c_int {
        luaL_checkinteger(self, n) as c_int
    }

    /// Room for `slots` more values, or the error `stack overflow (message)`.
    pub fn check_room(self, slots: c_int, message: &CStr) {
        if lua_checkstack(self, slots) == 0 {
            let message = message.to_string_lossy();
            self.raise(format_args!("stack overflow ({message})"));
        }
    }

    /// Pops a value into the field `name` of the table at `index`.
    pub fn set_field(self, index: c_int, name: &CStr) {
        // SAFETY: Lua only reads the name.
        unsafe { lua_setfield(self, index, name.as_ptr()) }
    }

    /// Pushes the field `name` of the table at `index`.
    pub fn get_field(self, index: c_int, name: &CStr) {
        // SAFETY: Lua only reads the name.
        unsafe { lua_getfield(self, index, name.as_ptr()) }
    }

    /// Pushes the field `name` of the table on top, without metamethods.
    pub fn raw_field(self, name: &str) {
        self.push_bytes(name.as_bytes());
        lua_rawget(self, -2);
    }

    /// Removes the top `count` values.
    pub fn pop(self, count: c_int) {
        lua_settop(self, -count - 1);
    }

    /// The name of the type at `index`.
    pub fn type_name(self, index: c_int) -> &'a str {
        // SAFETY: Lua's names of types are constants.
        let name = unsafe { CStr::from_ptr(lua_typename(self, lua_type(self, index))) };
        name.to_str().unwrap_or_default()
    }

    /// Compiles `source`, known as `name` in errors: pushes the function, or on false the error.
    pub fn load(self, source: &[u8], name: &CStr) -> bool {
        // SAFETY: Lua reads both and keeps neither.
        unsafe { luaL_loadbuffer(self, source.as_ptr().cast(), source.len(), name.as_ptr()) == 0 }
    }

    /// An error if so many bytes, which we make for a script outside of Lua's memory, are more than all of that.
    pub fn check_size(self, bytes: usize) {
        let bytes_max = self.context().memory.bytes_max();
        if bytes > bytes_max {
            let mb = bytes_max >> 20;
            self.raise(format_args!("not enough memory: one result may have {mb} MB"));
        }
    }

    /// Raises `message` as an error of the line that called the running function.
    pub fn raise(self, message: fmt::Arguments<'_>) -> ! {
        let text = message.to_string();
        // The stack may be full; the values on it are not needed any more.
        lua_settop(self, 0);
        luaL_where(self, 1);
        self.push_bytes(text.as_bytes());
        lua_concat(self, 2);
        lua_error(self)
    }

    /// Pushes a formatted text.
    pub fn push_text(self, text: fmt::Arguments<'_>) {
        let mut bytes = Vec::new();
        // Writing to a Vec cannot fail.
        let _ = bytes.write_fmt(text);
        self.push_bytes(&bytes);
    }

    /// Raises the error `bad argument #n to 'function' (message)`.
    pub fn bad_argument(self, n: c_int, message: &CStr) -> ! {
        // SAFETY: Lua copies the text.
        unsafe { luaL_argerror(self, n, message.as_ptr()) }
    }

    /// Raises the error `bad argument #n to 'function' (wanted expected, got …)`.
    pub fn bad_type(self, n: c_int, wanted: &CStr) -> ! {
        // SAFETY: Lua copies the text.
        unsafe { luaL_typerror(self, n, wanted.as_ptr()) }
    }

    /// Who runs at `level` (0 is the running function): whether it is C, its source and its line.
    pub fn caller(self, level: c_int) -> Option<(bool, &'a [u8], c_int)> {
        // SAFETY: all zero is a value of this plain struct; Lua fills it, and its texts belong to functions
        // that are running.
        unsafe {
            let mut at: Activation = std::mem::zeroed();
            if lua_getstack(self, level, &raw mut at) == 0 {
                return None;
            }
            lua_getinfo(self, c"nSl".as_ptr(), &raw mut at);
            let is_c = CStr::from_ptr(at.what) == c"C";
            Some((is_c, CStr::from_ptr(at.source).to_bytes(), at.current_line))
        }
    }

    /// The number that the text at `at` of a string with its closing zero starts with, and its length.
    /// As C's `strtod`: hexadecimal, `inf` and `nan` too.
    pub fn number_prefix(text: &CStr) -> (f64, usize) {
        let start = text.as_ptr();
        let mut end = null_mut();
        // SAFETY: the text ends with a zero; C stops there.
        let number = unsafe { strtod(start, &raw mut end) };
        (number, end.addr() - start.addr())
    }
}

/// What Lua calls for a function of Rust.
extern "C-unwind" fn enter<F>(lua: Stack<'_>) -> c_int
where
    F: Fn(Stack<'_>) -> c_int + Copy + 'static,
{
    // SAFETY: F has no size, which `push_closure` asserts, so there is nothing to read.
    let function = unsafe { NonNull::<F>::dangling().read() };
    function(lua)
}
