//! A value of a Redis server is refused, or means the same when it is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use store::rdb::{BadValue, Form, open, plain, read, seal};

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = read(bytes) else { return };
    let mut again = Vec::new();
    plain(&mut again, &value, Form::Own);
    let expected = format!("{:?}", Ok::<_, BadValue>(value));
    assert_eq!(format!("{:?}", read(&again)), expected);
    let len = again.len();
    seal(&mut again);
    assert_eq!(open(&again), Ok(&again[..len]));
});
