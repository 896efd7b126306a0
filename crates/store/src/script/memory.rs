//! The memory of the machine: counted, and refused beyond its limit. Small blocks that Lua gave back are kept for
//! the next ones, because scripts make and leave many strings and tables.

#![expect(unsafe_code, reason = "Lua asks for memory by pointers and sizes")]

use super::context::Context;
use std::alloc::{Layout, alloc, dealloc, realloc};
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::{NonNull, null_mut};

/// As malloc: whatever Lua puts there. All sizes are multiples of it.
const ALIGN: usize = 16;
/// Larger blocks are not kept.
const SMALL_BYTES_MAX: usize = 256;
/// Bytes of blocks that are kept.
const KEPT_BYTES_MAX: usize = 1 << 20;

/// Bytes in use, and how many may be.
#[derive(Debug)]
pub struct Memory {
    used_bytes: Cell<usize>,
    bytes_max: usize,
    /// For each size the block that was given back last; it holds the one before it.
    kept: [Cell<Option<NonNull<Kept>>>; SMALL_BYTES_MAX / ALIGN],
    kept_bytes: Cell<usize>,
}

/// A block that nobody uses.
#[derive(Debug)]
struct Kept {
    before: Option<NonNull<Kept>>,
}

impl Memory {
    /// Nothing used yet.
    pub fn new(bytes_max: usize) -> Self {
        let kept = [const { Cell::new(None) }; SMALL_BYTES_MAX / ALIGN];
        Self { used_bytes: Cell::new(0), bytes_max, kept, kept_bytes: Cell::new(0) }
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

    /// Where blocks of this size are kept.
    fn shelf(&self, layout: Layout) -> Option<&Cell<Option<NonNull<Kept>>>> {
        self.kept.get(layout.size() / ALIGN - 1)
    }

    /// A block, or null.
    // SAFETY: the caller's: the size of the layout is a multiple of ALIGN and not 0.
    unsafe fn take(&self, layout: Layout) -> *mut u8 {
        if let Some(shelf) = self.shelf(layout)
            && let Some(block) = shelf.get()
        {
            // SAFETY: what is on a shelf was given back by Lua and written by `give`, and is ours alone.
            shelf.set(unsafe { block.as_ref() }.before);
            self.kept_bytes.set(self.kept_bytes.get() - layout.size());
            return block.as_ptr().cast();
        }
        // SAFETY: the size is not 0.
        unsafe { alloc(layout) }
    }

    /// Takes a block back.
    // SAFETY: the caller's: `take` gave it for this layout, or `realloc` made it so large, and nobody uses it any more.
    unsafe fn give(&self, block: *mut u8, layout: Layout) {
        let kept = self.kept_bytes.get() + layout.size();
        if let (Some(shelf), Some(place)) = (self.shelf(layout), NonNull::new(block.cast::<Kept>()))
            && kept <= KEPT_BYTES_MAX
        {
            // SAFETY: it has at least ALIGN bytes, is aligned to ALIGN, and is ours now.
            unsafe { place.write(Kept { before: shelf.get() }) };
            shelf.set(Some(place));
            return self.kept_bytes.set(kept);
        }
        // SAFETY: it was allocated with this layout.
        unsafe { dealloc(block, layout) }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        for (shelf, size) in self.kept.iter().zip((ALIGN..).step_by(ALIGN)) {
            let Some(layout) = layout(size) else { continue };
            while let Some(block) = shelf.get() {
                // SAFETY: blocks of this shelf have this layout, and nobody uses them.
                unsafe {
                    shelf.set(block.as_ref().before);
                    dealloc(block.as_ptr().cast(), layout);
                }
            }
        }
    }
}

/// What is allocated for a block of so many bytes.
fn layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes.checked_next_multiple_of(ALIGN)?, ALIGN).ok()
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
    let (Some(before), Some(after)) = (layout(old), layout(new)) else { return null_mut() };
    if !memory.account(old, new) {
        return null_mut();
    }
    // SAFETY: Lua gives back each block with the size it was last given, so the layouts are those of the
    // allocation; sizes of 0 are never passed to the allocator.
    let given = unsafe {
        match (old, new) {
            (0, 0) => return null_mut(),
            (0, _) => memory.take(after),
            (_, 0) => {
                memory.give(block.cast(), before);
                return null_mut();
            }
            _ if before == after => return block,
            _ => realloc(block.cast(), before, after.size()),
        }
    };
    if given.is_null() {
        memory.account(new, old);
    }
    given.cast()
}
