//! What was counted since the start.

use super::page::Page;
use crate::command::Desk;
use crate::hub::{ChannelKind, Standing};
use std::sync::atomic::Ordering::Relaxed;

/// `# Stats`
pub fn stats(desk: &Desk<'_>, standing: &Standing, page: &mut Page) {
    let (traffic, channels) = (&desk.hub.traffic, &desk.hub.channels);
    let [commands, received, sent] = desk.hub.figures.rates(desk.now.wall_ms, traffic);
    let kbps = |bytes: u64| format!("{:.2}", bytes as f64 / 1024.0);
    page.section("Stats");
    page.line("total_connections_received", traffic.accepted.load(Relaxed));
    page.line("total_commands_processed", traffic.commands.load(Relaxed));
    page.line("instantaneous_ops_per_sec", commands);
    page.line("total_net_input_bytes", traffic.received_bytes.load(Relaxed));
    page.line("total_net_output_bytes", traffic.sent_bytes.load(Relaxed));
    page.line("total_net_repl_input_bytes", 0);
    page.line("total_net_repl_output_bytes", 0);
    page.line("instantaneous_input_kbps", kbps(received));
    page.line("instantaneous_output_kbps", kbps(sent));
    page.line("rejected_connections", traffic.rejected.load(Relaxed));
    page.line("sync_full", 0);
    page.line("sync_partial_ok", 0);
    page.line("sync_partial_err", 0);
    page.line("expired_keys", standing.expired);
    page.line("evicted_keys", standing.memory.evicted);
    page.line("evicted_clients", 0);
    page.line("keyspace_hits", standing.hits);
    page.line("keyspace_misses", standing.misses);
    page.line("pubsub_channels", channels.len(ChannelKind::Channel));
    page.line("pubsub_patterns", channels.len(ChannelKind::Pattern));
    page.line("pubsubshard_channels", channels.len(ChannelKind::Shard));
    page.line("latest_fork_usec", 0);
    page.line("total_forks", 0);
    page.line("migrate_cached_sockets", 0);
    page.line("slave_expires_tracked_keys", 0);
    page.line("total_error_replies", desk.hub.tally.all_errors());
}

/// `# CPU`: of the whole process.
pub fn cpu(desk: &Desk<'_>, _: &Standing, page: &mut Page) {
    let machine = desk.hub.figures.machine();
    page.section("CPU");
    page.seconds("used_cpu_sys", machine.system_us);
    page.seconds("used_cpu_user", machine.user_us);
}

/// `# Modules`: there are none.
pub fn modules(_: &Desk<'_>, _: &Standing, page: &mut Page) {
    page.section("Modules");
}
