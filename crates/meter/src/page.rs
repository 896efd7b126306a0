//! One scrape's text: Prometheus 0.0.4 or OpenMetrics 1.0.

use crate::{Kind, Metric};
use base::histogram::Counts;
use std::fmt::{Display, Write};
use std::time::Duration;

/// Bucket bounds of exported histograms, in milliseconds.
const BOUNDS_MS: [u64; 13] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/// Which text form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `text/plain; version=0.0.4`
    Prometheus,
    /// `application/openmetrics-text; version=1.0.0`
    OpenMetrics,
}

impl Format {
    /// The form an `Accept` header asks for.
    pub fn accepted(accept: &str) -> Format {
        if accept.contains("application/openmetrics-text") {
            Format::OpenMetrics
        } else {
            Format::Prometheus
        }
    }

    /// Its `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            Format::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// The page being written. All samples of one metric must be written one after the other.
#[derive(Debug)]
pub struct Page {
    format: Format,
    text: String,
    current: &'static str,
}

impl Page {
    /// An empty page.
    pub fn new(format: Format) -> Self {
        Page { format, text: String::with_capacity(16 * 1024), current: "" }
    }

    /// Write one sample. `labels` are the values, in the order the metric declares them.
    pub fn sample(&mut self, metric: &'static Metric, labels: &[&str], value: impl Display) {
        self.head(metric);
        self.line(metric, "", labels, None, value);
    }

    /// Write one histogram.
    pub fn histogram(&mut self, metric: &'static Metric, labels: &[&str], counts: &Counts) {
        self.head(metric);
        for ms in BOUNDS_MS {
            let bound = ms as f64 / 1_000.0;
            let within = counts.at_most(Duration::from_millis(ms));
            self.line(metric, "_bucket", labels, Some(&bound.to_string()), within);
        }
        self.line(metric, "_bucket", labels, Some("+Inf"), counts.total());
        self.line(metric, "_sum", labels, None, counts.sum().as_secs_f64());
        self.line(metric, "_count", labels, None, counts.total());
    }

    /// The finished text.
    pub fn finish(mut self) -> String {
        if self.format == Format::OpenMetrics {
            self.text.push_str("# EOF\n");
        }
        self.text
    }

    fn head(&mut self, metric: &'static Metric) {
        if self.current == metric.name {
            return;
        }
        self.current = metric.name;
        let kind = match metric.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        // OpenMetrics names the family without the suffix that its samples carry.
        let family = match self.format {
            Format::OpenMetrics => metric.name.trim_end_matches("_total"),
            Format::Prometheus => metric.name,
        };
        let _ = writeln!(self.text, "# HELP {family} {}\n# TYPE {family} {kind}", metric.help);
    }

    fn line(
        &mut self,
        metric: &Metric,
        suffix: &str,
        labels: &[&str],
        bound: Option<&str>,
        value: impl Display,
    ) {
        debug_assert_eq!(metric.labels.len(), labels.len(), "{}", metric.name);
        let _ = write!(self.text, "{}{suffix}", metric.name);
        let named = metric.labels.iter().copied().zip(labels.iter().copied());
        for (at, (name, value)) in named.chain(bound.map(|bound| ("le", bound))).enumerate() {
            let open = if at == 0 { '{' } else { ',' };
            let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = write!(self.text, "{open}{name}=\"{value}\"");
        }
        let close = if metric.labels.is_empty() && bound.is_none() { "" } else { "}" };
        let _ = writeln!(self.text, "{close} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names;

    #[test]
    fn both_forms() {
        let page = |format| {
            let mut page = Page::new(format);
            page.sample(&names::EDGE_REQUESTS, &["web", "2xx"], 7);
            page.sample(&names::EDGE_REQUESTS, &["a\"b", "5xx"], 1);
            page.sample(&names::UPTIME, &[], 1.5);
            page.finish()
        };
        let text = page(Format::Prometheus);
        assert_eq!(text.matches("# TYPE ostler_edge_requests_total counter").count(), 1);
        assert!(text.contains("ostler_edge_requests_total{app=\"web\",class=\"2xx\"} 7\n"));
        assert!(
            text.contains("{app=\"a\\\"b\",class=\"5xx\"} 1\n")
                && text.contains("ostler_uptime_seconds 1.5\n")
        );
        let text = page(Format::OpenMetrics);
        assert!(text.contains("# TYPE ostler_edge_requests counter") && text.ends_with("# EOF\n"));
    }

    #[test]
    fn a_histogram_is_cumulative() {
        let histogram = base::histogram::Histogram::default();
        [1, 30, 700].into_iter().for_each(|ms| histogram.record(Duration::from_millis(ms)));
        let mut page = Page::new(Format::Prometheus);
        page.histogram(&names::EDGE_DURATION, &["web"], &histogram.counts());
        let text = page.finish();
        assert!(text.contains("{app=\"web\",le=\"0.05\"} 2\n"), "{text}");
        assert!(
            text.contains("{app=\"web\",le=\"+Inf\"} 3\n")
                && text.contains("_count{app=\"web\"} 3\n")
        );
    }
}
