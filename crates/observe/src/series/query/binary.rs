//! Two sides.

use super::error::QueryError;
use super::expr::{Binary, Grouping, Op};
use super::table::{Row, Table, grouped, unnamed};
use crate::series::key::Labels;
use std::collections::{BTreeMap, BTreeSet};

/// What two sides come to.
pub fn pair(pair: &Binary, left: Table, right: Table) -> Result<Table, QueryError> {
    match (left, right) {
        (Table::Scalar(left), Table::Scalar(right)) => {
            let values = left.iter().zip(&right).map(|(a, b)| match compare(pair.op, *a, *b) {
                Some(holds) => f64::from(u8::from(holds)),
                None => calculate(pair.op, *a, *b),
            });
            Ok(Table::Scalar(values.collect()))
        }
        (Table::Vector(rows), Table::Scalar(numbers)) => {
            Ok(Table::Vector(with_numbers(pair, rows, &numbers, false)))
        }
        (Table::Scalar(numbers), Table::Vector(rows)) => {
            Ok(Table::Vector(with_numbers(pair, rows, &numbers, true)))
        }
        (Table::Vector(left), Table::Vector(right)) if pair.op.joins() => {
            Ok(Table::Vector(join(pair, left, right)))
        }
        (Table::Vector(left), Table::Vector(right)) => {
            matched(pair, left, right).map(Table::Vector)
        }
    }
}

/// A comparison's outcome; None: it is none.
fn compare(op: Op, a: f64, b: f64) -> Option<bool> {
    Some(match op {
        Op::Equal => a == b,
        Op::NotEqual => a != b,
        Op::Less => a < b,
        Op::LessOrEqual => a <= b,
        Op::More => a > b,
        Op::MoreOrEqual => a >= b,
        _ => return None,
    })
}

fn calculate(op: Op, a: f64, b: f64) -> f64 {
    match op {
        Op::Add => a + b,
        Op::Subtract => a - b,
        Op::Multiply => a * b,
        Op::Divide => a / b,
        Op::Modulo => a % b,
        Op::Power => a.powf(b),
        _ => f64::NAN,
    }
}

/// The value that a pair of values gives; `kept` stays where a comparison holds.
fn value(pair: &Binary, a: f64, b: f64, kept: f64) -> Option<f64> {
    match compare(pair.op, a, b) {
        Some(holds) if pair.bool => Some(f64::from(u8::from(holds))),
        Some(holds) => holds.then_some(kept),
        None => Some(calculate(pair.op, a, b)),
    }
}

/// Whether the name stays: only a comparison that leaves out leaves values as they are.
fn labels(pair: &Binary, labels: &Labels) -> Labels {
    if pair.op.compares() && !pair.bool { labels.clone() } else { unnamed(labels) }
}

fn with_numbers(pair: &Binary, rows: Vec<Row>, numbers: &[f64], number_first: bool) -> Vec<Row> {
    let row = |row: Row| {
        let pairs = row.values.iter().zip(numbers);
        let values = pairs.map(|(one, number)| {
            let one = (*one)?;
            let (a, b) = if number_first { (*number, one) } else { (one, *number) };
            value(pair, a, b, one)
        });
        Row { values: values.collect(), labels: labels(pair, &row.labels) }
    };
    let rows = rows.into_iter().map(row);
    rows.filter(|row| row.values.iter().any(Option::is_some)).collect()
}

/// The labels by which rows of both sides are the same.
fn signature(pair: &Binary, labels: &Labels) -> Labels {
    match &pair.matching {
        Some(grouping) => grouped(labels, grouping),
        None => unnamed(labels),
    }
}

fn matched(pair: &Binary, left: Vec<Row>, right: Vec<Row>) -> Result<Vec<Row>, QueryError> {
    let mut others: BTreeMap<Labels, Row> = BTreeMap::new();
    for row in right {
        if others.insert(signature(pair, &row.labels), row).is_some() {
            return Err(ambiguous("right"));
        }
    }
    let (mut rows, mut seen) = (Vec::new(), BTreeSet::new());
    for row in left {
        let same = signature(pair, &row.labels);
        let Some(other) = others.get(&same) else { continue };
        if !seen.insert(same.clone()) {
            return Err(ambiguous("left"));
        }
        let pairs = row.values.iter().zip(&other.values);
        let values: Vec<Option<f64>> =
            pairs.map(|(a, b)| value(pair, (*a)?, (*b)?, (*a)?)).collect();
        let labels = match &pair.matching {
            Some(Grouping::By(_)) => same,
            Some(Grouping::Without(_)) if !pair.op.compares() || pair.bool => same,
            _ => labels(pair, &row.labels),
        };
        if values.iter().any(Option::is_some) {
            rows.push(Row { labels, values });
        }
    }
    Ok(rows)
}

fn ambiguous(side: &str) -> QueryError {
    QueryError::Failed(format!(
        "several series of the {side} side have the same labels to match by: put them together first, as in \
         sum by (…) (…); group_left is not part of what Ostler answers"
    ))
}

/// `or`, `and`, `unless`, moment by moment.
fn join(pair: &Binary, left: Vec<Row>, right: Vec<Row>) -> Vec<Row> {
    let there = |rows: &[Row]| {
        let mut there: BTreeMap<Labels, Vec<bool>> = BTreeMap::new();
        for row in rows {
            let known = there.entry(signature(pair, &row.labels)).or_default();
            known.resize(row.values.len(), false);
            for (known, value) in known.iter_mut().zip(&row.values) {
                *known |= value.is_some();
            }
        }
        there
    };
    let only = |row: Row, others: &BTreeMap<Labels, Vec<bool>>, if_there: bool| {
        let other = others.get(&signature(pair, &row.labels));
        let other = |step: usize| other.and_then(|other| other.get(step)).copied().unwrap_or(false);
        let values = row.values.iter().enumerate();
        let values =
            values.map(|(step, value)| value.filter(|_| other(step) == if_there)).collect();
        Row { values, ..row }
    };
    let mut rows: Vec<Row> = match pair.op {
        Op::Or => {
            let known = there(&left);
            let more: Vec<Row> = right.into_iter().map(|row| only(row, &known, false)).collect();
            left.into_iter().chain(more).collect()
        }
        op => {
            let known = there(&right);
            left.into_iter().map(|row| only(row, &known, op == Op::And)).collect()
        }
    };
    rows.retain(|row| row.values.iter().any(Option::is_some));
    rows
}
