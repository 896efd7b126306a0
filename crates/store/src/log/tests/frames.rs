//! What is whole, what is torn and what is damage.

use crate::keyspace::Effects;
use crate::log::frame::{Batch, FRAME_HEAD, HEAD, Head, Kind, VERSION, mark};
use crate::log::manifest::{BadManifest, FileName, Manifest, segment_name, snapshot_name};
use crate::log::record::{BadRecord, effects};
use crate::log::segment::{Damage, Segment, Tail};

const SALT: u32 = 77;

fn head() -> Vec<u8> {
    Head { kind: Kind::Segment, salt: SALT, number: 3, lsn: 11 }.bytes().to_vec()
}

fn frames(first: u64, payloads: &[&[u8]], durable: u64) -> Vec<u8> {
    let mut batch = Batch::default();
    for (lsn, payload) in (first..).zip(payloads) {
        batch.begin(lsn).extend_from_slice(payload);
        assert!(batch.end());
    }
    batch.seal(SALT, durable).to_vec()
}

fn read(file: &[u8], is_last: bool) -> Result<(Vec<Vec<u8>>, Tail), Damage> {
    let mut segment = Segment::open(file)?.unwrap();
    let mut payloads = Vec::new();
    while let Some(frame) = segment.next_record()? {
        payloads.push(frame.payload.to_vec());
    }
    Ok((payloads, segment.tail(is_last)?))
}

#[test]
fn records_come_back_in_order() {
    let mut file =
        [head(), frames(11, &[b"a", b"bcdefghij"], 10), frames(13, &[&[7; 300]], 12)].concat();
    let end = file.len();
    let whole = vec![b"a".to_vec(), b"bcdefghij".to_vec(), vec![7; 300]];
    let tail = Tail { end, lsn: 13, torn: false };
    assert_eq!(read(&file, true), Ok((whole.clone(), tail)));
    // Room that was reserved.
    file.resize(end + 5000, 0);
    assert_eq!(read(&file, true), Ok((whole.clone(), tail)));
    assert_eq!(read(&file, false), Ok((whole, tail)));
}

#[test]
fn a_write_that_was_cut_short_is_dropped_wherever_the_cut_is() {
    let (first, second) = (frames(11, &[b"first"], 10), frames(12, &[&[9; 100], &[8; 50]], 11));
    let keep = HEAD + first.len();
    let file = [head(), first, second].concat();
    for len in keep..file.len() {
        let (payloads, tail) = read(&file[..len], true).unwrap();
        assert_eq!(payloads[0], b"first");
        assert!(tail.end <= len && tail.lsn == 10 + payloads.len() as u64, "{len}: {tail:?}");
        assert_eq!(tail.torn, tail.end != len, "{len}");
    }
    // Sectors of one write reach the disk in any order: the second frame is bad, the third is good.
    let mut mixed = file.clone();
    mixed[keep + FRAME_HEAD + 3] ^= 1;
    let (payloads, tail) = read(&mixed, true).unwrap();
    assert_eq!((payloads.len(), tail), (1, Tail { end: keep, lsn: 11, torn: true }));
}

#[test]
fn what_was_durable_and_is_bad_stops_the_start() {
    let first = frames(11, &[b"first", b"second"], 10);
    let keep = HEAD + FRAME_HEAD + 8;
    let later = frames(13, &[b"third"], 12);
    for at in (HEAD..HEAD + first.len())
        .filter(|at| *at < HEAD + 24 + 5 || *at >= keep && *at < keep + 24 + 6)
    {
        let mut file = [head(), first.clone(), later.clone()].concat();
        file[at] ^= 0x10;
        let (place, lsn) = if at < keep { (HEAD, 11) } else { (keep, 12) };
        assert_eq!(read(&file, true), Err(Damage::Record { at: place, lsn }), "byte {at}");
    }
    // A mark says the same of the last records.
    let mut file = [head(), first.clone(), mark(SALT, 12).to_vec()].concat();
    assert_eq!(read(&file, true).unwrap().0.len(), 2);
    file[keep + FRAME_HEAD] ^= 1;
    assert_eq!(read(&file, true), Err(Damage::Record { at: keep, lsn: 12 }));
    // And so does a segment that follows.
    let mut file = [head(), first.clone()].concat();
    file[keep + FRAME_HEAD] ^= 1;
    assert!(read(&file, true).unwrap().1.torn);
    assert_eq!(read(&file, false), Err(Damage::Record { at: keep, lsn: 12 }));
    // A record that stands twice.
    let file = [head(), first.clone(), first].concat();
    let at = HEAD + (file.len() - HEAD) / 2;
    assert_eq!(read(&file, true), Err(Damage::Order { at, lsn: 13, found: 11 }));
}

#[test]
fn heads() {
    assert!(Segment::open(&[]).unwrap().is_none());
    assert!(Segment::open(&head()[..20]).unwrap().is_none());
    let mut file = [head(), frames(11, &[b"a"], 10)].concat();
    file[20] ^= 1;
    assert_eq!(Segment::open(&file).unwrap_err(), Damage::Head);
    let mut newer = head();
    newer[8] = 99;
    assert_eq!(Segment::open(&newer).unwrap_err(), Damage::Newer(99));
    assert_eq!(VERSION, 1);
}

#[test]
fn a_client_cannot_store_what_passes_for_a_frame() {
    // It knows all but the salt.
    let mut forged = Batch::default();
    forged.begin(12).extend_from_slice(b"x");
    forged.end();
    let mut payload = vec![0; 8];
    payload.extend_from_slice(forged.seal(SALT + 1, 12));
    let first = frames(11, &[&payload], 10);
    let mut file = [head(), first].concat();
    file[HEAD + FRAME_HEAD] ^= 1;
    assert!(read(&file, true).unwrap().1.torn);
}

#[test]
fn manifests() {
    let manifest = Manifest { snapshot: 3, log: 9 };
    let text = manifest.text();
    assert_eq!(Manifest::parse(text.as_bytes()), Ok(manifest));
    for at in 0..text.len() {
        let mut bad = text.clone().into_bytes();
        bad[at] ^= 1;
        assert!(Manifest::parse(&bad).is_err(), "byte {at}");
        assert!(Manifest::parse(&text.as_bytes()[..at]).is_err(), "up to byte {at}");
    }
    let newer = text.replace("ostler-store 1", "ostler-store 2");
    assert_eq!(Manifest::parse(newer.as_bytes()), Err(BadManifest::Newer(2)));
    assert_eq!(FileName::parse(&segment_name(12)), Some(FileName::Segment(12)));
    assert_eq!(FileName::parse(&snapshot_name(7)), Some(FileName::Snapshot(7)));
    assert_eq!(FileName::parse("snap-0000000007.new"), Some(FileName::Unfinished));
    for other in ["LOCK", "MANIFEST", "log-7", "log-00000000x7", "notes.txt"] {
        assert_eq!(FileName::parse(other), None, "{other}");
    }
}

#[test]
fn records_that_cannot_be_read_are_told_from_short_ones() {
    let mut written = Effects::default();
    written.push(0, &[b"SET", b"a", &[1; 300]]);
    written.push(200, &[b"DEL", b"b"]);
    let bytes = written.take();
    let all: Result<Vec<_>, _> = effects(&bytes).collect();
    let all = all.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!((all[1].db, &all[1].args[..]), (200, &[&b"DEL"[..], b"b"][..]));
    for len in 1..bytes.len() {
        let found: Result<Vec<_>, BadRecord> = effects(&bytes[..len]).collect();
        assert!(found.is_err() || found.unwrap().len() == 1, "{len}");
    }
}
