//! A value of a Redis server means the same whole and with anything behind it, and no part of it is taken
//! for a whole one.
#![no_main]

use edge::limit::redis::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(Some((value, length))) = read(bytes) else { return };
    assert!(length <= bytes.len());
    assert_eq!(read(&bytes[..length]), Ok(Some((value, length))));
    for end in length.saturating_sub(300)..length {
        assert_eq!(read(&bytes[..end]), Ok(None), "{end}");
    }
});
