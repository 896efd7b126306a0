//! Expressions about metrics of the catalogue. A label that the metric does not have is our mistake, and loud.

use meter::{Kind, Metric};

/// `name{filter}`.
pub fn of(metric: &Metric, filter: &str) -> String {
    for part in filter.split(',').filter(|part| !part.is_empty()) {
        let label = part.split(['=', '!']).next().unwrap_or_default();
        assert!(metric.labels.contains(&label), "{} has no label {label}", metric.name);
    }
    if filter.is_empty() { metric.name.into() } else { format!("{}{{{filter}}}", metric.name) }
}

/// Growth a second over the time that Grafana thinks fit, put together by these labels.
pub fn rate(metric: &Metric, filter: &str, by: &[&str]) -> String {
    assert_ne!(metric.kind, Kind::Gauge, "{} does not grow", metric.name);
    sum(&format!("rate({}[{}])", of(metric, filter), SPAN), metric, by)
}

/// What Grafana puts in for the time between two samples, several times over.
pub const SPAN: &str = "$__rate_interval";

/// A gauge, put together by these labels.
pub fn total(metric: &Metric, filter: &str, by: &[&str]) -> String {
    sum(&of(metric, filter), metric, by)
}

/// A quantile of a histogram.
pub fn quantile(q: &str, metric: &Metric, filter: &str, by: &[&str]) -> String {
    assert_eq!(metric.kind, Kind::Histogram, "{}", metric.name);
    checked(metric, by);
    let filter = of(metric, filter);
    let buckets = filter.replacen(metric.name, &format!("{}_bucket", metric.name), 1);
    let by = by.iter().chain(&["le"]).copied().collect::<Vec<_>>().join(", ");
    format!("histogram_quantile({q}, sum by ({by}) (rate({buckets}[{SPAN}])))")
}

fn sum(expr: &str, metric: &Metric, by: &[&str]) -> String {
    checked(metric, by);
    if by.is_empty() {
        format!("sum({expr})")
    } else {
        format!("sum by ({}) ({expr})", by.join(", "))
    }
}

fn checked(metric: &Metric, by: &[&str]) {
    for label in by {
        assert!(metric.labels.contains(label), "{} has no label {label}", metric.name);
    }
}
