use super::form::{self, HEAD_BYTES, Head, MAGIC};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// One file of entries.
#[derive(Debug)]
pub struct Segment {
    path: PathBuf,
    file: File,
    /// Bytes of whole entries.
    length: u64,
    /// Where the first entry is that waits.
    at: u64,
    /// Records in those that wait.
    pub records: u64,
}

/// The first entry that waits.
#[derive(Debug)]
pub struct Waiting {
    pub head: Head,
    pub payload: Vec<u8>,
}

/// What looking at the next entry gives.
#[derive(Debug)]
pub enum Next {
    Entry(Waiting),
    /// There is none.
    End,
    /// The rest cannot be read: it was torn, or the disk fails.
    Broken,
}

impl Segment {
    /// A new file.
    pub fn create(path: PathBuf) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
        let segment =
            Segment { path, file, length: MAGIC.len() as u64, at: MAGIC.len() as u64, records: 0 };
        match segment.file.write_all_at(&MAGIC, 0) {
            Ok(()) => Ok(segment),
            Err(error) => {
                segment.remove();
                Err(error)
            }
        }
    }

    /// A file that another process left. None: it is no segment, or all of it was sent.
    pub fn open(path: &Path) -> io::Result<Option<Self>> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        let end = file.metadata()?.len();
        let mut magic = [0; MAGIC.len()];
        if file.read_exact_at(&mut magic, 0).is_err() || magic != MAGIC {
            return Ok(None);
        }
        let first = MAGIC.len() as u64;
        let mut segment = Segment { path: path.into(), file, length: first, at: first, records: 0 };
        let mut at_start = true;
        while let Some((head, _)) = segment.head(segment.length) {
            let next = segment.length + entry_bytes(&head);
            if next > end {
                break;
            }
            segment.length = next;
            at_start &= head.done;
            if at_start {
                segment.at = next;
            } else if !head.done {
                segment.records += u64::from(head.records);
            }
        }
        Ok((segment.at < segment.length).then_some(segment))
    }

    fn head(&self, at: u64) -> Option<(Head, [u8; HEAD_BYTES])> {
        let mut bytes = [0; HEAD_BYTES];
        self.file.read_exact_at(&mut bytes, at).ok()?;
        Some((form::head(&bytes)?, bytes))
    }

    /// Bytes of the file.
    pub fn bytes(&self) -> u64 {
        self.length
    }

    /// Bytes of the entries that wait.
    pub fn waiting_bytes(&self) -> u64 {
        self.length - self.at
    }

    /// Add an entry. On failure the file is as before, as far as readers can tell.
    pub fn append(&mut self, entry: &[u8], records: u32) -> io::Result<()> {
        if let Err(error) = self.file.write_all_at(entry, self.length) {
            // What was written of it has no valid checksum, in case this fails as well.
            let _ = self.file.set_len(self.length);
            return Err(error);
        }
        self.length += entry.len() as u64;
        self.records += u64::from(records);
        Ok(())
    }

    /// The first entry that waits.
    pub fn oldest(&mut self) -> Next {
        while self.at < self.length {
            let Some((head, bytes)) = self.head(self.at) else { return Next::Broken };
            if head.done {
                self.at += entry_bytes(&head);
                continue;
            }
            let mut payload = vec![0; head.length as usize];
            let read = self.file.read_exact_at(&mut payload, self.at + HEAD_BYTES as u64);
            return match read {
                Ok(()) if form::is_whole(&head, &bytes, &payload) => {
                    Next::Entry(Waiting { head, payload })
                }
                _ => Next::Broken,
            };
        }
        Next::End
    }

    /// The entry that [`Segment::oldest`] gave need not be sent any more.
    pub fn done(&mut self) {
        let Some((head, _)) = self.head(self.at).filter(|(head, _)| !head.done) else { return };
        // If the mark cannot be written, it is sent again after a restart.
        let _ = self.file.write_all_at(&[form::DONE], self.at);
        self.at += entry_bytes(&head);
        self.records = self.records.saturating_sub(u64::from(head.records));
    }

    /// Nothing in it waits.
    pub fn is_done(&self) -> bool {
        self.at >= self.length
    }

    /// Begin it again, when nothing in it waits: what the disk has not seen yet it need never see.
    pub fn rewind(&mut self) {
        let first = MAGIC.len() as u64;
        if self.is_done() && self.length > first && self.file.set_len(first).is_ok() {
            (self.length, self.at, self.records) = (first, first, 0);
        }
    }

    /// To sync it without holding the queue.
    pub fn duplicate(&self) -> Option<File> {
        self.file.try_clone().ok()
    }

    /// Take the file away.
    pub fn remove(&self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

fn entry_bytes(head: &Head) -> u64 {
    HEAD_BYTES as u64 + u64::from(head.length)
}
