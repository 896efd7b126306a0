//! Reading a segment: what is whole, what a crash cut short, and what is damage. Pure.
//!
//! A crash may leave any mixture of what was written since the last sync, so a bad frame may be followed by
//! good ones. Each frame says what was durable when it was written: if a later frame says that the record
//! which should stand here was durable, it was lost afterwards, and that is damage. Else nobody was told that
//! it is safe, and the file is cut here.

use std::collections::VecDeque;

use super::frame::{self, BadHead, FRAME_HEAD, Frame, HEAD, Head, Kind};

/// Where the good part of a segment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tail {
    /// Bytes of the good part.
    pub end: usize,
    /// The LSN of its last record; the one before its first if it has none.
    pub lsn: u64,
    /// Something other than zeros follows: a write that a crash cut short.
    pub torn: bool,
}

/// Why a segment cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Its head is not what was written, although records may follow.
    Head,
    /// Written by a later version.
    Newer(u32),
    /// At byte `at` the record `lsn` is missing or damaged, although it was durable.
    Record {
        /// Where.
        at: usize,
        /// The record that should be there.
        lsn: u64,
    },
    /// At byte `at` there is another record than the next one.
    Order {
        /// Where.
        at: usize,
        /// The record that should be there.
        lsn: u64,
        /// The one that is.
        found: u64,
    },
}

/// The frames of one file, one after the other.
#[derive(Debug)]
pub struct Segment<'a> {
    file: &'a [u8],
    head: Head,
    at: usize,
    lsn: u64,
    /// The end of what later frames say was durable, and the ends of the frames behind it.
    attested: usize,
    unattested: VecDeque<(u64, usize)>,
}

impl<'a> Segment<'a> {
    /// The segment whose bytes are `file`. None: a file that was created and got no records, since a head is
    /// durable before the first record is written.
    pub fn open(file: &'a [u8]) -> Result<Option<Segment<'a>>, Damage> {
        match Head::read(file, Kind::Segment) {
            Ok(head) => Ok(Some(Segment {
                file,
                head,
                at: HEAD,
                lsn: head.lsn.saturating_sub(1),
                attested: HEAD,
                unattested: VecDeque::new(),
            })),
            Err(BadHead::Newer(version)) => Err(Damage::Newer(version)),
            Err(BadHead::Damaged) if is_zero(file.get(HEAD..).unwrap_or_default()) => Ok(None),
            Err(BadHead::Damaged) => Err(Damage::Head),
        }
    }

    /// Its head.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Where the next frame begins.
    pub fn place(&self) -> usize {
        self.at
    }

    /// The end of what frames behind it say was durable. What comes after, up to [`Tail::end`], may be in the
    /// system's cache alone.
    pub fn attested(&self) -> usize {
        self.attested
    }

    /// The next record; None at the end of what is good, about which [`Segment::tail`] tells more.
    pub fn next_record(&mut self) -> Result<Option<Frame<'a>>, Damage> {
        loop {
            let Ok(found) = frame::frame_at(self.file, self.at, self.head.salt) else {
                return Ok(None);
            };
            let at = std::mem::replace(&mut self.at, found.end);
            let expected = self.lsn + u64::from(!found.payload.is_empty());
            if found.lsn != expected {
                return Err(Damage::Order { at, lsn: expected, found: found.lsn });
            }
            self.lsn = found.lsn;
            self.unattested.push_back((found.lsn, found.end));
            while let Some((_, end)) =
                self.unattested.pop_front_if(|(lsn, _)| *lsn <= found.durable)
            {
                self.attested = end;
            }
            if !found.payload.is_empty() {
                return Ok(Some(found));
            }
        }
    }

    /// After the last record: where it ends, or that more was durable than is here. `is_last`: no segment
    /// follows; one that does was created after all of this one was durable.
    pub fn tail(&self, is_last: bool) -> Result<Tail, Damage> {
        let rest = self.file.get(self.at..).unwrap_or_default();
        let end = Tail { end: self.at, lsn: self.lsn, torn: !is_zero(rest) };
        if end.torn && (!is_last || self.was_durable(self.lsn + 1)) {
            return Err(Damage::Record { at: self.at, lsn: self.lsn + 1 });
        }
        Ok(end)
    }

    /// A frame after the bad one says that `lsn` was durable.
    fn was_durable(&self, lsn: u64) -> bool {
        let places = (self.at..self.file.len().saturating_sub(FRAME_HEAD - 1)).step_by(8);
        let mut heads = places.filter_map(|at| frame::head_at(self.file, at, self.head.salt).ok());
        heads.any(|(found, durable, _)| found >= lsn && durable >= lsn)
    }
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}
