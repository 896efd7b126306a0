//! One Lua state with its context: made, asked to compile and run, closed.

#![expect(unsafe_code, reason = "owns the state that C knows by a pointer")]

use super::context::Context;
use super::ffi::*;
use super::host::Verdict;
use super::{Host, INSTRUCTIONS_BETWEEN_QUESTIONS, Sha, failure, globals, memory, to_reply};
use crate::resp::{Reply, Version};
use std::ffi::{c_int, c_void};
use std::marker::PhantomData;
use std::ptr::NonNull;

/// A place in the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference(c_int);

/// A running Lua and what it needs.
pub struct Machine {
    state: NonNull<RawState>,
    context: Box<Context>,
    /// The function that runs a task, and the one that finds the place of an error.
    task: Reference,
    handler: Reference,
}

/// One run of a script.
pub struct Run<'a> {
    /// Its name, for errors.
    pub sha: Sha,
    /// The compiled script.
    pub function: Reference,
    /// `KEYS`.
    pub keys: &'a [&'a [u8]],
    /// `ARGV`.
    pub args: &'a [&'a [u8]],
}

/// Each so many runs some garbage is collected, so that it does not add up to one long collection.
const RUNS_BETWEEN_STEPS: u64 = 50;
/// So much each time.
const STEP_KB: c_int = 50;

// SAFETY: Lua keeps nothing of the thread that it runs in, and `&mut self` makes it one at a time.
unsafe impl Send for Machine {}

impl Machine {
    /// With all that scripts may use; `None` if `memory_bytes_max` is too little even for that.
    pub fn new(memory_bytes_max: usize) -> Option<Self> {
        const MEMORY_BYTES_MIN: usize = 1 << 20;
        if memory_bytes_max < MEMORY_BYTES_MIN {
            return None;
        }
        let context = Box::new(Context::new(memory_bytes_max));
        let owner: *const Context = &raw const *context;
        // SAFETY: the allocator is for this context, which is boxed and dropped after the state.
        let state = unsafe { lua_newstate(memory::allocate, owner.cast_mut().cast()) };
        let state = NonNull::new(state)?;
        let lua = Stack(state, PhantomData);
        lua_atpanic(lua, unprotected);
        // Nothing catches an error yet, so there must be memory enough for these.
        lua.push_function(run_task);
        let task = Reference(luaL_ref(lua, REGISTRY));
        lua.push_function(failure::handler);
        let handler = Reference(luaL_ref(lua, REGISTRY));
        let mut machine = Self { state, context, task, handler };
        machine.protected(&mut |lua| globals::install(lua)).then_some(machine)
    }

    /// The stack below all calls.
    fn stack(&self) -> Stack<'_> {
        Stack(self.state, PhantomData)
    }

    /// Compiles a script; its error if that fails.
    pub fn compile(&mut self, source: &[u8]) -> Result<Reference, Vec<u8>> {
        let mut compiled = Err(b"not enough memory".to_vec());
        self.protected(&mut |lua| {
            compiled = if lua.load(source, c"@user_script") {
                Ok(Reference(luaL_ref(lua, REGISTRY)))
            } else {
                Err(failure::until_zero(lua.bytes(-1).unwrap_or_default()).to_vec())
            };
        });
        compiled
    }

    /// Forgets a script.
    pub fn forget(&mut self, function: Reference) {
        luaL_unref(self.stack(), REGISTRY, function.0);
    }

    /// Runs a script and writes its reply or its error.
    pub fn run(&mut self, run: &Run<'_>, host: &mut dyn Host, reply: &mut Reply) {
        let start = reply.len();
        self.context.version.set(Version::Resp2);
        lua_sethook(self.stack(), Some(hook), MASK_COUNT, INSTRUCTIONS_BETWEEN_QUESTIONS);
        let lua = self.stack();
        lua_rawgeti(lua, REGISTRY, self.handler.0);
        let status = self.context.with(host, || {
            self.enter(1, &mut |lua| {
                set_global(lua, c"KEYS", run.keys);
                set_global(lua, c"ARGV", run.args);
                lua_rawgeti(lua, REGISTRY, run.function.0);
                lua_call(lua, 0, 1);
                to_reply::write(lua, reply);
                let runs = lua.context().runs.get() + 1;
                lua.context().runs.set(runs);
                if runs % RUNS_BETWEEN_STEPS == 0 {
                    lua_gc(lua, GC_STEP, STEP_KB);
                }
            })
        });
        if status != 0 {
            reply.truncate(start);
            self.write_error(status, run.sha, reply);
        }
        lua_settop(lua, 0);
        if status == ERROR_MEMORY || self.memory_is_short() {
            self.collect();
        }
    }

    /// The error is on top.
    fn write_error(&self, status: c_int, sha: Sha, reply: &mut Reply) {
        let start = reply.len();
        let lua = self.stack();
        if status == ERROR_MEMORY {
            let mb = self.context.memory.bytes_max() >> 20;
            let text = format!(
                "ERR Error running script {sha}, not enough memory: all scripts together may use {mb} MB"
            );
            return to_reply::write_error_line(text.as_bytes(), reply);
        }
        lua_rawgeti(lua, REGISTRY, self.task.0);
        let mut task: &mut dyn FnMut(Stack<'_>) = &mut |lua| {
            failure::write_error(lua, &sha.to_string(), reply);
        };
        lua_pushlightuserdata(lua, (&raw mut task).cast::<c_void>());
        lua_pushvalue(lua, -3);
        if lua_pcall(lua, 2, 0, 0) != 0 {
            reply.truncate(start);
            let text = format!("ERR Error running script {sha}, its error cannot be shown");
            to_reply::write_error_line(text.as_bytes(), reply);
        }
    }

    /// Frees what no script holds.
    pub fn collect(&mut self) {
        self.protected(&mut |lua| {
            lua_gc(lua, GC_COLLECT, 0);
        });
    }

    /// Bytes that Lua holds.
    pub fn memory_bytes(&self) -> usize {
        self.context.memory.used_bytes()
    }

    fn memory_is_short(&self) -> bool {
        self.memory_bytes() > self.context.memory.bytes_max() / 4 * 3
    }

    /// Runs `task` so that errors end here; false if there was one.
    fn protected(&mut self, task: &mut dyn FnMut(Stack<'_>)) -> bool {
        let fine = self.enter(0, task) == 0;
        lua_settop(self.stack(), 0);
        fine
    }

    /// The status of `task`; its error remains on top.
    fn enter(&self, handler: c_int, mut task: &mut dyn FnMut(Stack<'_>)) -> c_int {
        let lua = self.stack();
        lua_rawgeti(lua, REGISTRY, self.task.0);
        lua_pushlightuserdata(lua, (&raw mut task).cast::<c_void>());
        lua_pcall(lua, 1, 0, handler)
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // A panic that came through Lua left it in the middle of something.
        if !std::thread::panicking() {
            // CVE-2024-46981 was about finalizers that run while the state closes: nothing here has one, and
            // what is garbage goes first.
            self.collect();
            // SAFETY: this is the state that lua_newstate gave, and nothing uses it after this.
            unsafe { lua_close(self.state.as_ptr()) }
        }
    }
}

/// Argument 1 points to the task, a closure on the stack of the caller of lua_pcall.
fn run_task(lua: Stack<'_>) -> c_int {
    let task = lua_touserdata(lua, 1).cast::<&mut dyn FnMut(Stack<'_>)>();
    // SAFETY: only `enter` and `write_error` call this function, each with a pointer to its own local.
    let task = unsafe { &mut *task };
    task(lua);
    0
}

/// An error where nobody catches one: only a mistake of ours in this file.
extern "C-unwind" fn unprotected(lua: Stack<'_>) -> c_int {
    let text = String::from_utf8_lossy(lua.bytes(-1).unwrap_or_default()).into_owned();
    std::panic::panic_any(format!("an error of Lua outside of all calls: {text}"))
}

/// Asks whether the script may go on. One that was killed is asked at each line, so that it cannot go on from a
/// `pcall`.
extern "C-unwind" fn hook(lua: Stack<'_>, _at: *mut Activation) {
    if lua.context().host(|host| host.slow()) == Some(Verdict::Kill) {
        kill(lua);
    }
}

/// Ends the script.
pub fn kill(lua: Stack<'_>) -> ! {
    lua_sethook(lua, Some(hook), MASK_LINE, 0);
    failure::raise(lua, "Script killed by user with SCRIPT KILL...")
}

/// Sets a global to a list of strings, past the protection.
fn set_global(lua: Stack<'_>, name: &std::ffi::CStr, items: &[&[u8]]) {
    lua_createtable(lua, c_int::try_from(items.len()).unwrap_or(0), 0);
    for (n, item) in (1..).zip(items) {
        lua.push_bytes(item);
        lua_rawseti(lua, -2, n);
    }
    lua_enablereadonlytable(lua, GLOBALS, 0);
    lua.set_field(GLOBALS, name);
    lua_enablereadonlytable(lua, GLOBALS, 1);
}
