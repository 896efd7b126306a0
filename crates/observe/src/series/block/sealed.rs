//! A block that does not change any more: in memory or in a file.

use super::Lane;
use super::payload::{self, Entry, Parsed};
use crate::series::registry::Id;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// A block that does not change any more.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// Its moments, in milliseconds since the Unix epoch.
    pub times: Arc<[u64]>,
    /// Its lanes, sorted by the numbers that their series have here.
    lanes: Arc<[Entry]>,
    body: Body,
}

/// Where a block's bytes are.
#[derive(Debug, Clone)]
pub enum Body {
    /// In memory.
    Memory(Arc<[u8]>),
    /// In a file, from this byte on.
    File(Arc<File>, u64),
}

/// One series over a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The moment in the block at which it begins.
    pub first: usize,
    /// Its columns; NaN for what is missing.
    pub columns: Vec<Vec<f64>>,
}

impl Sealed {
    /// A block with its bytes in `body`. `number` gives the numbers that series have here for those that the
    /// writer gave them; lanes for which it gives none are left out.
    pub fn new(parsed: Parsed, body: Body, number: impl Fn(Id) -> Option<Id>) -> Self {
        let named = parsed.lanes.into_iter();
        let mut lanes: Vec<Entry> =
            named.filter_map(|lane| Some(Entry { id: number(lane.id)?, ..lane })).collect();
        lanes.sort_unstable_by_key(|lane| lane.id);
        Sealed { times: parsed.times.into(), lanes: lanes.into(), body }
    }

    /// The same block with its bytes elsewhere.
    pub fn moved(&self, body: Body) -> Self {
        Sealed { times: self.times.clone(), lanes: self.lanes.clone(), body }
    }

    /// The first moment.
    pub fn start(&self) -> u64 {
        self.times.first().copied().unwrap_or(0)
    }

    /// The last moment.
    pub fn end(&self) -> u64 {
        self.times.last().copied().unwrap_or(0)
    }

    /// The series in it.
    pub fn ids(&self) -> impl Iterator<Item = Id> {
        self.lanes.iter().map(|lane| lane.id)
    }

    /// Whether a series is in it.
    pub fn holds(&self, id: Id) -> bool {
        self.lanes.binary_search_by_key(&id, |lane| lane.id).is_ok()
    }

    /// Bytes of memory that it takes, about.
    pub fn weight(&self) -> usize {
        let body = match &self.body {
            Body::Memory(bytes) => bytes.len(),
            Body::File(..) => 0,
        };
        body + self.times.len() * 8 + self.lanes.len() * size_of::<Entry>() + 96
    }

    /// One series; None if it is not in it, or cannot be read.
    pub fn read(&self, id: Id) -> Option<Read> {
        let at = self.lanes.binary_search_by_key(&id, |lane| lane.id).ok()?;
        let entry = *self.lanes.get(at)?;
        let (first, columns) = match &self.body {
            Body::Memory(bytes) => {
                let end = entry.at.checked_add(entry.bytes)?;
                payload::lane(bytes.get(entry.at as usize..end as usize)?)?
            }
            Body::File(file, start) => {
                let mut bytes = vec![0; entry.bytes as usize];
                file.read_exact_at(&mut bytes, start + u64::from(entry.at)).ok()?;
                payload::lane(&bytes)?
            }
        };
        Some(Read { first, columns })
    }
}

impl Lane {
    /// As a sealed one is read.
    pub fn read(&self) -> Option<Read> {
        let decoded = |column: &crate::series::column::Column| {
            crate::series::column::decode(&column.encode())
        };
        let columns = self.columns.iter().map(decoded).collect::<Option<_>>()?;
        Some(Read { first: usize::from(self.first), columns })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Open, parse};
    use super::*;

    #[test]
    fn a_block_is_read_as_it_was_written() {
        let mut open = Open::default();
        for (at_ms, values) in [(1_000, [1.0, 5.0]), (2_003, [2.0, f64::NAN]), (3_000, [2.5, 6.0])]
        {
            assert!(open.begin(at_ms) && !open.begin(at_ms));
            for (id, value) in (7..).zip(values).filter(|(_, value)| !value.is_nan()) {
                open.set(id, &[value]);
            }
            if at_ms > 2_000 {
                open.set(3, &[1.0, 2.0, 3.0, 4.0, 5.0]);
            }
        }
        let bytes = open.encode();
        let parsed = parse(&bytes).unwrap();
        assert_eq!(parsed.times, [1_000, 2_003, 3_000]);
        let number = |id| (id != 3).then_some(id + 10);
        let sealed = Sealed::new(parsed, Body::Memory(bytes.clone().into()), number);
        assert_eq!(sealed.ids().collect::<Vec<_>>(), [17, 18]);
        assert_eq!(sealed.read(17).unwrap().columns, [[1.0, 2.0, 2.5]]);
        let gap = &sealed.read(18).unwrap().columns[0];
        assert!(gap[0] == 5.0 && gap[1].is_nan() && gap[2] == 6.0);
        let all = Sealed::new(parse(&bytes).unwrap(), Body::Memory(bytes.clone().into()), Some);
        let five = all.read(3).unwrap();
        assert_eq!((five.first, five.columns.len(), &*five.columns[4]), (1, 5, &[5.0, 5.0][..]));
        assert_eq!(open.lane(3).unwrap().read().unwrap(), five);
        for cut in 0..bytes.len() {
            assert_eq!(parse(&bytes[..cut]), None, "{cut}");
        }
        let mut random = base::random::Random::new(11);
        for _ in 0..20_000 {
            let mut damaged = bytes.clone();
            for _ in 0..=random.below(3) {
                let at = random.below(damaged.len() as u64) as usize;
                damaged[at] = random.below(256) as u8;
            }
            let Some(parsed) = parse(&damaged) else { continue };
            let block = Sealed::new(parsed, Body::Memory(damaged.into()), Some);
            for id in block.ids().collect::<Vec<_>>() {
                let _ = block.read(id);
            }
        }
    }
}
