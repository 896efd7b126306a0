//! Functions of series over a time: `rate`, `avg_over_time` and their kin.

use super::error::QueryError;
use super::evaluate::Evaluation;
use super::expr::{Function, Selector};
use super::table::{Row, check, unnamed};
use crate::series::fold::Fold;

/// Further from the edge of the time than so many usual distances, samples say nothing of the edge.
const NEAR: f64 = 1.1;

/// The values of `function` over the `range_ms` before each moment.
pub fn over_time(
    evaluation: &Evaluation<'_>,
    function: Function,
    selector: &Selector,
    range_ms: u64,
) -> Result<Vec<Row>, QueryError> {
    let selection = evaluation.select(selector, Some(range_ms));
    let count = selection.found.iter().map(|found| found.labels.len()).sum();
    check(count, evaluation.steps.len())?;
    let mut rows = Vec::with_capacity(count);
    for found in &selection.found {
        for (labels, samples) in found.labels.iter().zip(selection.read(found)) {
            evaluation.work(samples.times.len())?;
            let line = Line::new(&samples.times, &samples.folds);
            let window = Window { range_ms, window_ms: selection.window_ms, function };
            let values = line.at_steps(evaluation, selector.offset_ms, &window)?;
            if values.iter().any(Option::is_some) {
                let named = function == Function::LastOverTime;
                let labels = if named { labels.clone() } else { unnamed(labels) };
                rows.push(Row { labels, values });
            }
        }
    }
    Ok(rows)
}

/// A time before a moment.
struct Window {
    /// As it was asked for.
    range_ms: u64,
    /// As it is looked at: where moments are far apart it is longer, so that there are two in it.
    window_ms: u64,
    function: Function,
}

/// A series without the moments at which it was not there.
struct Line {
    times: Vec<u64>,
    folds: Vec<Fold>,
    /// How much it has grown up to each moment, restarts of the count made good.
    grown: Vec<f64>,
}

impl Line {
    fn new(times: &[u64], folds: &[Fold]) -> Self {
        let there = times.iter().zip(folds).filter(|(_, fold)| !fold.last.is_nan());
        let (times, folds): (Vec<u64>, Vec<Fold>) =
            there.map(|(time, fold)| (*time, *fold)).unzip();
        let mut grown = Vec::with_capacity(folds.len());
        let (mut sum, mut before): (f64, Option<f64>) = (0.0, None);
        for fold in &folds {
            sum += match before {
                // A counter that is less than it was began again at zero.
                Some(before) if fold.last < before => fold.last,
                Some(before) => fold.last - before,
                None => 0.0,
            };
            before = Some(fold.last);
            grown.push(sum);
        }
        Line { times, folds, grown }
    }

    fn at_steps(
        &self,
        evaluation: &Evaluation<'_>,
        offset_ms: i64,
        window: &Window,
    ) -> Result<Vec<Option<f64>>, QueryError> {
        let (mut from, mut to) = (0, 0);
        let mut values = Vec::with_capacity(evaluation.steps.len());
        for at_ms in &evaluation.steps {
            let end = at_ms.saturating_add_signed(offset_ms.saturating_neg());
            let start = end.saturating_sub(window.window_ms);
            while self.times.get(to).is_some_and(|time| *time <= end) {
                to += 1;
            }
            while from < to && self.times.get(from).is_some_and(|time| *time <= start) {
                from += 1;
            }
            values.push(self.value(from, to, start, end, window));
            if !window.function.is_of_ends() {
                evaluation.work(to - from)?;
            }
        }
        Ok(values)
    }

    fn value(&self, from: usize, to: usize, start: u64, end: u64, window: &Window) -> Option<f64> {
        let folds = self.folds.get(from..to).filter(|folds| !folds.is_empty())?;
        let sum = |of: fn(&Fold) -> f64| folds.iter().map(of).sum::<f64>();
        let range = window.range_ms as f64 / 1_000.0;
        match window.function {
            Function::Rate => self.rate(from, to, start, end, true),
            Function::Increase => self.rate(from, to, start, end, true).map(|rate| rate * range),
            Function::Delta => self.rate(from, to, start, end, false).map(|rate| rate * range),
            Function::IRate => self.rate_of_last(from, to),
            Function::AvgOverTime => Some(sum(|fold| fold.sum) / sum(|fold| fold.count)),
            Function::SumOverTime => Some(sum(|fold| fold.sum)),
            Function::CountOverTime => Some(sum(|fold| fold.count)),
            Function::MinOverTime => folds.iter().map(|fold| fold.min).reduce(f64::min),
            Function::MaxOverTime => folds.iter().map(|fold| fold.max).reduce(f64::max),
            _ => folds.last().map(|fold| fold.last),
        }
    }

    fn rate_of_last(&self, from: usize, to: usize) -> Option<f64> {
        let before = to.checked_sub(2).filter(|before| *before >= from)?;
        let passed = self.times.get(to - 1)? - self.times.get(before)?;
        let grown = self.grown.get(to - 1)? - self.grown.get(before)?;
        Some(grown / (passed as f64 / 1_000.0))
    }

    /// Growth a second, carried on to the edges of the time as Prometheus does it: the samples seldom lie there.
    fn rate(&self, from: usize, to: usize, start: u64, end: u64, grows: bool) -> Option<f64> {
        let last = to.checked_sub(1).filter(|last| *last > from)?;
        let (first_ms, last_ms) = (*self.times.get(from)?, *self.times.get(last)?);
        let (first, newest) = (self.folds.get(from)?.last, self.folds.get(last)?.last);
        let growth =
            if grows { self.grown.get(last)? - self.grown.get(from)? } else { newest - first };
        let seconds = |ms: u64| ms as f64 / 1_000.0;
        let sampled = seconds(last_ms - first_ms);
        let usual = sampled / (last - from) as f64;
        let mut before = seconds(first_ms - start);
        let after = seconds(end - last_ms);
        if grows && growth > 0.0 && first >= 0.0 {
            // A counter was never below zero.
            before = before.min(sampled * (first / growth));
        }
        let edge = |gap: f64| if gap < usual * NEAR { gap } else { usual / 2.0 };
        let covered = sampled + edge(before) + edge(after);
        Some(growth * (covered / sampled) / seconds(end - start))
    }
}

impl Function {
    /// Whether it looks at the ends of its time only.
    fn is_of_ends(self) -> bool {
        matches!(
            self,
            Function::Rate
                | Function::Increase
                | Function::Delta
                | Function::IRate
                | Function::LastOverTime
        )
    }
}
