//! Reading a snapshot. It was durable before the manifest named it, so whatever is wrong with it is damage.

use super::entries::{Entry, parse};
use crate::log::disk::Disk;
use crate::log::frame::{self, BadFrame, BadHead, FRAME_HEAD, HEAD, Head, Kind};
use crate::log::manifest::snapshot_name;
use crate::log::recover::{OpenError, Restore};
use std::io::{self, Read};

/// What a snapshot says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loaded {
    /// The LSN of the last record before it began: the log goes on from there.
    pub begin: u64,
    /// The LSN of the last record before it ended.
    pub end: u64,
    /// Its bytes.
    pub bytes: u64,
}

/// Read snapshot `number` into `restore`.
pub fn load(disk: &dyn Disk, number: u64, restore: &mut dyn Restore) -> Result<Loaded, OpenError> {
    let name = snapshot_name(number);
    let path = disk.path(&name);
    let read_error = |cause| OpenError::Io { path: path.clone(), cause };
    let bytes = match disk.len(&name) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(OpenError::Missing { path });
        }
        Err(error) => return Err(read_error(error)),
    };
    let mut file = disk.read(&name).map_err(read_error)?;
    let mut first = [0; HEAD];
    let damaged = |at: u64, what: &'static str| OpenError::Damaged { path: path.clone(), at, what };
    read_full(&mut file, &mut first).map_err(|_| damaged(0, "the file is cut short"))?;
    let head = match Head::read(&first, Kind::Snapshot) {
        Ok(head) if head.number == number => head,
        Err(BadHead::Newer(version)) => return Err(OpenError::Newer { path, version }),
        _ => return Err(damaged(0, "its head is not that of this snapshot")),
    };
    let mut reader = Blocks { file, salt: head.salt, at: HEAD as u64, bytes, number: 0 };
    let (mut keys, mut done) = (0, None);
    while done.is_none() {
        let at = reader.at;
        let block = reader.next().map_err(|what| damaged(at, what))?;
        for entry in parse(&block) {
            let entry = entry.map_err(|_| damaged(at, "a key that cannot be read"))?;
            match entry {
                _ if done.is_some() => return Err(damaged(at, "keys behind the end")),
                Entry::Value(..) | Entry::End => keys += 1,
                Entry::Done { lsn, keys } => done = Some((lsn, keys)),
                Entry::Begin(_) | Entry::Chunk(_) | Entry::Abandon => {}
            }
            let refused = |why| OpenError::Refused { path: path.clone(), at, why };
            restore.entry(entry).map_err(refused)?;
        }
        restore.progress(reader.at, bytes);
    }
    let (end, counted) = done.unwrap_or_default();
    if counted != keys || reader.at != bytes {
        return Err(damaged(reader.at, "it holds another number of keys than it should"));
    }
    Ok(Loaded { begin: head.lsn, end, bytes })
}

/// The blocks of a snapshot one after the other.
struct Blocks {
    file: Box<dyn Read + Send>,
    salt: u32,
    at: u64,
    bytes: u64,
    number: u64,
}

impl Blocks {
    fn next(&mut self) -> Result<Vec<u8>, &'static str> {
        const SHORT: &str = "the file is cut short";
        let mut block = vec![0; FRAME_HEAD];
        read_full(&mut self.file, &mut block).map_err(|_| SHORT)?;
        let head = frame::head_at(&block, 0, self.salt);
        let (number, _, len) = head.map_err(|_| "the head of a block is not what was written")?;
        // The head is right, so the length is; and no more is asked for than is there.
        let end = (FRAME_HEAD + len).next_multiple_of(8);
        if end as u64 > self.bytes - self.at.min(self.bytes) {
            return Err(SHORT);
        }
        block.resize(end, 0);
        read_full(&mut self.file, &mut block[FRAME_HEAD..]).map_err(|_| SHORT)?;
        let whole = frame::frame_at(&block, 0, self.salt);
        whole.map_err(|bad| match bad {
            BadFrame::Payload => "the content of a block is not what was written",
            _ => SHORT,
        })?;
        self.number += 1;
        if number != self.number {
            return Err("a block is missing");
        }
        self.at += end as u64;
        block.truncate(FRAME_HEAD + len);
        block.drain(..FRAME_HEAD);
        Ok(block)
    }
}

fn read_full(file: &mut impl Read, bytes: &mut [u8]) -> io::Result<()> {
    file.read_exact(bytes)
}
