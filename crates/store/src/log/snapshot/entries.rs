//! What a snapshot holds, one key after the other. Pure.

use crate::log::record::{Input, write_number};

const VALUE: u8 = 1;
const BEGIN: u8 = 2;
const CHUNK: u8 = 3;
const END: u8 = 4;
const ABANDON: u8 = 5;
const DONE: u8 = 15;

/// What is known of a key beside its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyHead<'a> {
    /// Its database.
    pub db: u32,
    /// Its name.
    pub key: &'a [u8],
    /// When it expires, in milliseconds since the Unix epoch.
    pub expires_ms: Option<u64>,
    /// The last record that changed it; for a value in chunks, the last one before its first chunk.
    pub lsn: u64,
}

/// One thing that a snapshot says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry<'a> {
    /// A key and its whole value.
    Value(KeyHead<'a>, &'a [u8]),
    /// A key whose value follows in chunks.
    Begin(KeyHead<'a>),
    /// A part of that value.
    Chunk(&'a [u8]),
    /// It is whole.
    End,
    /// The key was removed or got another value meanwhile: the log tells.
    Abandon,
    /// There is nothing more.
    Done {
        /// The last record before the end of the walk: up to here effects and values overlap.
        lsn: u64,
        /// How many [`Entry::Value`] and [`Entry::End`] there were.
        keys: u64,
    },
}

/// Entries that are being written.
#[derive(Debug, Default)]
pub struct Entries {
    bytes: Vec<u8>,
    keys: u64,
    is_in_chunks: bool,
}

impl Entries {
    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Nothing was written since [`Entries::take`].
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Keys so far, of all blocks.
    pub fn keys(&self) -> u64 {
        self.keys
    }

    /// A key with its value, which `write` appends.
    pub fn value(&mut self, head: &KeyHead<'_>, write: impl FnOnce(&mut Vec<u8>)) {
        debug_assert!(!self.is_in_chunks);
        self.head(VALUE, head);
        self.sized(write);
        self.keys += 1;
    }

    /// A key whose value is written in chunks.
    pub fn begin(&mut self, head: &KeyHead<'_>) {
        debug_assert!(!self.is_in_chunks);
        self.is_in_chunks = true;
        self.head(BEGIN, head);
    }

    /// A part of the value, which `write` appends.
    pub fn chunk(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        debug_assert!(self.is_in_chunks);
        self.bytes.push(CHUNK);
        self.sized(write);
    }

    /// The value is whole.
    pub fn end(&mut self) {
        debug_assert!(self.is_in_chunks);
        self.is_in_chunks = false;
        self.keys += 1;
        self.bytes.push(END);
    }

    /// The key is no more what it was when its first chunk was written.
    pub fn abandon(&mut self) {
        debug_assert!(self.is_in_chunks);
        self.is_in_chunks = false;
        self.bytes.push(ABANDON);
    }

    /// The end of the snapshot. `lsn` is the last record before.
    pub fn done(&mut self, lsn: u64) {
        debug_assert!(!self.is_in_chunks);
        self.bytes.push(DONE);
        write_number(&mut self.bytes, lsn);
        write_number(&mut self.bytes, self.keys);
    }

    /// What was written since the last time.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    fn head(&mut self, kind: u8, head: &KeyHead<'_>) {
        self.bytes.push(kind);
        write_number(&mut self.bytes, u64::from(head.db));
        write_number(&mut self.bytes, head.lsn);
        write_number(&mut self.bytes, head.expires_ms.map_or(0, |ms| ms.saturating_add(1)));
        write_number(&mut self.bytes, head.key.len() as u64);
        self.bytes.extend_from_slice(head.key);
    }

    /// Four bytes of length come first, since how long it gets shows only when it is written.
    fn sized(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let at = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 4]);
        write(&mut self.bytes);
        let len = u32::try_from(self.bytes.len() - at - 4).unwrap_or(u32::MAX);
        self.bytes[at..at + 4].copy_from_slice(&len.to_le_bytes());
    }
}

/// The bytes are no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadEntry;

/// The entries of a block.
pub fn parse(block: &[u8]) -> impl Iterator<Item = Result<Entry<'_>, BadEntry>> {
    let mut input = Input(block);
    std::iter::from_fn(move || {
        (!input.0.is_empty()).then(|| {
            let entry = entry(&mut input);
            if entry.is_none() {
                input.0 = &[];
            }
            entry.ok_or(BadEntry)
        })
    })
}

fn entry<'a>(input: &mut Input<'a>) -> Option<Entry<'a>> {
    Some(match *input.bytes(1)?.first()? {
        VALUE => Entry::Value(head(input)?, sized(input)?),
        BEGIN => Entry::Begin(head(input)?),
        CHUNK => Entry::Chunk(sized(input)?),
        END => Entry::End,
        ABANDON => Entry::Abandon,
        DONE => Entry::Done { lsn: input.number()?, keys: input.number()? },
        _ => return None,
    })
}

fn head<'a>(input: &mut Input<'a>) -> Option<KeyHead<'a>> {
    let db = u32::try_from(input.number()?).ok()?;
    let lsn = input.number()?;
    let expires_ms = input.number()?.checked_sub(1);
    Some(KeyHead { db, key: input.string()?, expires_ms, lsn })
}

fn sized<'a>(input: &mut Input<'a>) -> Option<&'a [u8]> {
    let len = input.bytes(4)?.try_into().ok()?;
    input.bytes(u64::from(u32::from_le_bytes(len)))
}
