//! The command and its subcommands.

use super::{stats, usage};
use crate::command::{Desk, Flags, Group, Run, Spec, help};
use crate::resp::Outcome;

/// `MEMORY subcommand`
pub const MEMORY: Spec = Spec::new("MEMORY", -2, Group::Server, Run::Session(memory_help))
    .since("4.0.0")
    .sub(&[&DOCTOR, &HELP, &MALLOC_STATS, &PURGE, &stats::STATS, &usage::USAGE]);

const DOCTOR: Spec = Spec::new("DOCTOR", 2, Group::Server, Run::Session(stats::doctor))
    .flags(Flags::LOOKS)
    .since("4.0.0");
const HELP: Spec = Spec::new("HELP", 2, Group::Server, Run::Session(memory_help))
    .flags(Flags::LOADING.or(Flags::STALE))
    .since("4.0.0");
const MALLOC_STATS: Spec =
    Spec::new("MALLOC-STATS", 2, Group::Server, Run::Session(malloc_stats)).since("4.0.0");
const PURGE: Spec = Spec::new("PURGE", 2, Group::Server, Run::Session(purge)).since("4.0.0");

const HELP_LINES: &[&str] = &[
    "DOCTOR",
    "    Return memory problems reports.",
    "MALLOC-STATS",
    "    Return internal statistics report from the memory allocator.",
    "PURGE",
    "    Attempt to purge dirty pages for reclamation by the allocator.",
    "STATS",
    "    Return information about the memory usage of the server.",
    "USAGE <key> [SAMPLES <count>]",
    "    Return memory in bytes used by <key> and its value. Nested values are",
    "    sampled up to <count> times (default: 5, 0 means sample all).",
];

fn malloc_stats(desk: &mut Desk<'_>) -> Outcome {
    desk.reply.bulk(b"Stats not supported for the current allocator");
    Ok(())
}

/// The allocator gives back by itself what it can: there is nothing to be asked of it.
fn purge(desk: &mut Desk<'_>) -> Outcome {
    desk.reply.ok();
    Ok(())
}

fn memory_help(desk: &mut Desk<'_>) -> Outcome {
    help(desk.reply, "MEMORY", HELP_LINES);
    Ok(())
}
