//! One step of writing at a time.

use crate::log::disk::{Disk, DiskFile};
use crate::log::frame::{self, Batch, HEAD, Head, Kind};
use crate::log::manifest::segment_name;
use base::random::Random;
use std::io;
use std::sync::Arc;

/// A segment that has reached so many bytes is followed by the next one: it bounds what recovery holds in
/// memory at once.
pub const SEGMENT_BYTES: u64 = 64 << 20;

/// Room is reserved in steps of so many bytes: a full disk shows before a record is half written, and a sync
/// seldom has to write the file's new length.
const RESERVE_BYTES: u64 = 4 << 20;

/// What kept bytes from the disk.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Nothing of it is in the file: the same may be tried again, when there is room for instance.
    #[error("{0}")]
    Refused(io::Error),
    /// It is not known what the file holds.
    ///
    /// After a failed sync Linux marks the pages as clean: the next sync succeeds, although what it should
    /// have written is gone. So neither a second sync nor a later success says anything about this file. What
    /// is in memory has to be written anew, to other files: [`Writer::start_over`].
    #[error("{0}")]
    Lost(io::Error),
}

/// The segment being written.
#[derive(Debug)]
pub struct Writer {
    disk: Arc<dyn Disk>,
    salts: Random,
    file: Box<dyn DiskFile>,
    head: Head,
    at: u64,
    reserved: u64,
    written: u64,
    durable: u64,
    is_lost: bool,
}

impl Writer {
    /// Begin segment `number`, whose first record will be the one after `lsn`: all up to that is durable.
    pub fn begin(
        disk: Arc<dyn Disk>,
        mut salts: Random,
        number: u64,
        lsn: u64,
    ) -> Result<Writer, WriteError> {
        let (file, head) = create(&*disk, &mut salts, number, lsn + 1)?;
        let at = HEAD as u64;
        let (written, durable) = (lsn, lsn);
        Ok(Writer { disk, salts, file, head, at, reserved: 0, written, durable, is_lost: false })
    }

    /// The last LSN that is durable.
    pub fn durable(&self) -> u64 {
        self.durable
    }

    /// The last LSN that was written.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// The number of the segment being written.
    pub fn segment(&self) -> u64 {
        self.head.number
    }

    /// Bytes in it.
    pub fn bytes(&self) -> u64 {
        self.at
    }

    /// Write records behind those before. They are durable after the next [`Writer::sync`].
    pub fn write(&mut self, batch: &mut Batch) -> Result<(), WriteError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.usable()?;
        debug_assert_eq!(batch.first(), self.written + 1, "records are numbered without gaps");
        if self.at > HEAD as u64 && self.at + batch.len() as u64 > SEGMENT_BYTES {
            self.roll()?;
        }
        let bytes = batch.seal(self.head.salt, self.durable);
        self.append(bytes.len() as u64, |file| file.append(bytes))?;
        self.written = batch.last();
        Ok(())
    }

    /// Make all that was written durable.
    pub fn sync(&mut self) -> Result<u64, WriteError> {
        self.usable()?;
        if self.durable < self.written {
            if let Err(error) = self.file.sync() {
                self.is_lost = true;
                return Err(WriteError::Lost(error));
            }
            self.durable = self.written;
        }
        Ok(self.durable)
    }

    /// Go on in a new segment. All of this one is durable then. Gives the new one's number.
    pub fn roll(&mut self) -> Result<u64, WriteError> {
        self.sync()?;
        if self.at == HEAD as u64 {
            return Ok(self.head.number);
        }
        // Without the room that it did not need.
        self.file.cut(self.at).map_err(WriteError::Refused)?;
        self.reserved = self.at;
        self.next_segment(self.written)
    }

    /// After [`WriteError::Lost`], with a snapshot durable that holds all up to `lsn`: a new segment that
    /// begins there. Nothing may be acknowledged before the manifest names both.
    pub fn start_over(&mut self, lsn: u64) -> Result<u64, WriteError> {
        let number = self.next_segment(lsn)?;
        (self.written, self.durable, self.is_lost) = (lsn, lsn, false);
        Ok(number)
    }

    /// What was written since the last sync is to be held for lost, for a reason outside of this file.
    pub fn lose(&mut self) {
        self.is_lost = true;
    }

    /// Nothing more comes: leave a mark that all is durable, so that damage to the last records shows.
    pub fn close(&mut self) -> Result<(), WriteError> {
        self.sync()?;
        if self.at == HEAD as u64 {
            return Ok(());
        }
        let mark = frame::mark(self.head.salt, self.written);
        self.append(mark.len() as u64, |file| file.append(&mark))?;
        self.file.cut(self.at).map_err(WriteError::Refused)?;
        self.file.sync().map_err(WriteError::Refused)
    }

    fn append(
        &mut self,
        len: u64,
        write: impl FnOnce(&mut dyn DiskFile) -> io::Result<()>,
    ) -> Result<(), WriteError> {
        self.usable()?;
        let end = self.at + len;
        if end > self.reserved {
            let reserved = end.next_multiple_of(RESERVE_BYTES);
            self.file.reserve(reserved).map_err(WriteError::Refused)?;
            self.reserved = reserved;
        }
        if let Err(error) = write(&mut *self.file) {
            // A half of it would be taken for a torn tail, with good records behind it.
            self.reserved = self.at;
            return match self.file.cut(self.at) {
                Ok(()) => Err(WriteError::Refused(error)),
                Err(_) => {
                    self.is_lost = true;
                    Err(WriteError::Lost(error))
                }
            };
        }
        self.at = end;
        Ok(())
    }

    fn next_segment(&mut self, lsn: u64) -> Result<u64, WriteError> {
        let number = self.head.number + 1;
        (self.file, self.head) = create(&*self.disk, &mut self.salts, number, lsn + 1)?;
        (self.at, self.reserved) = (HEAD as u64, 0);
        Ok(number)
    }

    fn usable(&self) -> Result<(), WriteError> {
        if self.is_lost {
            return Err(WriteError::Lost(io::Error::other("an earlier write to the log was lost")));
        }
        Ok(())
    }
}

/// A segment whose head and name are durable, so that damage to its head cannot be a crash's work once
/// records follow.
fn create(
    disk: &dyn Disk,
    salts: &mut Random,
    number: u64,
    lsn: u64,
) -> Result<(Box<dyn DiskFile>, Head), WriteError> {
    let salt = (salts.next_u64() >> 32) as u32;
    let head = Head { kind: Kind::Segment, salt, number, lsn };
    let make = || {
        let mut file = disk.create(&segment_name(number))?;
        file.append(&head.bytes())?;
        file.sync()?;
        disk.sync_folder()?;
        Ok(file)
    };
    make().map(|file| (file, head)).map_err(WriteError::Refused)
}
