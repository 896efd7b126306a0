use super::*;
use observe::series::query::parse;

/// Grafana's variables as they are when it asks.
fn asked(expr: &str) -> String {
    expr.replace("$__rate_interval", "1m").replace("$app", ".*")
}

#[test]
fn ostler_itself_answers_what_the_dashboards_ask() {
    for board in [&OVERVIEW, &WORKERS, &MACHINE] {
        for (_, expr) in (board.panels)().iter().flat_map(|panel| &panel.lines) {
            parse(&asked(expr)).unwrap_or_else(|error| panic!("{expr}: {error}"));
        }
        let text = grafana(board).to_string();
        assert!(text.contains("\"timeseries\"") && text.contains(board.uid));
    }
    for alert in alerts::all() {
        parse(&alert.expr).unwrap_or_else(|error| panic!("{}: {error}", alert.expr));
    }
}
