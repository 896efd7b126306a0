//! The command and its subcommands.

use super::report;
use crate::command::{Desk, Flags, Group, Run, Spec, help};
use crate::hub::CommandFigures;
use crate::resp::{Fault, Outcome, Reply};
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

const FLAGS: Flags = Flags::ADMIN.or(Flags::NOSCRIPT).or(Flags::LOADING).or(Flags::STALE);

/// `LATENCY subcommand`
pub const LATENCY: Spec = Spec::new("LATENCY", -2, Group::Server, Run::Session(latency_help))
    .since("2.8.13")
    .sub(&[&DOCTOR, &GRAPH, &HISTOGRAM, &HISTORY, &LATEST, &RESET, &HELP]);

const fn sub(name: &'static str, arity: i8, run: fn(&mut Desk<'_>) -> Outcome) -> Spec {
    Spec::new(name, arity, Group::Server, Run::Session(run)).flags(FLAGS).since("2.8.13")
}

const DOCTOR: Spec = sub("DOCTOR", 2, doctor);
const GRAPH: Spec = sub("GRAPH", 3, graph);
const HISTOGRAM: Spec = sub("HISTOGRAM", -2, histogram).since("7.0.0");
const HISTORY: Spec = sub("HISTORY", 3, history);
const LATEST: Spec = sub("LATEST", 2, latest);
const RESET: Spec = sub("RESET", -2, reset);
const HELP: Spec = sub("HELP", 2, latency_help).flags(Flags::LOADING.or(Flags::STALE));

const HELP_LINES: &[&str] = &[
    "DOCTOR",
    "    Return a human readable latency analysis report.",
    "GRAPH <event>",
    "    Return an ASCII latency graph for the <event> class.",
    "HISTORY <event>",
    "    Return time-latency samples for the <event> class.",
    "LATEST",
    "    Return the latest latency samples for all events.",
    "RESET [<event> ...]",
    "    Reset latency data of one or more <event> classes.",
    "    (default: reset all data for all event classes)",
    "HISTOGRAM [COMMAND ...]",
    "    Return a cumulative distribution of latencies in the format of a histogram for the specified command names.",
    "    If no commands are specified then all histograms are replied.",
];

fn latest(desk: &mut Desk<'_>) -> Outcome {
    let all = desk.hub.latency.all();
    desk.reply.array(all.len());
    for (kind, spikes) in all {
        let (at_s, took_ms) = spikes.samples.back().copied().unwrap_or_default();
        desk.reply.array(4);
        desk.reply.bulk(kind.as_bytes());
        desk.reply.int(at_s);
        desk.reply.int(took_ms as i64);
        desk.reply.int(spikes.longest_ms as i64);
    }
    Ok(())
}

fn history(desk: &mut Desk<'_>) -> Outcome {
    let spikes = desk.hub.latency.of(desk.args[2]).unwrap_or_default();
    desk.reply.array(spikes.samples.len());
    for (at_s, took_ms) in spikes.samples {
        desk.reply.array(2);
        desk.reply.int(at_s);
        desk.reply.int(took_ms as i64);
    }
    Ok(())
}

fn reset(desk: &mut Desk<'_>) -> Outcome {
    let count = desk.hub.latency.reset(desk.args.get(2..).unwrap_or_default());
    desk.reply.count(count);
    Ok(())
}

fn doctor(desk: &mut Desk<'_>) -> Outcome {
    let threshold_ms = desk.hub.limits.latency_ms.load(Relaxed);
    let text = report::doctor(threshold_ms, &desk.hub.latency.all());
    desk.reply.verbatim("txt", text.as_bytes());
    Ok(())
}

fn graph(desk: &mut Desk<'_>) -> Outcome {
    let kind = String::from_utf8_lossy(desk.args[2]);
    let Some(spikes) = desk.hub.latency.of(desk.args[2]) else {
        return Err(Fault::err(format_args!("No samples available for event '{kind}'")));
    };
    let text = report::graph(&kind, &spikes, desk.now.wall_ms / 1000);
    desk.reply.verbatim("txt", text.as_bytes());
    Ok(())
}

fn histogram(desk: &mut Desk<'_>) -> Outcome {
    let names = desk.args.get(2..).unwrap_or_default();
    // A command stands for its subcommands too.
    let is_asked = |figures: &CommandFigures| {
        let top = figures.name.split('|').next().unwrap_or_default();
        let is = |name: &&[u8]| {
            [figures.name.as_str(), top]
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
        };
        names.is_empty() || names.iter().any(is)
    };
    let mut found = desk.hub.tally.commands();
    found.retain(|figures| figures.durations.is_some() && is_asked(figures));
    desk.reply.map(found.len());
    found.iter().for_each(|figures| distribution(figures, desk.reply));
    Ok(())
}

/// The calls of a command, and how many of them took no longer than doublings of a microsecond.
fn distribution(figures: &CommandFigures, reply: &mut Reply) {
    let Some(durations) = &figures.durations else { return };
    let mut steps: Vec<(u64, u64)> = Vec::new();
    let mut seen = 0;
    for bit in 0..u64::BITS {
        let bound_us = 1_u64 << bit;
        let within = durations.at_most(Duration::from_micros(bound_us));
        if within > seen {
            steps.push((bound_us, within));
            seen = within;
        }
        if seen == durations.total() {
            break;
        }
    }
    reply.bulk(figures.name.as_bytes());
    reply.map(2);
    reply.bulk(b"calls");
    reply.int(durations.total() as i64);
    reply.bulk(b"histogram_usec");
    reply.map(steps.len());
    for (bound_us, within) in steps {
        reply.int(bound_us as i64);
        reply.int(within as i64);
    }
}

fn latency_help(desk: &mut Desk<'_>) -> Outcome {
    help(desk.reply, "LATENCY", HELP_LINES);
    Ok(())
}
