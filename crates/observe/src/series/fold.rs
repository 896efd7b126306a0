//! From many moments to one: what a series was over ten seconds, over a minute.

use super::registry::Id;
use std::collections::HashMap;

/// What a series was over some time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fold {
    /// At its end.
    pub last: f64,
    /// At least.
    pub min: f64,
    /// At most.
    pub max: f64,
    /// All values together.
    pub sum: f64,
    /// How many there were.
    pub count: f64,
}

impl Fold {
    /// Of one value.
    pub fn of(value: f64) -> Self {
        Fold { last: value, min: value, max: value, sum: value, count: 1.0 }
    }

    /// In the order in which blocks keep it.
    pub fn columns(self) -> [f64; 5] {
        [self.last, self.min, self.max, self.sum, self.count]
    }

    /// Of the columns of a block; one alone is that of a series that grows.
    pub fn from_columns(columns: &[f64]) -> Option<Self> {
        match *columns {
            [last] => Some(Fold::of(last)),
            [last, min, max, sum, count] => Some(Fold { last, min, max, sum, count }),
            _ => None,
        }
    }

    fn add(&mut self, later: Fold) {
        self.last = later.last;
        self.min = self.min.min(later.min);
        self.max = self.max.max(later.max);
        self.sum += later.sum;
        self.count += later.count;
    }
}

/// Folds all series over times of one length.
#[derive(Debug)]
pub struct Folder {
    step_ms: u64,
    /// The last moment in it.
    at_ms: Option<u64>,
    folds: HashMap<Id, Fold>,
}

/// All series over one such time.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    /// The last moment in it, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// Each series that had a value.
    pub folds: Vec<(Id, Fold)>,
}

impl Folder {
    /// For times of this length.
    pub fn new(step_ms: u64) -> Self {
        Folder { step_ms, at_ms: None, folds: HashMap::new() }
    }

    /// Take in one moment. Gives the time before it, if that ends with it.
    pub fn push(&mut self, at_ms: u64, values: impl Iterator<Item = (Id, Fold)>) -> Option<Folded> {
        let slot = |at_ms: u64| at_ms / self.step_ms.max(1);
        let ended = self.at_ms.filter(|before| slot(*before) != slot(at_ms));
        let folded =
            ended.map(|before| Folded { at_ms: before, folds: self.folds.drain().collect() });
        self.at_ms = Some(at_ms);
        for (id, fold) in values {
            self.folds.entry(id).and_modify(|known| known.add(fold)).or_insert(fold);
        }
        folded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_ends_with_the_first_moment_after_it() {
        let mut folder = Folder::new(10_000);
        for (at_ms, value) in [(10_000, 3.0), (14_000, 1.0), (19_999, 2.0)] {
            assert_eq!(folder.push(at_ms, [(7, Fold::of(value))].into_iter()), None);
        }
        let folded = folder.push(20_001, std::iter::empty()).unwrap();
        assert_eq!(folded.at_ms, 19_999);
        let fold = Fold { last: 2.0, min: 1.0, max: 3.0, sum: 6.0, count: 3.0 };
        assert_eq!(folded.folds, [(7, fold)]);
        assert_eq!(Fold::from_columns(&fold.columns()), Some(fold));
        assert_eq!(folder.push(45_000, std::iter::empty()).unwrap().folds, []);
    }
}
