//! A segment of the store's log: what is read of it is what was written, wherever a crash cut it and whatever the
//! disk did to it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use store::log::frame::{Batch, HEAD, Head, Kind};
use store::log::manifest::Manifest;
use store::log::record::effects;
use store::log::segment::Segment;
use store::log::snapshot::parse;

fuzz_target!(|bytes: &[u8]| {
    drop(Manifest::parse(bytes));
    effects(bytes).for_each(drop);
    parse(bytes).for_each(drop);
    read(bytes, u64::MAX);
    // As it comes no input has the right sums. So: the first bytes say what was written and what is spoilt.
    let Some((plan, rest)) = bytes.split_first_chunk::<8>() else { return };
    let mut file = Head { kind: Kind::Segment, salt: 5, number: 1, lsn: 1 }.bytes().to_vec();
    let mut lsn = 0;
    for part in rest.chunks(usize::from(plan[0]).max(1)) {
        let mut batch = Batch::default();
        batch.begin(lsn + 1).extend_from_slice(part);
        assert!(batch.end());
        file.extend_from_slice(batch.seal(5, lsn.saturating_sub(u64::from(plan[1] % 4))));
        lsn += 1;
    }
    assert_eq!(read(&file, lsn), Some((lsn, false)), "whole");
    let cut = usize::from(u16::from_le_bytes([plan[2], plan[3]])) % (file.len() + 1);
    if cut >= HEAD {
        read(&file[..cut], lsn);
    }
    let at = usize::from(u16::from_le_bytes([plan[4], plan[5]])) % file.len();
    file[at] ^= plan[6] | 1;
    read(&file, lsn);
});

/// The last record, and whether something behind it was cut off. Never more than was written.
fn read(file: &[u8], most: u64) -> Option<(u64, bool)> {
    let mut segment = Segment::open(file).ok()??;
    let first = segment.head().lsn;
    let mut records = 0;
    while segment.next_record().ok()?.is_some() {
        records += 1;
    }
    let tail = segment.tail(true).ok()?;
    assert!(tail.end <= file.len() && segment.attested() <= tail.end);
    assert!(records == 0 || tail.lsn == first.saturating_sub(1).wrapping_add(records));
    assert!(tail.lsn <= most || first > 1);
    Some((tail.lsn, tail.torn))
}
