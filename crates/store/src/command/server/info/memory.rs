//! Memory.

use super::page::Page;
use crate::command::Desk;
use crate::hub::Standing;

/// `# Memory`. What is used is what data takes; resident is the process, with the edge where both run in one.
pub fn memory(desk: &Desk<'_>, standing: &Standing, page: &mut Page) {
    let machine = desk.hub.figures.machine();
    let memory = standing.memory;
    let (used, peak) = (memory.used as u64, memory.peak.max(1) as u64);
    page.section("Memory");
    page.bytes("used_memory", used);
    page.bytes("used_memory_rss", machine.resident_bytes);
    page.bytes("used_memory_peak", peak);
    page.line("used_memory_peak_perc", format_args!("{:.2}%", 100.0 * used as f64 / peak as f64));
    page.line("used_memory_overhead", memory.overhead);
    page.line("used_memory_dataset", memory.used - memory.overhead);
    page.bytes("total_system_memory", machine.total_bytes);
    page.bytes("used_memory_lua", standing.lua_bytes as u64);
    page.line("used_memory_vm_eval", standing.lua_bytes);
    page.line("number_of_cached_scripts", standing.scripts);
    page.line("number_of_functions", 0);
    page.line("number_of_libraries", 0);
    page.bytes("maxmemory", memory.room.bytes_max as u64);
    page.line("maxmemory_policy", memory.room.eviction.name());
    let ratio = machine.resident_bytes as f64 / used.max(1) as f64;
    page.line("mem_fragmentation_ratio", format_args!("{ratio:.2}"));
    page.line("mem_fragmentation_bytes", machine.resident_bytes as i64 - used as i64);
    page.line("mem_not_counted_for_evict", 0);
    page.line("mem_replication_backlog", 0);
    page.line("mem_aof_buffer", standing.facts.queued_bytes);
    page.line("mem_allocator", "libc");
    page.line("active_defrag_running", 0);
    page.line("lazyfree_pending_objects", 0);
    page.line("lazyfreed_objects", 0);
}
