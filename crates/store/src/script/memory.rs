//! The memory of the machine: counted, and refused beyond its limit.

#![expect(unsafe_code, reason = "Lua asks for memory by pointers and sizes")]

use super::context::Context;
use std::alloc::{Layout, alloc, dealloc, realloc};
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::null_mut;

/// As malloc: whatever Lua puts there.
const ALIGN: usize = 16;

/// Bytes in use, and how many may be.
#[derive(Debug)]
pub struct Memory {
    used_bytes: Cell<usize>,
    bytes_max: usize,
}

impl Memory {
    /// Nothing used yet.
    pub fn new(bytes_max: usize) -> Self {
        Self { used_bytes: Cell::new(0), bytes_max }
    }

    /// Bytes that Lua holds now, garbage included.
    pub fn used_bytes(&self) -> usize {
        self.used_bytes.get()
    }

    /// Bytes that Lua may hold.
    pub fn bytes_max(&self) -> usize {
        self.bytes_max
    }

    /// Counts a block that changes its size; false if that is too much. Lua relies on shrinking.
    fn account(&self, old: usize, new: usize) -> bool {
        let used = self.used_bytes.get().saturating_sub(old).saturating_add(new);
        let fits = new <= old || used <= self.bytes_max;
        if fits {
            self.used_bytes.set(used);
        }
        fits
    }
}

/// Lua's allocator. `owner` is the [`Context`] of its machine.
pub extern "C-unwind" fn allocate(
    owner: *mut c_void,
    block: *mut c_void,
    old: usize,
    new: usize,
) -> *mut c_void {
    // SAFETY: the machine passed its context to lua_newstate, keeps it boxed, and outlives Lua's state.
    let memory = unsafe { &(*owner.cast::<Context>()).memory };
    let old = if block.is_null() { 0 } else { old };
    let (Ok(before), Ok(after)) =
        (Layout::from_size_align(old, ALIGN), Layout::from_size_align(new, ALIGN))
    else {
        return null_mut();
    };
    if !memory.account(old, new) {
        return null_mut();
    }
    // SAFETY: Lua gives back each block with the size it was last given, so the layouts are those of the
    // allocation; sizes of 0 are never passed to the allocator.
    let given = unsafe {
        match (old, new) {
            (0, 0) => return null_mut(),
            (0, _) => alloc(after),
            (_, 0) => {
                dealloc(block.cast(), before);
                return null_mut();
            }
            _ => realloc(block.cast(), before, new),
        }
    };
    if given.is_null() {
        memory.account(new, old);
    }
    given.cast()
}
