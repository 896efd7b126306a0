//! Directives are read the same however they are spread over lines; what forbids is never lost, and what
//! cannot be read never makes a reply longer good.
#![no_main]

use edge::cache_policy::{Control, Directives};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').take(8).collect();
    let named = |name: &'static str| -> Vec<(&str, &[u8])> {
        lines.iter().map(|line| (name, *line)).collect()
    };
    let apart = Directives::read(&named("Cache-Control")[..], "cache-control");
    let mut back = lines.clone();
    back.reverse();
    let back: Vec<(&str, &[u8])> = back.iter().map(|line| ("cache-control", *line)).collect();
    let other = Directives::read(&back[..], "Cache-Control");
    assert_eq!((apart.max_age, apart.no_store), (other.max_age, other.no_store));
    assert_eq!((apart.private, apart.malformed), (other.private, other.malformed));
    // One more directive of a kind never allows more.
    let mut more = named("Cache-Control");
    more.push(("Cache-Control", b"max-age=7, no-cache"));
    let more = Directives::read(&more[..], "cache-control");
    assert!(more.no_cache && more.max_age.is_some_and(|age| age <= 7));
    assert!(more.no_store == apart.no_store && more.private == apart.private);

    // Targeted fields say all or nothing.
    let mut all = named("CDN-Cache-Control");
    all.push(("Cache-Control", b"no-store"));
    let control = Control::of_reply(&all[..]);
    assert!(control.targeted || control.directives.no_store);
});
