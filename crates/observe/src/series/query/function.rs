//! Functions.

use super::error::QueryError;
use super::evaluate::Evaluation;
use super::expr::{Expr, Function};
use super::over_time::over_time;
use super::quantile;
use super::table::{Row, Table, unnamed};

/// What a function makes of its arguments. Their number and kinds were checked when they were read.
pub fn call(
    evaluation: &Evaluation<'_>,
    function: Function,
    arguments: &[Expr],
) -> Result<Table, QueryError> {
    let table = |at: usize| match arguments.get(at) {
        Some(argument) => evaluation.table(argument),
        None => Err(QueryError::Bad("an argument is missing".into())),
    };
    if let [Expr::Range(selector, range_ms)] = arguments {
        return over_time(evaluation, function, selector, *range_ms).map(Table::Vector);
    }
    let each =
        |at: usize, of: &dyn Fn(usize, f64) -> f64| Ok(Table::Vector(map(table(at)?.rows(), of)));
    match function {
        Function::Abs => each(0, &|_, value| value.abs()),
        Function::Ceil => each(0, &|_, value| value.ceil()),
        Function::Floor => each(0, &|_, value| value.floor()),
        Function::Round => each(0, &|_, value| (value + 0.5).floor()),
        Function::ClampMin | Function::ClampMax => {
            let bounds = table(1)?.scalar();
            let bound = |step: usize| bounds.get(step).copied().unwrap_or(f64::NAN);
            match function {
                Function::ClampMin => each(0, &|step, value| value.max(bound(step))),
                _ => each(0, &|step, value| value.min(bound(step))),
            }
        }
        Function::HistogramQuantile => {
            let (quantiles, rows) = (table(0)?.scalar(), table(1)?.rows());
            Ok(Table::Vector(quantile::of_buckets(&quantiles, rows)))
        }
        Function::Vector => {
            let values = table(0)?.scalar().into_iter().map(Some).collect();
            Ok(Table::Vector(vec![Row { labels: Box::new([]), values }]))
        }
        Function::Scalar => {
            let rows = table(0)?.rows();
            let value = |step: usize| {
                let mut there =
                    rows.iter().filter_map(|row| row.values.get(step).copied().flatten());
                let first = there.next();
                first.filter(|_| there.next().is_none()).unwrap_or(f64::NAN)
            };
            Ok(Table::Scalar((0..evaluation.steps.len()).map(value).collect()))
        }
        other => Err(QueryError::Bad(format!("{other:?} takes series over a time"))),
    }
}

fn map(rows: Vec<Row>, of: &dyn Fn(usize, f64) -> f64) -> Vec<Row> {
    let row = |row: Row| Row {
        labels: unnamed(&row.labels),
        values: row
            .values
            .iter()
            .zip(0..)
            .map(|(value, step)| value.map(|value| of(step, value)))
            .collect(),
    };
    rows.into_iter().map(row).collect()
}
