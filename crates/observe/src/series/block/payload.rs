//! A block as bytes: varints of its moments (the first, then differences), then its lanes.

use super::Lane;
use crate::series::column::VALUES_MAX;
use crate::series::registry::Id;
use crate::series::varint::{Bytes, put};

/// Lanes in a block at most.
const LANES_MAX: u64 = 1 << 20;
/// What is kept of a gauge over a time.
const COLUMNS_MAX: usize = 5;

/// Where a lane lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The number of its series.
    pub id: Id,
    /// The first byte of the lane in the block's bytes.
    pub at: u32,
    /// Its length.
    pub bytes: u32,
}

/// A block's bytes, looked at as far as it takes to find everything in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// Its moments.
    pub times: Vec<u64>,
    /// Its lanes, by the numbers that the writer gave their series.
    pub lanes: Vec<Entry>,
}

/// As bytes.
pub fn encode(times: &[u64], lanes: &[(Id, &Lane)]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64 + lanes.len() * 24);
    put(&mut bytes, times.len() as u64);
    let mut before = 0;
    for at_ms in times {
        put(&mut bytes, at_ms - before);
        before = *at_ms;
    }
    put(&mut bytes, lanes.len() as u64);
    for (id, lane) in lanes {
        let mut inner = Vec::with_capacity(32);
        put(&mut inner, u64::from(lane.first));
        inner.push(lane.columns.len() as u8);
        for column in lane.columns.iter().map(super::super::column::Column::encode) {
            put(&mut inner, column.len() as u64);
            inner.extend_from_slice(&column);
        }
        put(&mut bytes, u64::from(*id));
        put(&mut bytes, inner.len() as u64);
        bytes.extend_from_slice(&inner);
    }
    bytes
}

/// Find everything in a block's bytes; None if they are none.
pub fn parse(bytes: &[u8]) -> Option<Parsed> {
    let mut rest = Bytes::new(bytes);
    let count = usize::try_from(rest.varint()?).ok().filter(|count| *count <= VALUES_MAX)?;
    let mut times = Vec::with_capacity(count);
    let mut last = 0_u64;
    for at in 0..count {
        let step = rest.varint()?;
        if step == 0 && at > 0 {
            return None;
        }
        last = last.checked_add(step).filter(|at_ms| i64::try_from(*at_ms).is_ok())?;
        times.push(last);
    }
    let count = rest.varint().filter(|count| *count <= LANES_MAX)?;
    let mut lanes = Vec::with_capacity(count.min(4_096) as usize);
    for _ in 0..count {
        let id = Id::try_from(rest.varint()?).ok()?;
        let length = usize::try_from(rest.varint()?).ok()?;
        let at = u32::try_from(rest.at()).ok()?;
        rest.take(length)?;
        lanes.push(Entry { id, at, bytes: u32::try_from(length).ok()? });
    }
    rest.is_empty().then_some(Parsed { times, lanes })
}

/// The first moment and the columns of a lane's bytes, NaN for what is missing; None if they are none.
pub fn lane(bytes: &[u8]) -> Option<(usize, Vec<Vec<f64>>)> {
    let mut rest = Bytes::new(bytes);
    let first = usize::try_from(rest.varint()?).ok().filter(|first| *first <= VALUES_MAX)?;
    let [count] = *rest.take(1)? else { return None };
    let count = usize::from(count);
    if count == 0 || count > COLUMNS_MAX {
        return None;
    }
    let mut columns = Vec::with_capacity(count);
    for _ in 0..count {
        let length = usize::try_from(rest.varint()?).ok()?;
        columns.push(crate::series::column::decode(rest.take(length)?)?);
    }
    Some((first, columns))
}
