//! Values of series at all moments that are asked for.

use super::error::QueryError;
use super::expr::Grouping;
use crate::series::key::Labels;
use crate::series::select::NAME;

/// Values in an answer at most, all its series and moments together.
pub const VALUES_MAX: usize = 1_000_000;

/// What a part of a question comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Table {
    /// A number at each moment.
    Scalar(Vec<f64>),
    /// Series.
    Vector(Vec<Row>),
}

/// One series.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its labels.
    pub labels: Labels,
    /// Its value at each moment, if it has one.
    pub values: Vec<Option<f64>>,
}

impl Table {
    /// As numbers; empty if it is series.
    pub fn scalar(self) -> Vec<f64> {
        match self {
            Table::Scalar(values) => values,
            Table::Vector(_) => Vec::new(),
        }
    }

    /// As series; none if it is numbers.
    pub fn rows(self) -> Vec<Row> {
        match self {
            Table::Vector(rows) => rows,
            Table::Scalar(_) => Vec::new(),
        }
    }
}

/// Refuse what would be too much.
pub fn check(rows: usize, steps: usize) -> Result<(), QueryError> {
    if rows.saturating_mul(steps) <= VALUES_MAX {
        return Ok(());
    }
    Err(QueryError::Failed(format!(
        "the query has {rows} series at {steps} moments, more than {VALUES_MAX} values: name fewer series, a \
         shorter time or a longer step"
    )))
}

/// Without the name: what a function makes of a metric is another.
pub fn unnamed(labels: &Labels) -> Labels {
    labels.iter().filter(|(name, _)| **name != *NAME).cloned().collect()
}

/// The labels that stay.
pub fn grouped(labels: &Labels, grouping: &Grouping) -> Labels {
    let stays = |name: &str| match grouping {
        Grouping::By(names) => names.iter().any(|one| one == name),
        Grouping::Without(names) => name != NAME && !names.iter().any(|one| one == name),
    };
    labels.iter().filter(|(name, _)| stays(name)).cloned().collect()
}
