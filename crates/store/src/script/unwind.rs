//! How a Lua error leaves the functions it passes: as an unwinding of ours instead of C's longjmp.
//!
//! The build script makes Lua's two macros call these, so destructors of Rust frames run when Lua, called by
//! them, raises an error. A panic of our own passes through Lua to our caller; the machine is not used again then.

#![expect(unsafe_code, reason = "called by Lua's C code by name and with its pointers")]

use super::ffi::Stack;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// What travels: the error itself is in Lua's hands.
struct LuaError;

/// Calls `function` so that [`ostler_lua_throw`] ends here.
// SAFETY: no other symbol has this name; Lua passes what it would have called itself.
#[unsafe(no_mangle)]
extern "C-unwind" fn ostler_lua_try(
    function: extern "C-unwind" fn(Stack<'_>, *mut c_void),
    lua: Stack<'_>,
    data: *mut c_void,
) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| function(lua, data)))
        && !payload.is::<LuaError>()
    {
        resume_unwind(payload);
    }
}

/// Leaves all calls up to the innermost [`ostler_lua_try`].
// SAFETY: no other symbol has this name.
#[unsafe(no_mangle)]
extern "C-unwind" fn ostler_lua_throw() -> ! {
    resume_unwind(Box::new(LuaError))
}
