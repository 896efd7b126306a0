//! A table of cells.

use serde_json::{Map, Value, json};

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    /// With so many decimals for people, whole for programs; NaN: nothing was measured.
    Number(f64, usize),
}

/// Rows under named columns.
#[derive(Debug, Clone)]
pub struct Table {
    pub caption: String,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Cell::Text(text.into())
    }

    /// A whole number.
    pub fn count(count: u64) -> Self {
        Cell::Number(count as f64, 0)
    }

    fn shown(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Number(value, _) if value.is_nan() => "–".into(),
            Cell::Number(value, 0) => grouped(*value),
            Cell::Number(value, decimals) => format!("{value:.decimals$}"),
        }
    }

    fn json(&self) -> Value {
        match self {
            Cell::Text(text) => json!(text),
            Cell::Number(value, _) => json!(value),
        }
    }
}

/// `12 345`, with thin gaps left out of what is short.
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && digits.len() > 4 {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

impl Table {
    pub fn markdown(&self) -> String {
        let numbers = |column: usize| {
            let mut cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.all(|cell| !matches!(cell, Cell::Text(_)))
        };
        let rule = (0..self.columns.len()).map(|at| if numbers(at) { "---:" } else { "---" });
        let rule = rule.collect::<Vec<_>>().join("|");
        let mut text =
            format!("### {}\n\n| {} |\n|{rule}|\n", self.caption, self.columns.join(" | "));
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(Cell::shown).collect();
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
        text
    }

    pub fn json(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            let pairs = self.columns.iter().zip(row);
            pairs.map(|(name, cell)| ((*name).to_owned(), cell.json())).collect::<Map<_, _>>()
        });
        json!({ "caption": self.caption, "rows": rows.collect::<Vec<_>>() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms() {
        let table = Table {
            caption: "Speed".into(),
            columns: vec!["side", "requests/s", "p50 ms"],
            rows: vec![
                vec![Cell::text("Ostler"), Cell::Number(12_345.6, 0), Cell::Number(1.25, 2)],
                vec![Cell::text("PM2"), Cell::count(999), Cell::Number(f64::NAN, 2)],
            ],
        };
        let want = "### Speed\n\n| side | requests/s | p50 ms |\n|---|---:|---:|\n\
                    | Ostler | 12 346 | 1.25 |\n| PM2 | 999 | – |\n";
        assert_eq!(table.markdown(), want);
        let json = table.json();
        assert_eq!(json["rows"][0]["requests/s"], json!(12_345.6));
        assert_eq!(json["rows"][1]["p50 ms"], Value::Null);
    }
}
