//! What a disk gives back of the logs is read, or is damaged: indexes, columns, and the file beside the memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use observe::log::probe::Lines;
use std::cell::RefCell;

thread_local! {
    // What it needs is large, so it is made once.
    static LINES: RefCell<Lines> = RefCell::new(Lines::new().unwrap());
}

fuzz_target!(|bytes: &[u8]| {
    LINES.with_borrow_mut(|lines| lines.check_disk(bytes));
});
