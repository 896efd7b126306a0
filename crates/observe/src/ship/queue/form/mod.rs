//! How entries lie in a segment's file. Pure.
//!
//! A file begins with [`MAGIC`]. Each entry has a head of 20 bytes, numbers with their low byte first: state,
//! kind, two bytes that are zero, the payload's length, its records, the checksum of all that but the state and of the
//! payload, and the checksum of the head but for the state; then the payload.

/// The first bytes of a segment: a name and the version of its form.
pub const MAGIC: [u8; 8] = *b"OSTSHIP\x01";
/// Bytes of an entry before its payload.
pub const HEAD_BYTES: usize = 20;
/// A longer payload was never written.
pub const PAYLOAD_BYTES_MAX: u32 = 64 << 20;

const WAITING: u8 = b'W';
/// The state of an entry that need not be sent any more.
pub const DONE: u8 = b'D';

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Logs.
    Logs,
    /// Metrics.
    Metrics,
}

/// An entry's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// It was sent, or given up.
    pub done: bool,
    /// What it is about.
    pub kind: Kind,
    /// Bytes of its payload.
    pub length: u32,
    /// Records or samples in it.
    pub records: u32,
    sum: u32,
}

/// A whole entry that waits.
pub fn entry(kind: Kind, records: u32, payload: &[u8]) -> Vec<u8> {
    let mut entry = Vec::with_capacity(HEAD_BYTES + payload.len());
    let kind = if kind == Kind::Logs { b'L' } else { b'M' };
    entry.extend_from_slice(&[WAITING, kind, 0, 0]);
    entry.extend_from_slice(&u32::try_from(payload.len()).unwrap_or(u32::MAX).to_le_bytes());
    entry.extend_from_slice(&records.to_le_bytes());
    let sum = whole_sum(entry.get(1..).unwrap_or_default(), payload);
    entry.extend_from_slice(&sum.to_le_bytes());
    let sum = crc32fast::hash(entry.get(1..).unwrap_or_default());
    entry.extend_from_slice(&sum.to_le_bytes());
    entry.extend_from_slice(payload);
    entry
}

fn whole_sum(head: &[u8], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(head);
    hasher.update(payload);
    hasher.finalize()
}

/// The head in these bytes; None: they are not one, or it was torn.
pub fn head(bytes: &[u8; HEAD_BYTES]) -> Option<Head> {
    let [state, kind, 0, 0, l0, l1, l2, l3, r0, r1, r2, r3, c0, c1, c2, c3, h0, h1, h2, h3] =
        *bytes
    else {
        return None;
    };
    let without_sum = bytes.get(1..HEAD_BYTES - 4)?;
    if u32::from_le_bytes([h0, h1, h2, h3]) != crc32fast::hash(without_sum) {
        return None;
    }
    let head = Head {
        done: match state {
            WAITING => false,
            DONE => true,
            _ => return None,
        },
        kind: match kind {
            b'L' => Kind::Logs,
            b'M' => Kind::Metrics,
            _ => return None,
        },
        length: u32::from_le_bytes([l0, l1, l2, l3]),
        records: u32::from_le_bytes([r0, r1, r2, r3]),
        sum: u32::from_le_bytes([c0, c1, c2, c3]),
    };
    (head.length <= PAYLOAD_BYTES_MAX).then_some(head)
}

/// Whether the payload is the one that was written under this head, whose bytes these are.
pub fn is_whole(head: &Head, bytes: &[u8; HEAD_BYTES], payload: &[u8]) -> bool {
    let before = bytes.get(1..HEAD_BYTES - 8).unwrap_or_default();
    payload.len() == head.length as usize && whole_sum(before, payload) == head.sum
}

/// The entries of a whole file that can be read, until the first that cannot; None: it is no segment.
pub fn entries(file: &[u8]) -> Option<Vec<(Head, &[u8])>> {
    let mut rest = file.strip_prefix(&MAGIC)?;
    let mut entries = Vec::new();
    while let Some((bytes, after)) = rest.split_first_chunk::<HEAD_BYTES>() {
        let Some(head) = head(bytes) else { break };
        let Some((payload, after)) = after.split_at_checked(head.length as usize) else { break };
        if !is_whole(&head, bytes, payload) {
            break;
        }
        entries.push((head, payload));
        rest = after;
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_a_torn_end_is_not() {
        let mut file = MAGIC.to_vec();
        file.extend(entry(Kind::Logs, 3, b"three"));
        let second = file.len();
        file.extend(entry(Kind::Metrics, 0, b""));
        let read = entries(&file).unwrap();
        assert_eq!(
            read.iter()
                .map(|(head, payload)| (head.kind, head.records, *payload))
                .collect::<Vec<_>>(),
            [(Kind::Logs, 3, &b"three"[..]), (Kind::Metrics, 0, &b""[..])]
        );
        for end in second..file.len() {
            assert_eq!(entries(&file[..end]).unwrap().len(), 1, "{end}");
        }
        for at in second + 1..file.len() {
            let mut torn = file.clone();
            torn[at] ^= 0x10;
            assert_eq!(entries(&torn).unwrap().len(), 1, "{at}");
        }
        file[MAGIC.len()] = DONE;
        assert!(entries(&file).unwrap()[0].0.done);
        assert_eq!(entries(b"OSTSHIP\x02"), None, "another version");
    }
}
