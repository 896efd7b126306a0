//! What `LATENCY` tells people.

use crate::hub::Spikes;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Columns of the longest bar.
const COLUMNS: u64 = 40;

/// What took long, and what to do.
pub fn doctor(threshold_ms: u64, all: &BTreeMap<&'static str, Spikes>) -> String {
    if threshold_ms == 0 {
        return "Nothing is watched. CONFIG SET latency-monitor-threshold <milliseconds> says from when on something \
                counts as slow.\n"
            .into();
    }
    if all.is_empty() {
        return format!("Nothing took {threshold_ms} ms or longer.\n");
    }
    let mut text = String::new();
    for (kind, spikes) in all {
        let (count, sum) =
            (spikes.samples.len() as u64, spikes.samples.iter().map(|(_, ms)| ms).sum::<u64>());
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{kind}: {count} spikes, {} ms on average, {} ms at worst.",
            sum / count.max(1),
            spikes.longest_ms
        );
    }
    text.push_str("SLOWLOG GET tells which commands these were.\n");
    text
}

/// A bar for each sample, the newest last.
pub fn graph(kind: &str, spikes: &Spikes, now_s: i64) -> String {
    let high = spikes.samples.iter().map(|(_, ms)| *ms).max().unwrap_or(0);
    let low = spikes.samples.iter().map(|(_, ms)| *ms).min().unwrap_or(0);
    let longest = spikes.longest_ms;
    let mut text = format!("{kind} - high {high} ms, low {low} ms (all time high {longest} ms)\n");
    for (at_s, ms) in &spikes.samples {
        let bar = "#".repeat((ms * COLUMNS / high.max(1)).max(1) as usize);
        let _ = writeln!(text, "{:>7} s ago  {bar} {ms}", now_s - at_s);
    }
    text
}
