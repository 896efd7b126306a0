//! Prometheus's remote write 1.0: a `WriteRequest` in protobuf, as a snappy block.

use crate::wire::protobuf::Writer;
use meter::{BOUNDS_MS, Buckets, Family, Metric, Snapshot, Value};

/// The body of a request with all samples of this moment, and how many they are. `labels` are added to each series;
/// those of the metric itself hold where both have one. None: nothing was told.
pub fn body(snapshot: &Snapshot, labels: &[(String, String)]) -> Option<(usize, Vec<u8>)> {
    let mut out = Series { writer: Writer::default(), at_ms: snapshot.at_ms, labels, count: 0 };
    snapshot.families().iter().for_each(|family| out.family(family));
    let bytes = out.writer.into_bytes();
    let packed = snap::raw::Encoder::new().compress_vec(&bytes).ok()?;
    (out.count > 0).then_some((out.count, packed))
}

struct Series<'a> {
    writer: Writer,
    at_ms: u64,
    labels: &'a [(String, String)],
    count: usize,
}

impl Series<'_> {
    fn family(&mut self, family: &Family) {
        for sample in &family.samples {
            match &sample.value {
                Value::Number(number) => {
                    self.sample(family.metric, "", &sample.labels, None, *number);
                }
                Value::Buckets(buckets) => self.buckets(family.metric, &sample.labels, buckets),
            }
        }
    }

    fn buckets(&mut self, metric: &Metric, labels: &[Box<str>], buckets: &Buckets) {
        for (ms, within) in BOUNDS_MS.iter().zip(buckets.within) {
            let bound = (*ms as f64 / 1_000.0).to_string();
            self.sample(metric, "_bucket", labels, Some(&bound), within as f64);
        }
        let count = buckets.count as f64;
        self.sample(metric, "_bucket", labels, Some("+Inf"), count);
        self.sample(metric, "_sum", labels, None, buckets.sum_seconds);
        self.sample(metric, "_count", labels, None, count);
    }

    fn sample(
        &mut self,
        metric: &Metric,
        suffix: &str,
        values: &[Box<str>],
        bound: Option<&str>,
        value: f64,
    ) {
        let name = format!("{}{suffix}", metric.name);
        let own = metric.labels.iter().copied().zip(values.iter().map(AsRef::as_ref));
        let own = own.chain(bound.map(|bound| ("le", bound))).chain([("__name__", name.as_str())]);
        let mut all: Vec<(&str, &str)> = own.collect();
        for (name, value) in self.labels {
            if !all.iter().any(|(known, _)| known == name) {
                all.push((name, value));
            }
        }
        // An empty label is no label, and the receiver wants the rest in their order.
        all.retain(|(_, value)| !value.is_empty());
        all.sort_unstable();
        self.count += 1;
        self.writer.message(1, |series| {
            for (name, value) in all {
                series.message(1, |label| {
                    label.bytes(1, name.as_bytes());
                    label.bytes(2, value.as_bytes());
                });
            }
            series.message(2, |sample| {
                sample.double(1, value);
                sample.number(2, self.at_ms);
            });
        });
    }
}
