//! Columns of the tables that tell the speed of sides.

use super::measure::{Speed, Speeds};
use crate::report::{Cell, Table};
use crate::side::Kind;

/// A number of a side.
type Value = dyn Fn(&Speeds, Kind) -> f64;

/// A column: its title, and what stands in it for a side.
pub struct Column {
    title: &'static str,
    decimals: usize,
    value: Box<Value>,
}

/// A row for each of `sides`, which are named under the title `first`.
pub fn table(
    caption: String,
    first: &'static str,
    sides: impl IntoIterator<Item = (Kind, &'static str)>,
    columns: &[Column],
    speeds: &Speeds,
) -> Table {
    let row = |(kind, name): (Kind, &'static str)| {
        let numbers =
            columns.iter().map(|one| Cell::Number((one.value)(speeds, kind), one.decimals));
        [Cell::text(name)].into_iter().chain(numbers).collect()
    };
    Table {
        caption,
        columns: [first].into_iter().chain(columns.iter().map(|one| one.title)).collect(),
        rows: sides.into_iter().map(row).collect(),
    }
}

impl Column {
    /// A number of a side, with so many decimals.
    pub fn new(
        title: &'static str,
        decimals: usize,
        value: impl Fn(&Speeds, Kind) -> f64 + 'static,
    ) -> Self {
        Column { title, decimals, value: Box::new(value) }
    }

    /// The median of a side's rounds.
    pub fn median(title: &'static str, decimals: usize, what: fn(&Speed) -> f64) -> Self {
        Column::new(title, decimals, move |speeds, kind| speeds.median(kind, what))
    }

    pub fn rate() -> Self {
        Column::new("requests/s", 0, Speeds::rate)
    }

    pub fn cpu(decimals: usize) -> Self {
        Column::new("CPU µs/request", decimals, Speeds::cpu)
    }

    /// CPU as a share of that of `other`.
    pub fn cpu_of(other: Kind, title: &'static str) -> Self {
        Column::new(title, 2, move |speeds, kind| speeds.cpu(kind) / speeds.cpu(other))
    }

    pub fn p50() -> Self {
        Column::median("p50 ms", 2, |speed| speed.p50_ms)
    }

    pub fn p99() -> Self {
        Column::median("p99 ms", 2, |speed| speed.p99_ms)
    }

    pub fn failed() -> Self {
        Column::new("failed", 0, |speeds, kind| speeds.failures(kind) as f64)
    }

    /// What programs outside the comparison used.
    pub fn others() -> Self {
        Column::median("others' CPU %", 1, |speed| 100.0 * speed.foreign)
    }
}
