//! What was counted of commands and errors.

use super::page::Page;
use crate::command::Desk;
use crate::hub::Standing;

/// Percentiles, with the names that they have in a line.
const QUANTILES: [(&str, f64); 3] = [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)];

/// `# Commandstats`. Times are those of commands that clients sent: what runs within a script or a transaction counts
/// for that.
pub fn commands(desk: &Desk<'_>, _: &Standing, page: &mut Page) {
    page.section("Commandstats");
    for command in desk.hub.tally.commands() {
        let (us, calls) = (command.ns / 1000, command.calls);
        let per_call = command.ns as f64 / 1000.0 / calls.max(1) as f64;
        let (rejected, failed) = (command.rejected, command.failed);
        page.line(
            format_args!("cmdstat_{}", command.name),
            format_args!(
                "calls={calls},usec={us},usec_per_call={per_call:.2},rejected_calls={rejected},failed_calls={failed}"
            ),
        );
    }
}

/// `# Errorstats`
pub fn errors(desk: &Desk<'_>, _: &Standing, page: &mut Page) {
    page.section("Errorstats");
    for (code, count) in desk.hub.tally.errors() {
        page.line(format_args!("errorstat_{code}"), format_args!("count={count}"));
    }
}

/// `# Latencystats`
pub fn durations(desk: &Desk<'_>, _: &Standing, page: &mut Page) {
    page.section("Latencystats");
    for command in desk.hub.tally.commands() {
        let Some(durations) = &command.durations else { continue };
        let quantiles = QUANTILES.iter().filter_map(|(name, q)| {
            let bound = durations.quantile(*q)?;
            Some(format!("{name}={:.3}", bound.as_nanos() as f64 / 1000.0))
        });
        let quantiles: Vec<String> = quantiles.collect();
        page.line(format_args!("latency_percentiles_usec_{}", command.name), quantiles.join(","));
    }
}
