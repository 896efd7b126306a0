//! The journal of purges that are not done yet, as bytes. Pure.
//!
//! A record: its length, the CRC-32 of these four bytes, the CRC-32 of what follows (4 bytes each,
//! little-endian); then number (8), soft (1), kind (1), text.

use crate::cache::Key;
use crate::cache::store::purge::{Purge, Rule, What};

const PREFIX_BYTES: usize = 12;
const FIXED_BYTES: usize = 10;
/// No purge's text is longer.
const RECORD_BYTES_MAX: usize = 1024 * 1024;

/// It is not what was written: purges may be lost, so nothing on disk can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

/// The record of one purge.
pub(super) fn record(rule: &Rule) -> Vec<u8> {
    let (kind, text): (u8, &[u8]) = match &rule.purge.what {
        What::All => (0, b""),
        What::Key(key) => (1, key.bytes()),
        What::Prefix(prefix) => (2, prefix),
        What::Tag(tag) => (3, tag),
    };
    let mut body = Vec::with_capacity(FIXED_BYTES + text.len());
    body.extend_from_slice(&rule.number.to_le_bytes());
    body.extend_from_slice(&[u8::from(rule.purge.soft), kind]);
    body.extend_from_slice(text);
    let mut out = Vec::with_capacity(PREFIX_BYTES + body.len());
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes();
    out.extend_from_slice(&length);
    out.extend_from_slice(&crc32fast::hash(&length).to_le_bytes());
    out.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
    out.extend_from_slice(&body);
    out
}

/// Every purge of a journal. A last record that is not whole was never confirmed to anybody, and is
/// left out.
///
/// # Errors
/// [`Broken`].
pub(super) fn read(mut bytes: &[u8]) -> Result<Vec<Rule>, Broken> {
    let mut rules = Vec::new();
    while let Some((prefix, rest)) = bytes.split_first_chunk::<PREFIX_BYTES>() {
        let (length, sums) = prefix.split_at(4);
        let (length_sum, body_sum) = sums.split_at(4);
        // A length that was changed must not pass for an end that was torn.
        if crc32fast::hash(length).to_le_bytes() != length_sum {
            return Err(Broken);
        }
        let length = u32::from_le_bytes(length.try_into().map_err(|_| Broken)?) as usize;
        if !(FIXED_BYTES..=RECORD_BYTES_MAX).contains(&length) {
            return Err(Broken);
        }
        let Some((body, rest)) = rest.split_at_checked(length) else { break };
        if crc32fast::hash(body).to_le_bytes() != body_sum {
            return Err(Broken);
        }
        rules.push(rule(body).ok_or(Broken)?);
        bytes = rest;
    }
    Ok(rules)
}

fn rule(body: &[u8]) -> Option<Rule> {
    let (number, rest) = body.split_first_chunk::<8>()?;
    let ([soft, kind], text) = rest.split_first_chunk::<2>()?;
    let what = match kind {
        0 => What::All,
        1 => What::Key(Key::from_bytes(text)?),
        2 => What::Prefix(text.into()),
        3 => What::Tag(text.into()),
        _ => return None,
    };
    Some(Rule { number: u64::from_le_bytes(*number), purge: Purge { what, soft: *soft != 0 } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Vec<Rule> {
        let key = Key::of_url(b"http://a/x").unwrap();
        let whats = [
            What::All,
            What::Key(key),
            What::Prefix((*b"http://a/").into()),
            What::Tag((*b"t").into()),
        ];
        let rule = |(number, what)| Rule { number, purge: Purge { what, soft: number % 2 == 0 } };
        (1..).zip(whats).map(rule).collect()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let bytes: Vec<u8> = rules().iter().flat_map(record).collect();
        assert_eq!(read(&bytes), Ok(rules()));
    }

    #[test]
    fn a_torn_end_is_left_out_and_a_flipped_bit_is_noticed() {
        let bytes: Vec<u8> = rules().iter().flat_map(record).collect();
        let whole: Vec<usize> = rules().iter().map(|rule| record(rule).len()).collect();
        for length in 0..bytes.len() {
            let mut sum = 0;
            let count = whole
                .iter()
                .take_while(|bytes| {
                    sum += **bytes;
                    sum <= length
                })
                .count();
            assert_eq!(read(&bytes[..length]).map(|rules| rules.len()), Ok(count), "{length}");
        }
        for at in 0..bytes.len() {
            let mut bent = bytes.clone();
            bent[at] ^= 1;
            assert_eq!(read(&bent), Err(Broken), "{at}");
        }
    }
}
