//! A block that grows.

use super::payload;
use crate::series::column::{Column, VALUES_MAX};
use crate::series::registry::Id;
use std::collections::HashMap;

/// A block that is written.
#[derive(Debug, Clone, Default)]
pub struct Open {
    times: Vec<u64>,
    lanes: HashMap<Id, Lane>,
}

/// One series in a block.
#[derive(Debug, Clone)]
pub struct Lane {
    /// The moment in the block at which it begins.
    pub first: u16,
    /// One for a value at each moment; five for what a gauge was over a time, see [`crate::series::fold`].
    pub columns: Vec<Column>,
}

impl Open {
    /// A moment begins. False, and nothing is changed: it is not later than the one before, or the block is full.
    pub fn begin(&mut self, at_ms: u64) -> bool {
        let later = self.times.last().is_none_or(|last| at_ms > *last);
        let fits = later && self.times.len() < VALUES_MAX;
        if fits {
            self.times.push(at_ms);
        }
        fits
    }

    /// What a series is at the moment that was begun last.
    pub fn set(&mut self, id: Id, values: &[f64]) {
        let Some(now) = self.times.len().checked_sub(1) else { return };
        let lane = self.lanes.entry(id).or_insert_with(|| Lane {
            first: now as u16,
            columns: vec![Column::default(); values.len()],
        });
        for (column, value) in lane.columns.iter_mut().zip(values) {
            while column.count() + usize::from(lane.first) < now {
                column.push(f64::NAN);
            }
            column.push(*value);
        }
    }

    /// The moments in it, in milliseconds since the Unix epoch.
    pub fn times(&self) -> &[u64] {
        &self.times
    }

    /// One series of it.
    pub fn lane(&self, id: Id) -> Option<&Lane> {
        self.lanes.get(&id)
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// Bytes of memory that it takes, about.
    pub fn weight(&self) -> usize {
        let lane = |lane: &Lane| {
            let columns = lane.columns.iter().map(|column| column.weight() * 3 / 2 + 64);
            columns.sum::<usize>() + 56
        };
        self.lanes.values().map(lane).sum::<usize>() + self.times.len() * 8
    }

    /// The series in it.
    pub fn ids(&self) -> impl Iterator<Item = Id> {
        self.lanes.keys().copied()
    }

    /// As bytes that [`super::parse`] reads.
    pub fn encode(&self) -> Vec<u8> {
        let mut lanes: Vec<_> = self.lanes.iter().map(|(id, lane)| (*id, lane)).collect();
        lanes.sort_unstable_by_key(|(id, _)| *id);
        payload::encode(&self.times, &lanes)
    }
}
