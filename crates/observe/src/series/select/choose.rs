//! Which blocks answer a question.

use super::find::{Found, find};
use crate::series::block::{Lane, Read, Sealed};
use crate::series::history::History;
use crate::series::key::Labels;
use crate::series::registry::Id;
use crate::series::tier::Tier;
use std::collections::HashMap;
use std::sync::Arc;

/// Series and the blocks that hold them.
#[derive(Debug)]
pub struct Selection {
    /// Time between two moments.
    pub step_ms: u64,
    /// How far a moment that is asked for looks back.
    pub window_ms: u64,
    /// What was found.
    pub found: Vec<Found>,
    pub(super) pieces: Vec<Piece>,
}

/// What is asked for.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// Which series, by their labels.
    pub wanted: &'a dyn Fn(&Labels) -> bool,
    /// The first moment that is asked for.
    pub from_ms: u64,
    /// The last.
    pub to_ms: u64,
    /// Each moment asks for so much time before it; None: for what is at it.
    pub range_ms: Option<u64>,
}

/// A moment has the last value that is not older: recording may be late on a busy machine.
const LOOK_BACK_MS: u64 = 10_000;

/// Some of the history.
#[derive(Debug)]
pub struct Piece {
    /// Moments up to this one are not part of it.
    pub after: u64,
    /// Its moments.
    pub times: Arc<[u64]>,
    block: Block,
}

#[derive(Debug)]
enum Block {
    Sealed(Arc<Sealed>),
    Open(HashMap<Id, Lane>),
}

impl Piece {
    /// One series of it.
    pub fn read(&self, id: Id) -> Option<Read> {
        match &self.block {
            Block::Sealed(block) => block.read(id),
            Block::Open(lanes) => lanes.get(&id)?.read(),
        }
    }
}

impl History {
    /// The series that are asked for, of the finest tier that goes back so far; `now_ms` tells how far that is.
    /// What a coarse tier does not have yet is of the next finer one.
    pub fn select(&self, asked: &Asked<'_>, now_ms: u64) -> Selection {
        let Asked { wanted, from_ms, to_ms, range_ms } = *asked;
        let first_ms = from_ms.saturating_sub(range_ms.unwrap_or(0));
        let reaches = |tier: &Tier| now_ms.saturating_sub(tier.grain.keep_ms) <= first_ms;
        let chosen = self.tiers.iter().position(reaches).unwrap_or(self.tiers.len() - 1);
        let step_ms = self.tiers.get(chosen).map_or(1_000, |tier| tier.grain.step_ms);
        let window_ms = match range_ms {
            Some(range_ms) => range_ms.max(step_ms * 5 / 2),
            None => (step_ms * 3).max(LOOK_BACK_MS),
        };
        let from_ms = from_ms.saturating_sub(window_ms);
        let found = find(self.registry.all(), wanted);
        let ids: Vec<Id> = found.iter().flat_map(|found| found.source.ids()).collect();
        let mut pieces = Vec::new();
        let mut after = 0;
        for tier in self.tiers.iter().take(chosen + 1).rev() {
            let end = tier.end();
            pieces.extend(of_tier(tier, &ids, from_ms.max(after), to_ms, after));
            after = after.max(end.unwrap_or(0));
        }
        Selection { step_ms, window_ms, found, pieces }
    }

    /// The labels of all series that are `wanted` and were there at any time between the two.
    pub fn labels(
        &self,
        wanted: &dyn Fn(&Labels) -> bool,
        from_ms: u64,
        to_ms: u64,
    ) -> Vec<Labels> {
        let within = |id: Id| {
            self.tiers.iter().any(|tier| {
                let open = tier.open();
                let now = open.times().last().is_some_and(|last| *last >= from_ms);
                let mut sealed = tier.sealed().iter().map(|kept| &kept.block);
                (now && open.lane(id).is_some())
                    || sealed.any(|block| {
                        block.end() >= from_ms && block.start() <= to_ms && block.holds(id)
                    })
            })
        };
        let all = find(self.registry.all().filter(|(id, _)| within(*id)), wanted);
        all.into_iter().flat_map(|found| found.labels).collect()
    }
}

fn of_tier(tier: &Tier, ids: &[Id], from_ms: u64, to_ms: u64, after: u64) -> Vec<Piece> {
    let overlaps = |start: u64, end: u64| end >= from_ms && start <= to_ms;
    let sealed = tier.sealed().iter().map(|kept| &kept.block);
    let mut pieces: Vec<Piece> = sealed
        .filter(|block| overlaps(block.start(), block.end()))
        .map(|block| Piece {
            after,
            times: block.times.clone(),
            block: Block::Sealed(block.clone()),
        })
        .collect();
    let open = tier.open();
    let times = open.times();
    if let (Some(start), Some(end)) = (times.first(), times.last())
        && overlaps(*start, *end)
    {
        let lanes = ids.iter().filter_map(|id| Some((*id, open.lane(*id)?.clone()))).collect();
        pieces.push(Piece { after, times: times.into(), block: Block::Open(lanes) });
    }
    pieces
}
