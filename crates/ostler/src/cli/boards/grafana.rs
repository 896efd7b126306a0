//! Dashboards in the form that Grafana imports.

use serde_json::{Value, json};

/// Width and height of a panel on Grafana's grid, and how many fit beside each other.
const WIDTH: usize = 12;
const HEIGHT: usize = 8;
const BESIDE: usize = 2;

/// One dashboard.
pub struct Board {
    /// Its stable name.
    pub uid: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What is on it.
    pub panels: fn() -> Vec<Panel>,
}

/// One chart.
pub struct Panel {
    title: &'static str,
    unit: &'static str,
    /// Legend and expression.
    pub lines: Vec<(&'static str, String)>,
}

impl Panel {
    /// Without a line.
    pub fn new(title: &'static str, unit: &'static str) -> Self {
        Panel { title, unit, lines: Vec::new() }
    }

    /// With one more line, or one for each series.
    pub fn line(mut self, legend: &'static str, expr: String) -> Self {
        self.lines.push((legend, expr));
        self
    }

    fn json(&self, number: usize) -> Value {
        let source = json!({ "type": "prometheus", "uid": "${datasource}" });
        let target = |(at, (legend, expr)): (usize, &(&str, String))| {
            let reference = char::from(b'A' + (at % 26) as u8).to_string();
            json!({ "refId": reference, "datasource": source, "expr": expr, "legendFormat": legend })
        };
        let targets: Vec<Value> = self.lines.iter().enumerate().map(target).collect();
        let (column, row) = (number % BESIDE, number / BESIDE);
        json!({
            "id": number + 1,
            "type": "timeseries",
            "title": self.title,
            "datasource": source,
            "gridPos": { "x": column * WIDTH, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT },
            "fieldConfig": { "defaults": { "unit": self.unit, "min": 0 }, "overrides": [] },
            "options": { "tooltip": { "mode": "multi", "sort": "desc" } },
            "targets": targets,
        })
    }
}

/// A dashboard as JSON.
pub fn grafana(board: &Board) -> Value {
    let panels = (board.panels)();
    let panels: Vec<Value> = panels.iter().enumerate().map(|(at, panel)| panel.json(at)).collect();
    let apps = format!("label_values({}, app)", meter::names::WORKERS_TARGET.name);
    json!({
        "uid": board.uid,
        "title": board.title,
        "tags": ["ostler"],
        "schemaVersion": 39,
        "editable": true,
        "refresh": "10s",
        "time": { "from": "now-1h", "to": "now" },
        "templating": { "list": [
            { "name": "datasource", "type": "datasource", "query": "prometheus", "label": "Data source" },
            {
                "name": "app", "type": "query", "label": "App", "multi": true, "includeAll": true,
                "allValue": ".*", "current": { "text": "All", "value": "$__all" },
                "datasource": { "type": "prometheus", "uid": "${datasource}" },
                "query": apps, "definition": apps, "refresh": 2,
            },
        ] },
        "panels": panels,
    })
}
