//! `histogram_quantile`: where a share of all values lies, by the buckets of a histogram.

use super::table::{Row, unnamed};
use crate::series::key::Labels;
use std::collections::BTreeMap;

/// A bound, and how many values were within it at each moment.
type Bucket = (f64, Vec<Option<f64>>);

/// The quantile of each histogram at each moment. Rows without a bound are passed over.
pub fn of_buckets(quantiles: &[f64], rows: Vec<Row>) -> Vec<Row> {
    let mut histograms: BTreeMap<Labels, Vec<Bucket>> = BTreeMap::new();
    for row in rows {
        let bound = row.labels.iter().find(|(name, _)| &**name == "le");
        let Some(bound) = bound.and_then(|(_, bound)| parse_bound(bound)) else { continue };
        let rest = unnamed(&row.labels);
        let rest = rest.iter().filter(|(name, _)| &**name != "le").cloned().collect();
        histograms.entry(rest).or_default().push((bound, row.values));
    }
    let rows = histograms.into_iter().map(|(labels, mut buckets)| {
        buckets.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let at = |(step, q): (usize, &f64)| {
            let count =
                |(bound, values): &Bucket| Some((*bound, values.get(step).copied().flatten()?));
            let counts: Vec<(f64, f64)> = buckets.iter().filter_map(count).collect();
            if counts.is_empty() { None } else { Some(quantile(*q, counts)) }
        };
        Row { labels, values: quantiles.iter().enumerate().map(at).collect() }
    });
    rows.filter(|row| row.values.iter().any(Option::is_some)).collect()
}

fn parse_bound(text: &str) -> Option<f64> {
    if text == "+Inf" { Some(f64::INFINITY) } else { text.parse().ok() }
}

/// Within a bucket values are taken to lie evenly. As Prometheus: below the first bound from zero on, above the
/// last one the last bound itself.
fn quantile(q: f64, mut counts: Vec<(f64, f64)>) -> f64 {
    if q.is_nan() {
        return f64::NAN;
    }
    if !(0.0..=1.0).contains(&q) {
        return if q < 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    // Counts that were read at slightly different times must not fall.
    let mut most = 0.0_f64;
    for (_, count) in &mut counts {
        most = most.max(*count);
        *count = most;
    }
    let Some((last, total)) = counts.last().copied() else { return f64::NAN };
    if last != f64::INFINITY || counts.len() < 2 || total == 0.0 || total.is_nan() {
        return f64::NAN;
    }
    let rank = q * total;
    let finite = counts.get(..counts.len() - 1).unwrap_or_default();
    let Some(at) = finite.iter().position(|(_, count)| *count >= rank) else {
        return finite.last().map_or(f64::NAN, |(bound, _)| *bound);
    };
    let before = at.checked_sub(1).and_then(|before| finite.get(before));
    let (bound, count) = finite.get(at).copied().unwrap_or((f64::NAN, f64::NAN));
    if at == 0 && bound <= 0.0 {
        return bound;
    }
    let (start, below) = before.copied().unwrap_or((0.0, 0.0));
    start + (bound - start) * ((rank - below) / (count - below))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_prometheus_has_it() {
        let counts = || vec![(0.1, 10.0), (0.5, 30.0), (1.0, 30.0), (f64::INFINITY, 40.0)];
        let close = |q: f64, want: f64| {
            let got = quantile(q, counts());
            assert!((got - want).abs() < 1e-9, "{q}: {got} for {want}");
        };
        close(0.125, 0.05);
        close(0.5, 0.3);
        close(0.75, 0.5);
        close(0.99, 1.0);
        assert_eq!(quantile(1.5, counts()), f64::INFINITY);
        assert!(quantile(0.5, vec![(0.1, 3.0)]).is_nan());
        assert!(quantile(0.5, vec![(0.1, 0.0), (f64::INFINITY, 0.0)]).is_nan());
    }
}
