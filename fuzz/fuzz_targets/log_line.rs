//! Lines of workers come back from a block as they were, and are found in it by what each alone is found by. The first
//! line is what is looked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use observe::log::probe::Lines;
use std::cell::RefCell;

thread_local! {
    // What it needs is large, so it is made once.
    static LINES: RefCell<Lines> = RefCell::new(Lines::new().unwrap());
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    LINES.with_borrow_mut(|lines| lines.check(&text));
});
