use super::*;
use crate::cache::store::Mark;
use crate::cache::store::sample::Sample;
use crate::cache::{Ask, Revalidate, Stored, Times};
use base::random::Random;
use bytes::Bytes;

fn full() -> (Sample, Stored) {
    let sample = Sample { tags: vec!["a".into(), "b".into()], ..Sample::of("http://a/x?y") };
    let mut stored = sample.stored();
    stored.times = Times {
        asked_ms: 1,
        came_ms: 2,
        age_ms: 3,
        lifetime_ms: 4,
        while_revalidate_ms: 5,
        if_error_ms: 6,
        if_unreachable_ms: 7,
    };
    stored.revalidate = Revalidate::StaleAlways;
    (stored.implicit, stored.immutable) = (true, true);
    let none = Ask { name: "cookie:x".into(), value: None };
    stored.asks = stored.asks.into_iter().chain([none]).collect();
    stored.validators.etag = Some((*b"W/\"1\"").into());
    stored.validators.last_modified_s = Some(8);
    (sample, stored)
}

fn file(is_stale: bool) -> Bytes {
    let (sample, stored) = full();
    let mut bytes = write(&sample.key(), &stored, Mark(9), is_stale, 10).unwrap();
    bytes.extend_from_slice(&stored.body);
    bytes.into()
}

#[test]
fn what_is_written_is_read_again() {
    let (sample, stored) = full();
    for is_stale in [false, true] {
        let bytes = file(is_stale);
        let kept = read(&bytes, bytes.len() as u64).unwrap();
        assert_eq!((kept.key, kept.mark, kept.useless_at_ms), (sample.key(), Mark(9), 10));
        assert_eq!(kept.is_stale, is_stale);
        assert_eq!(format!("{:?}", kept.stored), format!("{stored:?}"));
        // The start alone tells all but the body.
        let start = bytes.slice(..bytes.len() - stored.body.len());
        let kept = read(&start, bytes.len() as u64).unwrap();
        assert_eq!((kept.key, kept.stored.body.len()), (sample.key(), 0));
    }
}

#[test]
fn every_cut_is_noticed() {
    let bytes = file(false);
    for length in 0..bytes.len() {
        assert!(read(&bytes.slice(..length), length as u64).is_err(), "{length}");
    }
    let longer: Bytes = [&bytes[..], b"x"].concat().into();
    assert!(read(&longer, longer.len() as u64).is_err());
}

#[test]
fn every_flipped_bit_is_noticed() {
    let bytes = file(false);
    for at in (0..bytes.len()).filter(|at| *at as u64 != STALE_AT) {
        for bit in 0..8 {
            let mut bent = bytes.to_vec();
            bent[at] ^= 1 << bit;
            assert!(read(&bent.into(), bytes.len() as u64).is_err(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn what_is_not_one_is_refused() {
    let mut random = Random::new(1);
    for _ in 0..2_000 {
        let length = random.below(400) as usize;
        let mut bytes: Vec<u8> = (0..length).map(|_| random.next_u64() as u8).collect();
        // With the right beginning, more of it is looked at.
        bytes.iter_mut().zip(b"ostlerc1").for_each(|(byte, magic)| *byte = *magic);
        assert!(read(&bytes.into(), length as u64).is_err());
    }
}

/// What an earlier version wrote is read as long as the version in its first bytes is the same.
#[test]
fn files_of_version_1_are_read() {
    let hex = include_str!("version_1.hex");
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    let bytes: Bytes = digits.chunks(2).map(byte).collect::<Vec<u8>>().into();
    assert_eq!(bytes, file(false));
    assert!(read(&bytes, bytes.len() as u64).is_ok());
}
