//! A snapshot as a file, and the moment from which it counts.

use crate::log::disk::{Disk, DiskFile, replace};
use crate::log::frame::{Head, Kind, block};
use crate::log::manifest::{FileName, MANIFEST, Manifest, snapshot_name};
use std::io;
use std::sync::Arc;

/// So many bytes are written between two syncs. Left to the end, the sync of a large file would hold up the
/// log's own syncs for seconds on most file systems.
const SYNC_BYTES: u64 = 4 << 20;

/// A snapshot that is being written, under a name that no start takes for a whole one.
#[derive(Debug)]
pub struct SnapshotFile {
    disk: Arc<dyn Disk>,
    file: Box<dyn DiskFile>,
    number: u64,
    salt: u32,
    blocks: u64,
    bytes: u64,
    unsynced: u64,
    is_whole: bool,
}

impl SnapshotFile {
    /// Begin snapshot `number`, for a walk that begins after the record `lsn`.
    pub fn create(
        disk: Arc<dyn Disk>,
        number: u64,
        lsn: u64,
        salt: u32,
    ) -> io::Result<SnapshotFile> {
        let mut file = disk.create(&unfinished(number))?;
        let head = Head { kind: Kind::Snapshot, salt, number, lsn }.bytes();
        file.append(&head)?;
        let bytes = head.len() as u64;
        Ok(SnapshotFile {
            disk,
            file,
            number,
            salt,
            blocks: 0,
            bytes,
            unsynced: bytes,
            is_whole: false,
        })
    }

    /// Write the next block of entries.
    pub fn block(&mut self, entries: &[u8]) -> io::Result<()> {
        self.blocks += 1;
        let block = block(self.salt, self.blocks, entries);
        self.file.append(&block)?;
        self.bytes += block.len() as u64;
        self.unsynced += block.len() as u64;
        if self.unsynced >= SYNC_BYTES {
            self.file.sync()?;
            self.unsynced = 0;
        }
        Ok(())
    }

    /// All blocks were written: make them durable under the snapshot's name. Gives its bytes.
    pub fn finish(mut self) -> io::Result<u64> {
        self.file.sync()?;
        self.disk.rename(&unfinished(self.number), &snapshot_name(self.number))?;
        self.disk.sync_folder()?;
        self.is_whole = true;
        Ok(self.bytes)
    }
}

impl Drop for SnapshotFile {
    fn drop(&mut self) {
        if !self.is_whole {
            // If this fails the next start removes it.
            let _ = self.disk.remove(&unfinished(self.number));
        }
    }
}

fn unfinished(number: u64) -> String {
    format!("{}.new", snapshot_name(number))
}

/// Let `manifest` hold from now on, and remove what it does not name.
///
/// Only when the snapshot is durable, and the log up to the end of the walk too: else a crash would leave
/// values of records that are lost.
pub fn commit(disk: &dyn Disk, manifest: &Manifest) -> io::Result<()> {
    replace(disk, MANIFEST, manifest.text().as_bytes())?;
    clean(disk, manifest);
    Ok(())
}

/// Remove what `manifest` does not name. What cannot be removed now is removed by the next start.
pub fn clean(disk: &dyn Disk, manifest: &Manifest) {
    for name in disk.list().unwrap_or_default() {
        let is_old = match FileName::parse(&name) {
            Some(FileName::Segment(number)) => number < manifest.log,
            Some(FileName::Snapshot(number)) => number != manifest.snapshot,
            Some(FileName::Unfinished) | None => false,
        };
        if is_old {
            let _ = disk.remove(&name);
        }
    }
}
