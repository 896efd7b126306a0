//! MessagePack and protobuf of a target or a sender are refused, or read within their bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use observe::wire::msgpack::{self, ReadError, Value};
use observe::wire::protobuf::{Reader, Value as Field};

fuzz_target!(|bytes: &[u8]| {
    match msgpack::read(bytes) {
        Ok((value, end)) => {
            assert!(end <= bytes.len() && weight(&value) <= end);
            // What was whole is the same whatever follows, and none of its starts is.
            assert_eq!(msgpack::read(&bytes[..end]).map(|(again, _)| again), Ok(value));
            if end > 0 {
                assert_eq!(msgpack::read(&bytes[..end - 1]), Err(ReadError::Short));
            }
        }
        Err(ReadError::Short | ReadError::Broken) => {}
    }
    fields(bytes, 4);
});

/// Each value takes a byte at least.
fn weight(value: &Value) -> usize {
    match value {
        Value::Bytes(bytes) => 1 + bytes.len(),
        Value::Array(items) => 1 + items.iter().map(weight).sum::<usize>(),
        Value::Map(pairs) => 1 + pairs.iter().map(|(k, v)| weight(k) + weight(v)).sum::<usize>(),
        _ => 1,
    }
}

fn fields(bytes: &[u8], depth: u32) {
    let mut taken = 0;
    for field in Reader::new(bytes) {
        let Ok((number, value)) = field else { break };
        assert!(number > 0);
        if let Field::Bytes(inner) = value {
            taken += inner.len();
            if depth > 0 {
                fields(inner, depth - 1);
            }
        }
    }
    assert!(taken <= bytes.len());
}
