//! A PROXY protocol header means the same whole, in pieces, and with anything behind it.
#![no_main]

use edge::proxy_protocol::{HEADER_BYTES_MAX, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let whole = read(bytes);
    // What a part says for certain, the whole says too.
    for end in 0..bytes.len().min(300) {
        match read(&bytes[..end]) {
            Ok(None) => {}
            told => assert_eq!(told, whole, "{end}"),
        }
    }
    let Ok(Some(header)) = whole else { return };
    assert!(header.len <= bytes.len() && header.len <= HEADER_BYTES_MAX);
    assert_eq!(read(&bytes[..header.len]), whole);
    assert_eq!(read(&bytes[..header.len - 1]), Ok(None));
});
