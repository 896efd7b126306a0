//! A question worked out, all moments at once.

use super::error::QueryError;
use super::expr::{Expr, Function, Selector};
use super::table::Table;
use super::{aggregate, binary, function, selector};
use crate::series::select::{Asked, Selection};
use std::cell::Cell;

/// Moments of a range at most, as in Prometheus.
const STEPS_MAX: u64 = 11_000;
/// Samples that one question may look at.
const WORK_MAX: u64 = 100_000_000;

/// Moments at which a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first, in milliseconds since the Unix epoch.
    pub start_ms: u64,
    /// None is later.
    pub end_ms: u64,
    /// Time between two.
    pub step_ms: u64,
}

impl Range {
    /// One moment.
    pub fn at(at_ms: u64) -> Self {
        Range { start_ms: at_ms, end_ms: at_ms, step_ms: 1 }
    }

    fn steps(self) -> Result<Vec<u64>, QueryError> {
        let Range { start_ms, end_ms, step_ms } = self;
        if step_ms == 0 {
            return Err(QueryError::Bad("step: it must be above zero, such as 15s".into()));
        }
        let Some(span) = end_ms.checked_sub(start_ms) else {
            return Err(QueryError::Bad("end: it must not be before start".into()));
        };
        if span / step_ms >= STEPS_MAX {
            return Err(QueryError::Bad(format!(
                "step: that would be more than {STEPS_MAX} points for each series; ask for a shorter time or a \
                 longer step"
            )));
        }
        Ok((0..=span / step_ms).map(|at| start_ms + at * step_ms).collect())
    }
}

/// The history that is asked.
pub type Fetch<'a> = &'a dyn Fn(&Asked<'_>) -> Selection;

/// A question being worked out.
pub struct Evaluation<'a> {
    /// The moments.
    pub steps: Vec<u64>,
    fetch: Fetch<'a>,
    work: Cell<u64>,
}

impl<'a> Evaluation<'a> {
    /// At these moments.
    pub fn new(range: Range, fetch: Fetch<'a>) -> Result<Self, QueryError> {
        Ok(Evaluation { steps: range.steps()?, fetch, work: Cell::new(0) })
    }

    /// What a part of the question comes to.
    pub fn table(&self, expr: &Expr) -> Result<Table, QueryError> {
        match expr {
            Expr::Number(number) => Ok(Table::Scalar(vec![*number; self.steps.len()])),
            Expr::Vector(selector) => selector::instant(self, selector).map(Table::Vector),
            Expr::Range(..) => {
                Err(QueryError::Bad("series over a time are no answer here: use rate(…)".into()))
            }
            Expr::Call(Function::Time, _) => {
                Ok(Table::Scalar(self.steps.iter().map(|at_ms| *at_ms as f64 / 1_000.0).collect()))
            }
            Expr::Call(function, arguments) => function::call(self, *function, arguments),
            Expr::Aggregate(aggregate) => aggregate::gather(self, aggregate).map(Table::Vector),
            Expr::Binary(pair) => {
                let (left, right) = (self.table(&pair.left)?, self.table(&pair.right)?);
                binary::pair(pair, left, right)
            }
        }
    }

    /// The series of a selector, as far as the moments need them.
    pub fn select(&self, selector: &Selector, range_ms: Option<u64>) -> Selection {
        let earlier = |at_ms: u64| at_ms.saturating_add_signed(selector.offset_ms.saturating_neg());
        let first = self.steps.first().copied().unwrap_or(0);
        let last = self.steps.last().copied().unwrap_or(0);
        (self.fetch)(&Asked {
            wanted: &|labels| selector.matchers.fit(labels),
            from_ms: earlier(first),
            to_ms: earlier(last),
            range_ms,
        })
    }

    /// So many samples are looked at.
    pub fn work(&self, samples: usize) -> Result<(), QueryError> {
        self.work.set(self.work.get().saturating_add(samples as u64));
        if self.work.get() <= WORK_MAX {
            return Ok(());
        }
        Err(QueryError::Failed(format!(
            "the query would look at more than {WORK_MAX} samples: name fewer series or a shorter time"
        )))
    }
}
