//! `sum by (…)` and its kin.

use super::error::QueryError;
use super::evaluate::Evaluation;
use super::expr::{Aggregate, Gather};
use super::table::{Row, grouped};
use crate::series::key::Labels;
use std::collections::BTreeMap;

/// Put series together.
pub fn gather(evaluation: &Evaluation<'_>, aggregate: &Aggregate) -> Result<Vec<Row>, QueryError> {
    let rows = evaluation.table(&aggregate.of)?.rows();
    let counts = match &aggregate.parameter {
        Some(parameter) => evaluation.table(parameter)?.scalar(),
        None => Vec::new(),
    };
    let mut groups: BTreeMap<Labels, Vec<Row>> = BTreeMap::new();
    for row in rows {
        groups.entry(grouped(&row.labels, &aggregate.grouping)).or_default().push(row);
    }
    let steps = evaluation.steps.len();
    let groups = groups.into_iter().flat_map(|(labels, rows)| match aggregate.op {
        Gather::TopK => chosen(rows, &counts, true),
        Gather::BottomK => chosen(rows, &counts, false),
        op => vec![Row { labels, values: (0..steps).map(|step| one(op, &rows, step)).collect() }],
    });
    Ok(groups.collect())
}

fn one(op: Gather, rows: &[Row], step: usize) -> Option<f64> {
    let values = || rows.iter().filter_map(|row| row.values.get(step).copied().flatten());
    let count = values().count();
    if count == 0 {
        return None;
    }
    let sum = || values().sum::<f64>();
    // NaN is less and more than nothing else.
    let best = |least: bool| {
        let better =
            |a: f64, b: f64| if a.is_nan() || ((b < a) == least && b != a) { b } else { a };
        values().reduce(better)
    };
    match op {
        Gather::Sum => Some(sum()),
        Gather::Avg => Some(sum() / count as f64),
        Gather::Min => best(true),
        Gather::Max => best(false),
        Gather::Count => Some(count as f64),
        Gather::Group | Gather::TopK | Gather::BottomK => Some(1.0),
    }
}

/// Of each moment the so many largest or smallest; the others are left out at it.
fn chosen(mut rows: Vec<Row>, counts: &[f64], largest: bool) -> Vec<Row> {
    for (step, count) in counts.iter().enumerate() {
        let value = |row: &Row| row.values.get(step).copied().flatten();
        let mut order: Vec<(usize, f64)> =
            rows.iter().enumerate().filter_map(|(at, row)| Some((at, value(row)?))).collect();
        order.sort_by(|(_, a), (_, b)| if largest { b.total_cmp(a) } else { a.total_cmp(b) });
        let keep = if *count >= 1.0 { *count as usize } else { 0 };
        for (at, _) in order.into_iter().skip(keep) {
            if let Some(value) = rows.get_mut(at).and_then(|row| row.values.get_mut(step)) {
                *value = None;
            }
        }
    }
    rows.retain(|row| row.values.iter().any(Option::is_some));
    rows
}
