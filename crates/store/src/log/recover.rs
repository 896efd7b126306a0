//! From the files of a folder to the store as it was, and to a log that goes on.

use super::disk::{Disk, LockError, read_all, replace};
use super::frame::{HEAD, VERSION};
use super::manifest::{BadManifest, FileName, MANIFEST, Manifest, segment_name};
use super::segment::{Damage, Segment, Tail};
use super::snapshot::{Entry, Loaded, clean, load};
use super::writer::Writer;
use base::random::Random;
use std::io;
use std::sync::Arc;

/// Why a store cannot be opened. Nothing was changed then, but files that were unfinished are gone.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be used.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// Reading or writing failed.
    #[error("{path}: {cause}")]
    Io {
        /// The file.
        path: String,
        /// What the system says.
        cause: io::Error,
    },
    /// Written by a later version.
    #[error(
        "{path} is of version {version} of the store's files, this Ostler knows up to {VERSION}: start \
         the version that wrote it, or a later one"
    )]
    Newer {
        /// The file.
        path: String,
        /// Its version.
        version: u32,
    },
    /// A file that must be there is not.
    #[error(
        "{path} is missing, although other files of the store need it: nothing was dropped. Bring it back \
         from a backup, or move the folder away to begin with an empty store"
    )]
    Missing {
        /// The file.
        path: String,
    },
    /// A file is not what was written.
    #[error(
        "{path} is damaged at byte {at}: {what}. This is no write that a crash cut short, so nothing was \
         dropped. Bring the folder back from a backup; or, to give up what this file holds from there on \
         and all that came later, keep a copy of the folder, run `truncate -s {at} {path}` and remove the \
         log files with higher numbers"
    )]
    Damaged {
        /// The file.
        path: String,
        /// Where.
        at: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// What a file says cannot be done.
    #[error(
        "{path}, byte {at}: {why}. Nothing was dropped; this is an error of Ostler, please report it"
    )]
    Refused {
        /// The file.
        path: String,
        /// Where.
        at: u64,
        /// Why.
        why: String,
    },
}

/// What takes the state that is read.
pub trait Restore {
    /// The next thing that the snapshot says.
    fn entry(&mut self, entry: Entry<'_>) -> Result<(), String>;

    /// A record of the log. If it `overlaps` the snapshot, an effect on a key whose value has the record's LSN
    /// or a later one is in that value already and to be skipped (looked at before any effect of the record
    /// is made); and an effect may fail, because a later one removes the key anyway.
    fn record(&mut self, lsn: u64, record: &[u8], overlaps: bool) -> Result<(), String>;

    /// So many bytes of a file with `all` bytes were read.
    fn progress(&mut self, done: u64, all: u64);
}

/// A store that was opened.
#[derive(Debug)]
pub struct Opened {
    /// Goes on with the log.
    pub writer: Writer,
    /// The number of the next snapshot. A number is used once only, even if it comes to nothing: a manifest
    /// that is not durable may name it.
    pub next_snapshot: u64,
    /// Bytes of the snapshot that was read.
    pub snapshot_bytes: u64,
    /// Bytes in the log since.
    pub log_bytes: u64,
    /// Records that were read from the log.
    pub records: u64,
    /// Bytes of a write that a crash cut short, which were dropped: nobody was told that it was safe.
    pub torn_bytes: u64,
}

/// Read what is in the folder into `restore`, and begin a new segment.
pub fn open(
    disk: &Arc<dyn Disk>,
    salts: Random,
    restore: &mut dyn Restore,
) -> Result<Opened, OpenError> {
    let mut names = Vec::new();
    for name in disk.list().map_err(|cause| io_error(&**disk, ".", cause))? {
        match FileName::parse(&name) {
            Some(FileName::Unfinished) => {
                disk.remove(&name).map_err(|cause| io_error(&**disk, &name, cause))?;
            }
            Some(found) => names.push(found),
            None => {}
        }
    }
    let manifest = manifest(&**disk, &names)?;
    // If only the process ended, the manifest may not be durable yet: what the one before it names must not
    // go first.
    disk.sync_folder().map_err(|cause| io_error(&**disk, ".", cause))?;
    clean(&**disk, &manifest);
    let loaded = match manifest.snapshot {
        0 => Loaded { begin: 0, end: 0, bytes: 0 },
        number => load(&**disk, number, restore)?,
    };
    let mut log =
        Log { disk: &**disk, manifest, lsn: loaded.begin, end: loaded.end, records: 0, bytes: 0 };
    let (number, torn_bytes) = log.replay(&names, restore)?;
    let Log { lsn, records, bytes: log_bytes, .. } = log;
    let writer = Writer::begin(Arc::clone(disk), salts, number, lsn)
        .map_err(|error| io_error(&**disk, &segment_name(number), io::Error::other(error)))?;
    let next_snapshot = names.iter().filter_map(|name| match name {
        FileName::Snapshot(number) => Some(*number),
        _ => None,
    });
    let next_snapshot = next_snapshot.fold(manifest.snapshot, u64::max) + 1;
    let snapshot_bytes = loaded.bytes;
    Ok(Opened { writer, next_snapshot, snapshot_bytes, log_bytes, records, torn_bytes })
}

fn manifest(disk: &dyn Disk, names: &[FileName]) -> Result<Manifest, OpenError> {
    let path = disk.path(MANIFEST);
    match read_all(disk, MANIFEST) {
        Ok(text) => Manifest::parse(&text).map_err(|bad| match bad {
            BadManifest::Newer(version) => OpenError::Newer { path, version },
            BadManifest::Damaged => {
                OpenError::Damaged { path, at: 0, what: "it is not what was written" }
            }
        }),
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(OpenError::Io { path, cause: error })
        }
        // It is made durable before any other file of the store is.
        Err(_) if !names.is_empty() => Err(OpenError::Missing { path }),
        Err(_) => {
            let manifest = Manifest { snapshot: 0, log: 1 };
            let written = replace(disk, MANIFEST, manifest.text().as_bytes());
            written.map_err(|cause| OpenError::Io { path, cause })?;
            Ok(manifest)
        }
    }
}

/// Reading all segments.
struct Log<'a> {
    disk: &'a dyn Disk,
    manifest: Manifest,
    /// The last record so far.
    lsn: u64,
    /// The last record before the end of the snapshot.
    end: u64,
    records: u64,
    bytes: u64,
}

impl Log<'_> {
    /// Gives the number of the segment to go on with, and how many bytes were cut off.
    fn replay(
        &mut self,
        names: &[FileName],
        restore: &mut dyn Restore,
    ) -> Result<(u64, u64), OpenError> {
        let mut numbers: Vec<u64> = names
            .iter()
            .filter_map(|name| match name {
                FileName::Segment(number) if *number >= self.manifest.log => Some(*number),
                _ => None,
            })
            .collect();
        numbers.sort_unstable();
        let first = self.manifest.log;
        if self.manifest.snapshot != 0 && !numbers.contains(&first) {
            return Err(OpenError::Missing { path: self.disk.path(&segment_name(first)) });
        }
        // Segments at the end without records were begun and say nothing of those before.
        while let Some(last) = numbers.last() {
            if self.has_records(*last)? {
                break;
            }
            numbers.pop();
        }
        let mut torn = 0;
        for (place, number) in numbers.iter().enumerate() {
            let expected = first + place as u64;
            if *number != expected {
                return Err(OpenError::Missing { path: self.disk.path(&segment_name(expected)) });
            }
            torn = self.segment(*number, place + 1 == numbers.len(), restore)?;
        }
        let next = first + numbers.len() as u64;
        if self.lsn < self.end {
            let name = segment_name(next.saturating_sub(1).max(first));
            let (path, what) =
                (self.disk.path(&name), "records that the snapshot has seen are missing");
            return Err(OpenError::Damaged { path, at: self.bytes, what });
        }
        Ok((next, torn))
    }

    fn has_records(&self, number: u64) -> Result<bool, OpenError> {
        let name = segment_name(number);
        let bytes = self.bytes_of(&name)?;
        let segment = Segment::open(&bytes).map_err(|damage| self.damaged(&name, damage))?;
        Ok(segment.is_some() && !is_zero(&bytes[HEAD..]))
    }

    fn segment(
        &mut self,
        number: u64,
        is_last: bool,
        restore: &mut dyn Restore,
    ) -> Result<u64, OpenError> {
        let name = segment_name(number);
        let file = self.bytes_of(&name)?;
        let damaged = |damage| self.damaged(&name, damage);
        let Some(mut segment) = Segment::open(&file).map_err(damaged)? else {
            return Err(damaged(Damage::Head));
        };
        let begin = segment.head().lsn;
        if segment.head().number != number || begin != self.lsn + 1 {
            return Err(damaged(Damage::Order { at: 0, lsn: self.lsn + 1, found: begin }));
        }
        loop {
            let next = segment.next_record().map_err(|damage| self.damaged(&name, damage))?;
            let Some(frame) = next else { break };
            let refused = |why| {
                let path = self.disk.path(&name);
                OpenError::Refused { path, at: segment.place() as u64, why }
            };
            restore.record(frame.lsn, frame.payload, frame.lsn <= self.end).map_err(refused)?;
            (self.lsn, self.records) = (frame.lsn, self.records + 1);
            if self.records.is_multiple_of(1024) {
                restore.progress(frame.end as u64, file.len() as u64);
            }
        }
        let tail = segment.tail(is_last).map_err(|damage| self.damaged(&name, damage))?;
        self.bytes += tail.end as u64;
        if is_last {
            self.settle(&name, &file[segment.attested()..tail.end], &tail)?;
        }
        Ok(if tail.torn { (file.len() - tail.end) as u64 } else { 0 })
    }

    /// What is behind the good part is removed for good: from now on a segment follows this one. And what is
    /// not known to be durable is written again: after a failed sync the system may hold pages for written
    /// that are in its memory alone, where this process has read them; only new writes reach the disk.
    fn settle(&self, name: &str, unattested: &[u8], tail: &Tail) -> Result<(), OpenError> {
        let settle = || {
            let mut file = self.disk.open(name)?;
            file.back_to((tail.end - unattested.len()) as u64);
            file.append(unattested)?;
            file.cut(tail.end as u64)?;
            file.sync()
        };
        settle().map_err(|cause| io_error(self.disk, name, cause))
    }

    fn bytes_of(&self, name: &str) -> Result<Vec<u8>, OpenError> {
        read_all(self.disk, name).map_err(|cause| io_error(self.disk, name, cause))
    }

    fn damaged(&self, name: &str, damage: Damage) -> OpenError {
        let path = self.disk.path(name);
        match damage {
            Damage::Head => {
                OpenError::Damaged { path, at: 0, what: "its head is not what was written" }
            }
            Damage::Newer(version) => OpenError::Newer { path, version },
            Damage::Record { at, .. } => OpenError::Damaged {
                path,
                at: at as u64,
                what: "a record that was durable is not whole",
            },
            Damage::Order { at, .. } => {
                OpenError::Damaged { path, at: at as u64, what: "another record than the next one" }
            }
        }
    }
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}

fn io_error(disk: &dyn Disk, name: &str, cause: io::Error) -> OpenError {
    OpenError::Io { path: disk.path(name), cause }
}
