//! A cache file is read as it was written, or not at all; so is its start alone.
#![no_main]

use bytes::Bytes;
use edge::cache_file::{FIXED_BYTES, read, write};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = bytes.to_vec();
    // Inputs as they come have the wrong sums: with the right ones more of them is looked at.
    if bytes.first() == Some(&b'!') {
        bytes.remove(0);
        mend(&mut bytes);
    }
    let file = Bytes::from(bytes);
    let Ok(kept) = read(&file, file.len() as u64) else { return };
    let head = file.len() - kept.stored.body.len();
    let mut again =
        write(&kept.key, &kept.stored, kept.mark, kept.is_stale, kept.useless_at_ms).unwrap();
    assert_eq!(again.len(), head);
    again.extend_from_slice(&kept.stored.body);
    // The byte that soft purges change may be anything but 0.
    again[44] = file[44];
    assert_eq!(again, file);
    let start = read(&file.slice(..head), file.len() as u64).unwrap();
    assert_eq!(start.key, kept.key);
    let cut = read(&file.slice(..file.len() - 1), file.len() as u64 - 1);
    assert!(cut.is_err());
});

/// Write the sums and lengths that fit.
fn mend(bytes: &mut Vec<u8>) {
    if bytes.len() < FIXED_BYTES {
        bytes.resize(FIXED_BYTES, 0);
    }
    let head = u32::from_le_bytes(bytes[8..12].try_into().unwrap()) as usize;
    let head = head.min(bytes.len() - FIXED_BYTES);
    bytes[..8].copy_from_slice(b"ostlerc1");
    bytes[8..12].copy_from_slice(&(head as u32).to_le_bytes());
    let (start, body) = bytes.split_at_mut(FIXED_BYTES + head);
    start[12..20].copy_from_slice(&(body.len() as u64).to_le_bytes());
    start[36..40].copy_from_slice(&crc32fast::hash(body).to_le_bytes());
    let mut sum = crc32fast::Hasher::new();
    sum.update(&start[..40]);
    sum.update(&start[FIXED_BYTES..]);
    start[40..44].copy_from_slice(&sum.finalize().to_le_bytes());
    start[45..48].fill(0);
}
