//! From samples to text.

use super::Format;
use crate::snapshot::BOUNDS_MS;
use crate::{Buckets, Family, Kind, Metric, Snapshot, Value};
use std::fmt::Write;

/// Units that OpenMetrics is told of; names end in them.
const UNITS: [&str; 3] = ["seconds", "bytes", "ratio"];

/// All samples as text.
pub fn encode(snapshot: &Snapshot, format: Format) -> String {
    let mut page = Page { format, text: String::with_capacity(32 * 1024) };
    snapshot.families().iter().for_each(|family| page.family(family));
    if format == Format::OpenMetrics {
        page.text.push_str("# EOF\n");
    }
    page.text
}

struct Page {
    format: Format,
    text: String,
}

impl Page {
    fn family(&mut self, family: &Family) {
        self.head(family.metric);
        for sample in &family.samples {
            match &sample.value {
                Value::Number(number) => {
                    self.line(family.metric, "", &sample.labels, None, *number);
                }
                Value::Buckets(buckets) => self.buckets(family.metric, &sample.labels, buckets),
            }
        }
    }

    fn head(&mut self, metric: &Metric) {
        let kind = match metric.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        // OpenMetrics names the family without the suffix that its samples carry.
        let family = match self.format {
            Format::OpenMetrics => metric.name.strip_suffix("_total").unwrap_or(metric.name),
            Format::Prometheus => metric.name,
        };
        let _ = write!(self.text, "# HELP {family} ");
        self.escaped(metric.help, self.format == Format::OpenMetrics);
        let _ = write!(self.text, "\n# TYPE {family} {kind}\n");
        if self.format == Format::OpenMetrics
            && let Some(unit) = UNITS.iter().find(|unit| has_unit(family, unit))
        {
            let _ = writeln!(self.text, "# UNIT {family} {unit}");
        }
    }

    fn buckets(&mut self, metric: &Metric, labels: &[Box<str>], buckets: &Buckets) {
        for (ms, within) in BOUNDS_MS.iter().zip(buckets.within) {
            let bound = self.bound(*ms as f64 / 1_000.0);
            self.line(metric, "_bucket", labels, Some(&bound), within as f64);
        }
        let count = buckets.count as f64;
        self.line(metric, "_bucket", labels, Some("+Inf"), count);
        self.line(metric, "_sum", labels, None, buckets.sum_seconds);
        self.line(metric, "_count", labels, None, count);
    }

    /// OpenMetrics wants whole numbers written as `1.0`, so that one bound is always one text.
    fn bound(&self, seconds: f64) -> String {
        match self.format {
            Format::OpenMetrics => format!("{seconds:?}"),
            Format::Prometheus => seconds.to_string(),
        }
    }

    fn line(
        &mut self,
        metric: &Metric,
        suffix: &str,
        labels: &[Box<str>],
        bound: Option<&str>,
        value: f64,
    ) {
        self.text.push_str(metric.name);
        self.text.push_str(suffix);
        let named = metric.labels.iter().copied().zip(labels.iter().map(AsRef::as_ref));
        let mut open = '{';
        for (name, value) in named.chain(bound.map(|bound| ("le", bound))) {
            let _ = write!(self.text, "{open}{name}=\"");
            self.escaped(value, true);
            self.text.push('"');
            open = ',';
        }
        let close = if open == '{' { " " } else { "} " };
        self.text.push_str(close);
        self.number(value);
        self.text.push('\n');
    }

    fn escaped(&mut self, text: &str, quotes: bool) {
        for c in text.chars() {
            match c {
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '"' if quotes => self.text.push_str("\\\""),
                c => self.text.push(c),
            }
        }
    }

    fn number(&mut self, value: f64) {
        let _ = match value {
            value if value.is_nan() => write!(self.text, "NaN"),
            f64::INFINITY => write!(self.text, "+Inf"),
            f64::NEG_INFINITY => write!(self.text, "-Inf"),
            value => write!(self.text, "{value}"),
        };
    }
}

fn has_unit(family: &str, unit: &str) -> bool {
    family.strip_suffix(unit).is_some_and(|before| before.ends_with('_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names;
    use base::histogram::Histogram;
    use std::time::Duration;

    #[test]
    fn both_forms() {
        let mut snapshot = Snapshot::new(1);
        snapshot.sample(&names::EDGE_REQUESTS, &["web", "2xx"], 7_u64);
        snapshot.sample(&names::EDGE_REQUESTS, &["a\"b", "5xx"], 1_u64);
        snapshot.sample(&names::UPTIME, &[], 1.5);
        snapshot.sample(&names::RSS, &[], f64::INFINITY);
        let plain = encode(&snapshot, Format::Prometheus);
        assert_eq!(plain.matches("# TYPE ostler_edge_requests_total counter").count(), 1);
        assert!(plain.contains("ostler_edge_requests_total{app=\"web\",class=\"2xx\"} 7\n"));
        assert!(
            plain.contains("{app=\"a\\\"b\",class=\"5xx\"} 1\n")
                && plain.contains("ostler_uptime_seconds 1.5\n")
                && plain.contains("ostler_resident_memory_bytes +Inf\n")
                && !plain.contains("# UNIT")
        );
        let open = encode(&snapshot, Format::OpenMetrics);
        assert!(open.contains("# TYPE ostler_edge_requests counter") && open.ends_with("# EOF\n"));
        assert!(open.contains("# UNIT ostler_uptime_seconds seconds\n"), "{open}");
    }

    #[test]
    fn a_histogram_is_cumulative() {
        let histogram = Histogram::default();
        [1, 30, 700].into_iter().for_each(|ms| histogram.record(Duration::from_millis(ms)));
        let mut snapshot = Snapshot::new(1);
        snapshot.histogram(&names::EDGE_DURATION, &["web"], &histogram.counts());
        let plain = encode(&snapshot, Format::Prometheus);
        assert!(plain.contains("{app=\"web\",le=\"0.05\"} 2\n"), "{plain}");
        assert!(
            plain.contains("{app=\"web\",le=\"+Inf\"} 3\n")
                && plain.contains("_count{app=\"web\"} 3\n")
                && plain.contains("{app=\"web\",le=\"1\"} 3\n")
        );
        let open = encode(&snapshot, Format::OpenMetrics);
        assert!(open.contains("{app=\"web\",le=\"1.0\"} 3\n"), "{open}");
    }
}
