//! Series at moments: the last value that is not too old.

use super::error::QueryError;
use super::evaluate::Evaluation;
use super::expr::Selector;
use super::table::{Row, check};
use crate::series::select::Samples;

/// The series of a selector at each moment.
pub fn instant(evaluation: &Evaluation<'_>, selector: &Selector) -> Result<Vec<Row>, QueryError> {
    let selection = evaluation.select(selector, None);
    let count = selection.found.iter().map(|found| found.labels.len()).sum();
    check(count, evaluation.steps.len())?;
    let mut rows = Vec::with_capacity(count);
    for found in &selection.found {
        for (labels, samples) in found.labels.iter().zip(selection.read(found)) {
            evaluation.work(samples.times.len())?;
            let window = selection.window_ms;
            let values = at_steps(&samples, &evaluation.steps, selector.offset_ms, window);
            if values.iter().any(Option::is_some) {
                rows.push(Row { labels: labels.clone(), values });
            }
        }
    }
    Ok(rows)
}

fn at_steps(samples: &Samples, steps: &[u64], offset_ms: i64, window: u64) -> Vec<Option<f64>> {
    let mut next = 0;
    let value = |at_ms: &u64| {
        let at_ms = at_ms.saturating_add_signed(offset_ms.saturating_neg());
        while samples.times.get(next).is_some_and(|time| *time <= at_ms) {
            next += 1;
        }
        let last = next.checked_sub(1)?;
        let fresh = samples.times.get(last).is_some_and(|time| at_ms - time < window);
        samples.folds.get(last).map(|fold| fold.last).filter(|value| fresh && !value.is_nan())
    };
    steps.iter().map(value).collect()
}
