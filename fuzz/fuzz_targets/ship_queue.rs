//! A segment of a queue is read as it was written, or not at all; so is its start alone.
#![no_main]

use libfuzzer_sys::fuzz_target;
use observe::ship::queue::form::{self, Kind};

fuzz_target!(|bytes: &[u8]| {
    // As it comes.
    if let Some(entries) = form::entries(bytes) {
        let read: usize = entries.iter().map(|(_, payload)| form::HEAD_BYTES + payload.len()).sum();
        assert!(read + form::MAGIC.len() <= bytes.len());
    }
    // Written, then cut or changed at one place.
    let Some((&[cut, bit], rest)) = bytes.split_first_chunk::<2>() else { return };
    let mut file = form::MAGIC.to_vec();
    let payloads: Vec<&[u8]> = rest.chunks(7).collect();
    for (at, payload) in payloads.iter().enumerate() {
        let kind = if at % 2 == 0 { Kind::Logs } else { Kind::Metrics };
        file.extend(form::entry(kind, at as u32, payload));
    }
    let at = usize::from(cut) * 3 % file.len();
    let whole = |file: &[u8]| {
        let entries = form::entries(file)?;
        Some(entries.iter().map(|(_, payload)| payload.to_vec()).collect::<Vec<_>>())
    };
    assert_eq!(whole(&file).unwrap(), payloads);
    let before = |read: Option<Vec<Vec<u8>>>| {
        let read = read.unwrap_or_default();
        assert!(read.len() <= payloads.len());
        read.iter().zip(&payloads).for_each(|(read, written)| assert_eq!(read, written));
    };
    before(whole(&file[..at]));
    file[at] ^= 1 << (bit & 7);
    before(whole(&file));
});
