//! Records with check sums.

/// The first bytes of a file.
const MAGIC: [u8; 8] = *b"ostlerts";
/// Of the form of what follows.
const VERSION: u16 = 1;
/// Magic, version, tier, zero.
pub const HEAD_BYTES: usize = 12;
/// Kind, length, check sum.
const RECORD_HEAD_BYTES: usize = 9;
/// A record's length at most.
const RECORD_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What is in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// Series and the numbers that they have in this file.
    Keys,
    /// A block.
    Samples,
}

impl RecordKind {
    fn byte(self) -> u8 {
        match self {
            RecordKind::Keys => 1,
            RecordKind::Samples => 2,
        }
    }
}

/// One record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// What is in it.
    pub kind: RecordKind,
    /// Its first byte in the file, behind its head.
    pub at: usize,
    /// Its bytes.
    pub payload: &'a [u8],
}

/// All records of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records<'a> {
    /// The tier that the file belongs to.
    pub tier: usize,
    /// The records up to the first that is not whole.
    pub records: Vec<Record<'a>>,
    /// Whether that are all.
    pub whole: bool,
}

/// The head of a file.
pub fn head(tier: usize) -> [u8; HEAD_BYTES] {
    let mut head = [0; HEAD_BYTES];
    head[..8].copy_from_slice(&MAGIC);
    head[8..10].copy_from_slice(&VERSION.to_le_bytes());
    head[10] = tier as u8;
    head
}

/// Append a record. Returns where its payload begins.
pub fn put(file: &mut Vec<u8>, kind: RecordKind, payload: &[u8]) -> usize {
    file.push(kind.byte());
    file.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    file.extend_from_slice(&sum(kind, payload).to_le_bytes());
    let at = file.len();
    file.extend_from_slice(payload);
    at
}

fn sum(kind: RecordKind, payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&[kind.byte()]);
    hasher.update(payload);
    hasher.finalize()
}

/// Read a file; None if it is none of these, or of a version that is not known.
pub fn read(file: &[u8]) -> Option<Records<'_>> {
    let start = file.get(..HEAD_BYTES)?;
    let tier = usize::from(*start.get(10)?);
    if tier > 2 || start != head(tier) {
        return None;
    }
    let mut records = Vec::new();
    let mut at = HEAD_BYTES;
    while at < file.len() {
        let Some(record) = record(file, at) else {
            return Some(Records { tier, records, whole: false });
        };
        at = record.at + record.payload.len();
        records.push(record);
    }
    Some(Records { tier, records, whole: true })
}

fn record(file: &[u8], at: usize) -> Option<Record<'_>> {
    let start = at.checked_add(RECORD_HEAD_BYTES)?;
    let head = file.get(at..start)?;
    let kind = match head.first()? {
        1 => RecordKind::Keys,
        2 => RecordKind::Samples,
        _ => return None,
    };
    let word = |at: usize| Some(u32::from_le_bytes(head.get(at..at + 4)?.try_into().ok()?));
    let length = word(1)? as usize;
    if length > RECORD_BYTES_MAX {
        return None;
    }
    let payload = file.get(start..start.checked_add(length)?)?;
    (sum(kind, payload) == word(5)?).then_some(Record { kind, at: start, payload })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_where_it_is_damaged() {
        let mut file = head(1).to_vec();
        let first = put(&mut file, RecordKind::Keys, b"abc");
        let second = put(&mut file, RecordKind::Samples, b"");
        let all = read(&file).unwrap();
        assert_eq!((all.tier, all.whole, all.records.len()), (1, true, 2));
        let record = Record { kind: RecordKind::Keys, at: first, payload: b"abc" };
        assert_eq!(all.records[0], record);
        assert_eq!(all.records[1].at, second);
        for cut in HEAD_BYTES + 1..file.len() {
            let part = read(&file[..cut]).unwrap();
            assert_eq!(
                (part.whole, part.records.len()),
                (cut == second - 9, usize::from(cut >= second - 9))
            );
        }
        for at in 0..file.len() {
            let mut other = file.clone();
            other[at] ^= 0x10;
            let damaged = read(&other);
            assert!(damaged.is_none_or(|all| !all.whole), "{at}");
        }
        assert_eq!(read(b"ostlerts"), None);
    }
}
