//! What is on disk, and that nothing is elsewhere.

use super::page::Page;
use crate::command::Desk;
use crate::hub::Standing;
use crate::log::writer::Health;
use std::sync::atomic::Ordering::Relaxed;

/// `# Persistence`: the snapshot takes the place of the RDB file, the log that of the AOF.
pub fn persistence(desk: &Desk<'_>, standing: &Standing, page: &mut Page) {
    let facts = &standing.facts;
    let now_s = desk.now.wall_ms / 1000;
    let saving_s = if facts.is_saving { now_s - facts.saving_since_s } else { -1 };
    let took_s = if facts.saves > 0 { facts.last_save_took_s } else { -1 };
    let ok = |is_ok: bool| if is_ok { "ok" } else { "err" };
    let saved = ok(facts.last_failure.is_none());
    let saving = u8::from(facts.is_saving);
    page.section("Persistence");
    page.line("loading", u8::from(desk.hub.loading.load(Relaxed)));
    page.line("async_loading", 0);
    page.line("current_save_keys_processed", if facts.is_saving { facts.saved_keys } else { 0 });
    page.line("rdb_changes_since_last_save", standing.changes - facts.saved_changes);
    page.line("rdb_bgsave_in_progress", saving);
    page.line("rdb_last_save_time", facts.last_save_s);
    page.line("rdb_last_bgsave_status", saved);
    page.line("rdb_last_bgsave_time_sec", took_s);
    page.line("rdb_current_bgsave_time_sec", saving_s);
    page.line("rdb_saves", facts.saves);
    page.line("aof_enabled", u8::from(facts.is_on));
    page.line("aof_rewrite_in_progress", saving);
    page.line("aof_rewrite_scheduled", 0);
    page.line("aof_last_rewrite_time_sec", took_s);
    page.line("aof_current_rewrite_time_sec", saving_s);
    page.line("aof_last_bgrewrite_status", saved);
    page.line("aof_rewrites", facts.saves);
    page.line("aof_last_write_status", ok(facts.health == Health::Good));
    if facts.is_on {
        page.line("aof_current_size", facts.log_bytes + facts.snapshot_bytes);
        page.line("aof_base_size", facts.snapshot_bytes);
        page.line("aof_buffer_length", facts.queued_bytes);
        page.line("ostler_log_durable_record", facts.durable);
        page.line("ostler_log_syncs", facts.syncs);
        page.line("ostler_log_last_sync_usec", facts.last_sync_us);
        page.line("ostler_log_failures", facts.failures);
    }
}

/// `# Replication`
pub fn replication(desk: &Desk<'_>, _: &Standing, page: &mut Page) {
    page.section("Replication");
    page.line("role", "master");
    page.line("connected_slaves", 0);
    page.line("master_failover_state", "no-failover");
    page.line("master_replid", desk.hub.figures.about().history_id);
    page.line("master_replid2", "0".repeat(40));
    page.line("master_repl_offset", 0);
    page.line("second_repl_offset", -1);
    page.line("repl_backlog_active", 0);
    page.line("repl_backlog_size", 0);
    page.line("repl_backlog_first_byte_offset", 0);
    page.line("repl_backlog_histlen", 0);
}
