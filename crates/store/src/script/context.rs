//! What belongs to one machine besides Lua's own state: its memory, the host of the running script, scratch space.

#![expect(unsafe_code, reason = "finds the context by the pointer that Lua keeps for us")]

use super::ffi::{Stack, lua_getallocf};
use super::host::Host;
use super::memory::Memory;
use super::random::Random;
use crate::resp::{Reply, Version};
use std::cell::{Cell, RefCell};
use std::mem::transmute;
use std::ptr::{NonNull, null_mut};

/// One machine's side of things; shared by all functions that Lua calls.
pub struct Context {
    /// What Lua may use.
    pub memory: Memory,
    /// The sequence of `math.random`.
    pub random: Cell<Random>,
    /// The form of replies to the running script.
    pub version: Cell<Version>,
    /// Runs so far.
    pub runs: Cell<u64>,
    /// Text of cjson, kept from call to call.
    pub json: RefCell<Vec<u8>>,
    reply: RefCell<Reply>,
    host: Cell<Option<NonNull<dyn Host>>>,
}

impl Context {
    /// With no script running.
    pub fn new(memory_bytes_max: usize) -> Self {
        Self {
            memory: Memory::new(memory_bytes_max),
            random: Cell::new(Random::default()),
            version: Cell::new(Version::Resp2),
            runs: Cell::new(0),
            json: RefCell::default(),
            reply: RefCell::default(),
            host: Cell::new(None),
        }
    }

    /// Serves the functions that Lua calls with `host` while `run` runs.
    pub fn with<T>(&self, host: &mut dyn Host, run: impl FnOnce() -> T) -> T {
        // SAFETY: only the lifetime changes; the guard below forgets the pointer before `host` can end.
        let host: NonNull<dyn Host> =
            unsafe { transmute::<NonNull<dyn Host + '_>, NonNull<dyn Host>>(NonNull::from(host)) };
        let _back = Restore { cell: &self.host, value: self.host.replace(Some(host)) };
        run()
    }

    /// Lends the host of the running script; `None` without one, or if it is lent already.
    pub fn host<T>(&self, ask: impl FnOnce(&mut dyn Host) -> T) -> Option<T> {
        let mut host = self.host.take()?;
        let _back = Restore { cell: &self.host, value: Some(host) };
        // SAFETY: `with` is on the stack below us and holds the host borrowed; taking it out of the cell
        // keeps this reference the only one.
        Some(ask(unsafe { host.as_mut() }))
    }

    /// Lends an empty reply in the script's version.
    pub fn reply<T>(&self, fill: impl FnOnce(&mut Reply) -> T) -> T {
        const KEPT_BYTES_MAX: usize = 64 << 10;
        let mut reply = self.reply.take();
        reply.truncate(0);
        reply.set_version(self.version.get());
        let result = fill(&mut reply);
        if reply.len() <= KEPT_BYTES_MAX {
            self.reply.replace(reply);
        }
        result
    }
}

/// Puts a value back when dropped, also by an error.
struct Restore<'a, T: Copy> {
    cell: &'a Cell<T>,
    value: T,
}

impl<T: Copy> Drop for Restore<'_, T> {
    fn drop(&mut self) {
        self.cell.set(self.value);
    }
}

impl<'a> Stack<'a> {
    /// The context of the machine that this stack belongs to.
    pub fn context(self) -> &'a Context {
        let mut owner = null_mut();
        // SAFETY: every state was made by `Machine::new` with its boxed context, which outlives the state.
        unsafe {
            lua_getallocf(self, &raw mut owner);
            &*owner.cast::<Context>()
        }
    }
}
