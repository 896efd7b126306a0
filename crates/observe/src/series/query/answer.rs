//! Replies in the form of Prometheus's HTTP API.

use super::error::QueryError;
use super::evaluate::{Evaluation, Fetch, Range};
use super::expr::{Expr, Selector};
use super::number::{seconds, show};
use super::parse::parse;
use super::table::{Row, Table};
use crate::series::key::Labels;
use serde_json::{Map, Value, json};

/// Samples of a range selector that is asked for by itself, at most.
const RAW_MAX: usize = 200_000;

/// A reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status of the HTTP reply.
    pub status: u16,
    /// Its body.
    pub body: String,
}

impl Reply {
    /// 200 with this under `data`.
    pub fn data(data: Value) -> Self {
        Reply { status: 200, body: json!({ "status": "success", "data": data }).to_string() }
    }
}

impl From<QueryError> for Reply {
    fn from(error: QueryError) -> Self {
        let text = error.to_string();
        let body = json!({ "status": "error", "errorType": error.kind(), "error": text });
        Reply { status: error.status(), body: body.to_string() }
    }
}

/// The answer to a question at one moment, or `over` a range.
pub fn answer(query: &str, range: Range, over: bool, fetch: Fetch<'_>) -> Reply {
    let data = parse(query).and_then(|expr| {
        let evaluation = Evaluation::new(range, fetch)?;
        match &expr {
            Expr::Range(selector, range_ms) if !over => raw(&evaluation, selector, *range_ms),
            _ => {
                let table = evaluation.table(&expr)?;
                Ok(if over {
                    matrix(table, &evaluation.steps)
                } else {
                    vector(table, range.start_ms)
                })
            }
        }
    });
    data.map_or_else(Reply::from, Reply::data)
}

fn labels(labels: &Labels) -> Value {
    let pairs = labels.iter().map(|(name, value)| (name.to_string(), json!(value)));
    Value::Object(pairs.collect::<Map<_, _>>())
}

fn point(at_ms: u64, value: f64) -> Value {
    // As a number of JSON, digit by digit: 1700000000.123 is not what f64 makes of it everywhere.
    let time = seconds(at_ms).parse::<serde_json::Number>();
    json!([time.map_or(Value::Null, Value::Number), show(value)])
}

fn vector(table: Table, at_ms: u64) -> Value {
    match table {
        Table::Scalar(values) => {
            let value = values.first().copied().unwrap_or(f64::NAN);
            json!({ "resultType": "scalar", "result": point(at_ms, value) })
        }
        Table::Vector(rows) => {
            let one = |row: &Row| {
                let value = row.values.first().copied().flatten()?;
                Some(json!({ "metric": labels(&row.labels), "value": point(at_ms, value) }))
            };
            let result: Vec<Value> = rows.iter().filter_map(one).collect();
            json!({ "resultType": "vector", "result": result })
        }
    }
}

fn matrix(table: Table, steps: &[u64]) -> Value {
    let rows = match table {
        Table::Scalar(values) => {
            vec![Row { labels: Box::new([]), values: values.into_iter().map(Some).collect() }]
        }
        Table::Vector(rows) => rows,
    };
    let one = |row: &Row| {
        let points = steps.iter().zip(&row.values);
        let points: Vec<Value> =
            points.filter_map(|(at_ms, value)| Some(point(*at_ms, (*value)?))).collect();
        let there = !points.is_empty();
        there.then(|| json!({ "metric": labels(&row.labels), "values": points }))
    };
    json!({ "resultType": "matrix", "result": rows.iter().filter_map(one).collect::<Vec<_>>() })
}

/// The samples themselves.
fn raw(
    evaluation: &Evaluation<'_>,
    selector: &Selector,
    range_ms: u64,
) -> Result<Value, QueryError> {
    let selection = evaluation.select(selector, Some(range_ms));
    let end = evaluation.steps.first().copied().unwrap_or(0);
    let end = end.saturating_add_signed(selector.offset_ms.saturating_neg());
    let start = end.saturating_sub(range_ms);
    let (mut result, mut count) = (Vec::new(), 0);
    for found in &selection.found {
        for (name, samples) in found.labels.iter().zip(selection.read(found)) {
            let all = samples.times.iter().zip(&samples.folds);
            let within = all
                .filter(|(at_ms, fold)| **at_ms > start && **at_ms <= end && !fold.last.is_nan());
            let points: Vec<Value> = within.map(|(at_ms, fold)| point(*at_ms, fold.last)).collect();
            count += points.len();
            if count > RAW_MAX {
                let text =
                    format!("more than {RAW_MAX} samples: name fewer series or a shorter time");
                return Err(QueryError::Failed(text));
            }
            if !points.is_empty() {
                result.push(json!({ "metric": labels(name), "values": points }));
            }
        }
    }
    Ok(json!({ "resultType": "matrix", "result": result }))
}
