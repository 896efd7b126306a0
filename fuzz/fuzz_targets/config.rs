//! Any text is read without a panic: either a config or mistakes, each with its place in the text.
#![no_main]

use config::Machine;
use libfuzzer_sys::fuzz_target;
use std::path::Path;

fuzz_target!(|text: &str| {
    let machine = Machine { cores: 2 };
    let Err(mistakes) = config::parse(text, Path::new("/"), None, &machine) else { return };
    assert!((1..=100).contains(&mistakes.len()));
    for mistake in mistakes {
        let columns = mistake.quoted.chars().count() as u32 + 1;
        assert!(mistake.line >= 1 && (1..=columns).contains(&mistake.column), "{mistake:?}");
        assert!(!mistake.text.is_empty() && !mistake.cure.is_empty(), "{mistake:?}");
    }
});
