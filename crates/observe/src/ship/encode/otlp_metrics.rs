//! OpenTelemetry's `ExportMetricsServiceRequest` in protobuf.

use super::otlp::{attribute, resource};
use crate::wire::protobuf::Writer;
use meter::{BOUNDS_MS, Buckets, Family, Kind, Snapshot, Value};

/// Since the process's start, which is what all counters here count from.
const CUMULATIVE: u64 = 2;

/// The body of an export of all samples of this moment, and how many they are. `since_ms`: when counting began.
/// None: nothing was told.
pub fn body(
    snapshot: &Snapshot,
    since_ms: u64,
    labels: &[(String, String)],
) -> Option<(usize, Vec<u8>)> {
    let times = Times { since_ns: since_ms * 1_000_000, at_ns: snapshot.at_ms * 1_000_000 };
    let mut out = Writer::default();
    out.message(1, |metrics| {
        resource(metrics, "ostler", None, labels);
        metrics.message(2, |scope| {
            scope.message(1, |scope| scope.bytes(1, b"ostler"));
            for family in snapshot.families() {
                scope.message(2, |metric| write(metric, family, times));
            }
        });
    });
    let count = snapshot.families().iter().map(|family| family.samples.len()).sum();
    (count > 0).then(|| (count, out.into_bytes()))
}

#[derive(Clone, Copy)]
struct Times {
    since_ns: u64,
    at_ns: u64,
}

fn write(out: &mut Writer, family: &Family, times: Times) {
    let metric = family.metric;
    out.bytes(1, metric.name.as_bytes());
    out.bytes(2, metric.help.as_bytes());
    let base = metric.name.strip_suffix("_total").unwrap_or(metric.name);
    for (ending, unit) in [("_seconds", "s"), ("_bytes", "By"), ("_ratio", "1"), ("_percent", "%")]
    {
        if base.ends_with(ending) {
            out.bytes(3, unit.as_bytes());
        }
    }
    let field = match metric.kind {
        Kind::Gauge => 5,
        Kind::Counter => 7,
        Kind::Histogram => 9,
    };
    out.message(field, |data| {
        for sample in &family.samples {
            let labels =
                || metric.labels.iter().copied().zip(sample.labels.iter().map(AsRef::as_ref));
            data.message(1, |point| match &sample.value {
                Value::Number(number) => {
                    labels().for_each(|(name, value)| attribute(point, 7, name, value));
                    stamp(point, metric.kind, times);
                    point.double(4, *number);
                }
                Value::Buckets(buckets) => {
                    labels().for_each(|(name, value)| attribute(point, 9, name, value));
                    stamp(point, metric.kind, times);
                    histogram(point, buckets);
                }
            });
        }
        if metric.kind != Kind::Gauge {
            data.number(2, CUMULATIVE);
        }
        if metric.kind == Kind::Counter {
            // It only grows.
            data.number(3, 1);
        }
    });
}

fn stamp(point: &mut Writer, kind: Kind, times: Times) {
    if kind != Kind::Gauge {
        point.fixed64(2, times.since_ns);
    }
    point.fixed64(3, times.at_ns);
}

fn histogram(point: &mut Writer, buckets: &Buckets) {
    point.fixed64(4, buckets.count);
    point.double(5, buckets.sum_seconds);
    // Here a bucket counts only what is in no smaller one.
    let before = std::iter::once(0).chain(buckets.within);
    let mut counts: Vec<u64> = buckets
        .within
        .iter()
        .zip(before)
        .map(|(within, before)| within.saturating_sub(before))
        .collect();
    let last = buckets.within.last().copied().unwrap_or(0);
    counts.push(buckets.count.saturating_sub(last));
    point.fixed64s(6, counts.into_iter());
    point.doubles(7, BOUNDS_MS.iter().map(|ms| *ms as f64 / 1_000.0));
}
