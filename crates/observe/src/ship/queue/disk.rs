use super::adopt::Adopted;
use super::folder::Folder;
use super::form::{self, HEAD_BYTES, Kind};
use super::segment::{Next, Segment};
use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Batches are kept in memory up to this size while the disk takes nothing.
const SPARE_BYTES_MAX: usize = 4 << 20;
const SEGMENT_BYTES_MAX: u64 = 8 << 20;
const SEGMENT_BYTES_MIN: u64 = 64 << 10;
/// A queue has at least so many segments: as coarse is the dropping of the oldest.
const SEGMENTS_MIN: u64 = 16;

/// How much may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes on disk.
    pub bytes_max: u64,
}

impl Limits {
    fn segment_bytes(self) -> u64 {
        (self.bytes_max / SEGMENTS_MIN).clamp(SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX)
    }
}

/// What is sent at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// What it is about.
    pub kind: Kind,
    /// Records or samples in it.
    pub records: u32,
    /// As it was appended.
    pub payload: Vec<u8>,
}

/// Records that will not be sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lost {
    /// Pushed out, since more waited than may.
    pub pushed_out: u64,
    /// Could not be written, or not be read again.
    pub disk: u64,
}

/// What waits for one target.
#[derive(Debug)]
pub struct Queue {
    parent: PathBuf,
    limits: Limits,
    pub(super) own: Folder,
    number: u64,
    adopted: VecDeque<Adopted>,
    segments: VecDeque<Segment>,
    spare: VecDeque<Batch>,
    spare_bytes: usize,
    /// Where the batch is from that was given last and is not done.
    pub(super) given: Option<Given>,
    /// There is something to sync.
    dirty: bool,
    lost: Lost,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// The first segment.
    Disk,
    /// The first of the spare ones.
    Spare,
    /// It was pushed out meanwhile.
    Nowhere,
}

impl Queue {
    /// The queue below `parent`, with what others left there. `at_ms`: the time now.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(parent: &Path, limits: Limits, at_ms: u64) -> io::Result<Self> {
        let own = Folder::create(parent, at_ms)?;
        let mut queue = Queue {
            parent: parent.into(),
            limits,
            own,
            number: 0,
            adopted: VecDeque::new(),
            segments: VecDeque::new(),
            spare: VecDeque::new(),
            spare_bytes: 0,
            given: None,
            dirty: false,
            lost: Lost::default(),
        };
        queue.adopt();
        Ok(queue)
    }

    /// Take what processes left that have ended since. Not while a batch is given: it would no longer be the oldest.
    pub fn adopt(&mut self) {
        if self.given.is_some() {
            return;
        }
        self.adopted.extend(Adopted::all(&self.parent));
        self.make_room(0);
    }

    /// Add a batch. What does not fit pushes out the oldest.
    ///
    /// # Errors
    /// When the disk takes nothing: the batch is kept in memory as far as there is room, else it is
    /// lost and counted.
    pub fn append(&mut self, kind: Kind, records: u32, payload: Vec<u8>) -> io::Result<()> {
        let entry = form::entry(kind, records, &payload);
        let bytes = entry.len() as u64;
        if payload.len() > form::PAYLOAD_BYTES_MAX as usize || bytes > self.limits.bytes_max {
            self.lost.pushed_out += u64::from(records);
            return Ok(());
        }
        self.make_room(bytes);
        let written = self.open_segment(bytes).and_then(|segment| segment.append(&entry, records));
        match written {
            Ok(()) => {
                self.dirty = true;
                Ok(())
            }
            Err(error) => {
                self.keep_in_memory(Batch { kind, records, payload });
                Err(error)
            }
        }
    }

    /// The segment that is written, with room for so many bytes.
    fn open_segment(&mut self, bytes: u64) -> io::Result<&mut Segment> {
        let limit = self.limits.segment_bytes();
        self.segments.iter_mut().next_back().map(Segment::rewind);
        let full = |last: &Segment| last.bytes() + bytes > limit && !last.is_done();
        if self.segments.back().is_none_or(full) {
            self.number += 1;
            self.segments.push_back(Segment::create(self.own.segment(self.number))?);
        }
        self.segments.back_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn keep_in_memory(&mut self, batch: Batch) {
        if self.spare_bytes + batch.payload.len() > SPARE_BYTES_MAX {
            self.lost.disk += u64::from(batch.records);
            return;
        }
        self.spare_bytes += batch.payload.len();
        self.spare.push_back(batch);
    }

    /// Drop the oldest segments until so many bytes more fit.
    fn make_room(&mut self, bytes: u64) {
        while self.bytes() + bytes > self.limits.bytes_max {
            let given = self.given_records();
            let Some(oldest) = self.remove_first() else { return };
            self.lost.pushed_out += oldest.records.saturating_sub(given);
            if self.given == Some(Given::Disk) {
                self.given = Some(Given::Nowhere);
            }
        }
    }

    /// Records of the batch that is being sent from the first segment: they are not lost with it.
    fn given_records(&mut self) -> u64 {
        if self.given != Some(Given::Disk) {
            return 0;
        }
        match self.first().map(Segment::oldest) {
            Some(Next::Entry(waiting)) => waiting.head.records.into(),
            _ => 0,
        }
    }

    fn first(&mut self) -> Option<&mut Segment> {
        match self.adopted.front_mut() {
            Some(adopted) => adopted.segments.front_mut(),
            None => self.segments.front_mut(),
        }
    }

    /// Take the oldest segment out, and its file away.
    fn remove_first(&mut self) -> Option<Segment> {
        let segment = match self.adopted.front_mut() {
            Some(adopted) => adopted.segments.pop_front(),
            None => self.segments.pop_front(),
        }?;
        segment.remove();
        if self.adopted.front().is_some_and(|adopted| adopted.segments.is_empty())
            && let Some(empty) = self.adopted.pop_front()
        {
            empty.remove();
        }
        Some(segment)
    }

    /// The oldest batch; the same until [`Queue::done`] is said.
    pub fn oldest(&mut self) -> Option<Batch> {
        while let Some(first) = self.first() {
            match first.oldest() {
                Next::Entry(waiting) => {
                    self.given = Some(Given::Disk);
                    let (kind, records) = (waiting.head.kind, waiting.head.records);
                    return Some(Batch { kind, records, payload: waiting.payload });
                }
                Next::Broken => {
                    let lost = self.remove_first().map_or(0, |segment| segment.records);
                    self.lost.disk += lost;
                }
                Next::End if self.is_own_last() => break,
                Next::End => drop(self.remove_first()),
            }
        }
        let batch = self.spare.front().cloned()?;
        self.given = Some(Given::Spare);
        Some(batch)
    }

    /// The first segment is the one that is written.
    fn is_own_last(&self) -> bool {
        self.adopted.is_empty() && self.segments.len() == 1
    }

    /// The batch that was given last need not be sent any more.
    pub fn done(&mut self) {
        match self.given.take() {
            Some(Given::Disk) => {
                if let Some(first) = self.first() {
                    first.done();
                    if first.is_done() && !self.is_own_last() {
                        self.remove_first();
                    } else if self.is_own_last() {
                        self.segments.iter_mut().for_each(Segment::rewind);
                    }
                }
            }
            Some(Given::Spare) => {
                let sent = self.spare.pop_front();
                self.spare_bytes -= sent.map_or(0, |batch| batch.payload.len());
            }
            Some(Given::Nowhere) | None => {}
        }
    }

    /// The batch that was given last was not sent: it is given again, unless it was pushed out meanwhile.
    pub fn put_back(&mut self, records: u32) {
        if self.given.take() == Some(Given::Nowhere) {
            self.lost.pushed_out += u64::from(records);
        }
    }

    /// The file that has changed since this was asked last, to be synced without holding the queue.
    pub fn to_sync(&mut self) -> Option<File> {
        let waits = self.segments.back().filter(|last| !last.is_done());
        if !std::mem::take(&mut self.dirty) {
            return None;
        }
        waits.and_then(Segment::duplicate)
    }

    fn all(&self) -> impl Iterator<Item = &Segment> {
        self.adopted.iter().flat_map(|adopted| &adopted.segments).chain(&self.segments)
    }

    /// Bytes on disk.
    pub fn bytes(&self) -> u64 {
        self.all().map(Segment::bytes).sum()
    }

    /// Bytes that wait, in memory too.
    pub fn waiting_bytes(&self) -> u64 {
        self.spare_bytes as u64 + self.all().map(Segment::waiting_bytes).sum::<u64>()
    }

    /// Records that wait.
    pub fn records(&self) -> u64 {
        let spare = self.spare.iter().map(|batch| u64::from(batch.records)).sum::<u64>();
        spare + self.all().map(|segment| segment.records).sum::<u64>()
    }

    /// Nothing waits.
    pub fn is_empty(&self) -> bool {
        self.spare.is_empty() && self.all().all(Segment::is_done)
    }

    /// Records lost since this was asked last.
    pub fn lost(&mut self) -> Lost {
        std::mem::take(&mut self.lost)
    }
}

/// A batch longer than a segment has one of its own.
const _: () = assert!(HEAD_BYTES < SEGMENT_BYTES_MIN as usize);

/// What was sent need not stay: the next process finds nothing to do.
impl Drop for Queue {
    fn drop(&mut self) {
        if self.segments.iter().all(Segment::is_done) {
            self.segments.iter().for_each(Segment::remove);
            let _ = std::fs::remove_dir_all(&self.own.path);
        }
    }
}
