//! Catalogue: every metric. The reference page and the exported HELP lines come from here.

use crate::Kind::{Counter, Gauge, Histogram};

/// How a metric behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows; its name ends in `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Durations in seconds, in buckets.
    Histogram,
}

/// One metric's declaration.
#[derive(Debug, PartialEq, Eq)]
pub struct Metric {
    /// Full name with unit suffix, e.g. `ostler_edge_requests_total`.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// Label names in order.
    pub labels: &'static [&'static str],
    /// One sentence.
    pub help: &'static str,
}

macro_rules! catalogue {
    ($($id:ident = $name:literal $kind:ident [$($label:literal),*] $help:literal;)*) => {
        $(#[doc = $help] pub const $id: Metric =
            Metric { name: $name, kind: $kind, labels: &[$($label),*], help: $help };)*
        /// Every metric, in the order of the reference page.
        pub const ALL: &[&Metric] = &[$(&$id),*];
    };
}

catalogue! {
    BUILD_INFO = "ostler_build_info" Gauge ["version"] "1, labelled with Ostler's version.";
    UPTIME = "ostler_uptime_seconds" Gauge [] "Seconds since Ostler started.";
    RSS = "ostler_resident_memory_bytes" Gauge [] "Resident memory of Ostler itself.";
    CPU = "ostler_cpu_seconds_total" Counter [] "Processor time of Ostler itself.";
    THREADS = "ostler_threads" Gauge [] "Threads of Ostler itself.";
    OPEN_FILES = "ostler_open_files" Gauge [] "Files and sockets that Ostler itself has open.";

    MACHINE_CPU = "ostler_machine_cpu_seconds_total" Counter ["mode"] "Processor time of the machine, all cores together, by what it was for: user, nice, system, idle, iowait, irq, softirq, steal.";
    MACHINE_CORES = "ostler_machine_cores" Gauge [] "Cores that Ostler may use.";
    MACHINE_LOAD = "ostler_machine_load1" Gauge [] "Load of the machine over the last minute.";
    MACHINE_MEMORY = "ostler_machine_memory_bytes" Gauge ["kind"] "Memory of the machine: total, available, free, cached, swap_total, swap_free.";
    MACHINE_DISK_READ = "ostler_machine_disk_read_bytes_total" Counter ["device"] "Bytes read from a disk.";
    MACHINE_DISK_WRITTEN = "ostler_machine_disk_written_bytes_total" Counter ["device"] "Bytes written to a disk.";
    MACHINE_DISK_BUSY = "ostler_machine_disk_busy_seconds_total" Counter ["device"] "Time in which a disk had something to do.";
    MACHINE_FILESYSTEM = "ostler_machine_filesystem_bytes" Gauge ["kind"] "The file system that Ostler's state lies on: size, available.";
    MACHINE_NETWORK_RECEIVED = "ostler_machine_network_received_bytes_total" Counter ["interface"] "Bytes received by a network interface.";
    MACHINE_NETWORK_SENT = "ostler_machine_network_sent_bytes_total" Counter ["interface"] "Bytes sent by a network interface.";
    MACHINE_PRESSURE = "ostler_machine_pressure_seconds_total" Counter ["resource", "kind"] "Time that some or all (full) work of the machine stood still for want of cpu, memory or io, as Linux's pressure stall information has it.";

    EDGE_CONNECTIONS = "ostler_edge_connections" Gauge [] "Client connections now open.";
    EDGE_CONNECTIONS_TOTAL = "ostler_edge_accepted_connections_total" Counter [] "Client connections ever accepted.";
    EDGE_REQUESTS = "ostler_edge_requests_total" Counter ["app", "class"] "Requests answered, by app and status class (1xx to 5xx).";
    EDGE_ROUTE_REQUESTS = "ostler_edge_route_requests_total" Counter ["route", "class"] "Requests answered, by an app or by the edge itself, by route and status class (1xx to 5xx).";
    EDGE_ROUTE_DURATION = "ostler_edge_route_request_duration_seconds" Histogram ["route"] "Time from a request's head to the end of its reply, by route.";
    EDGE_CACHE_REQUESTS = "ostler_edge_cache_requests_total" Counter ["route", "outcome"] "Requests to routes by what became of them at the cache: hit, stale (used while a newer reply was fetched, or since the app failed), revalidated (the app said that it is still good), collapsed (another request had fetched it), miss, bypass.";
    EDGE_DURATION = "ostler_edge_request_duration_seconds" Histogram ["app"] "Time from a request's head to the end of its reply.";
    EDGE_RECEIVED = "ostler_edge_received_bytes_total" Counter [] "Bytes read from clients.";
    EDGE_SENT = "ostler_edge_sent_bytes_total" Counter [] "Bytes written to clients.";
    EDGE_REFUSED = "ostler_edge_refused_total" Counter ["reason"] "Requests that the edge itself refused, by reason.";
    EDGE_ACCESS_LINES = "ostler_edge_access_lines_total" Counter [] "Lines written to the access log.";
    EDGE_ACCESS_DROPPED = "ostler_edge_access_dropped_total" Counter ["why"] "Access log lines that were lost: slow (written slower than requests came) or failed (could not be written).";
    EDGE_COMPRESS_REPLIES = "ostler_edge_compress_replies_total" Counter ["coding"] "Replies that were compressed.";
    EDGE_COMPRESS_TAKEN = "ostler_edge_compress_taken_bytes_total" Counter ["coding"] "Bytes of content before compression.";
    EDGE_COMPRESS_MADE = "ostler_edge_compress_made_bytes_total" Counter ["coding"] "Bytes of content after compression.";
    EDGE_COMPRESS_SPENT = "ostler_edge_compress_seconds_total" Counter ["coding"] "Time that compression took.";
    EDGE_COMPRESS_SKIPPED = "ostler_edge_compress_skipped_total" Counter ["reason"] "Replies with content that were not compressed on a route with compression, by reason.";
    EDGE_RETRIES = "ostler_edge_retries_total" Counter ["app"] "Requests sent a second time because the first worker gave no byte of reply.";
    EDGE_EJECTIONS = "ostler_edge_ejections_total" Counter ["app"] "Times a worker was left out for a while because it failed more often than the others.";
    EDGE_EJECTED = "ostler_edge_ejected" Gauge ["app"] "Workers now left out for that reason.";
    EDGE_WAITING = "ostler_edge_waiting" Gauge [] "Requests now waiting for a worker.";
    EDGE_ORIGIN_SERVERS = "ostler_edge_origin_servers" Gauge ["upstream"] "Addresses that the URLs of an upstream lead to.";
    EDGE_ORIGIN_HEALTHY = "ostler_edge_origin_healthy" Gauge ["upstream"] "Those of them that pass their checks.";
    EDGE_ORIGIN_CHECK_FAILURES = "ostler_edge_origin_check_failures_total" Counter ["upstream"] "Checks of an upstream's servers that failed.";
    EDGE_ORIGIN_RESOLVE_FAILURES = "ostler_edge_origin_resolve_failures_total" Counter ["upstream"] "Tries to resolve an upstream's names that failed.";
    EDGE_ORIGIN_REQUESTS = "ostler_edge_origin_requests_total" Counter ["upstream", "server"] "Requests answered by a server of an upstream.";
    EDGE_ORIGIN_FAILURES = "ostler_edge_origin_failures_total" Counter ["upstream", "server"] "Requests to it that ended in a 5xx or a broken reply.";
    EDGE_ORIGIN_IN_FLIGHT = "ostler_edge_origin_in_flight" Gauge ["upstream", "server"] "Requests that it is answering now.";
    EDGE_ORIGIN_DURATION = "ostler_edge_origin_request_duration_seconds" Histogram ["upstream"] "Time from a request's head to the end of its reply, by the upstream that answered it.";
    EDGE_CACHE_OBJECTS = "ostler_edge_cache_objects" Gauge ["tier"] "Cached replies that are kept, by tier: memory or disk.";
    EDGE_CACHE_BYTES = "ostler_edge_cache_bytes" Gauge ["tier"] "Bytes that they take, all overhead counted.";
    EDGE_CACHE_BYTES_MAX = "ostler_edge_cache_limit_bytes" Gauge ["tier"] "Bytes that they may take.";
    EDGE_CACHE_EVICTIONS = "ostler_edge_cache_evictions_total" Counter ["tier"] "Cached replies that had to go because there was no room.";
    EDGE_CACHE_DISK_DROPPED = "ostler_edge_cache_disk_dropped_total" Counter ["why"] "Times the disk tier was passed by: slow (too many replies were waiting to be written), refused (the disk could not be written to), unread (too many were waiting to be read).";
    EDGE_CACHE_CORRUPT = "ostler_edge_cache_corrupt_total" Counter [] "Files of the cache that were not as written; they were removed, none was served.";
    EDGE_SHED = "ostler_edge_shed_total" Counter ["app", "priority"] "Requests refused because the event loops of the app's workers had more to do than they could.";
    EDGE_SHED_LIMIT = "ostler_edge_shed_limit" Gauge ["app"] "Requests that the workers of the app are given at once because they are saturated; 0: they are not, and get what comes.";
    EDGE_LIMIT_STORE_CHECKS = "ostler_edge_limit_store_checks_total" Counter [] "Requests that the limit store was asked about.";
    EDGE_LIMIT_STORE_FAILURES = "ostler_edge_limit_store_failures_total" Counter [] "Those of them for which it gave no answer.";
    EDGE_LIMIT_REFUSED = "ostler_edge_limit_refused_total" Counter ["route", "limit"] "Requests that a limit refused; route * stands for a limit of [edge].";
    EDGE_LIMIT_KEYS = "ostler_edge_limit_keys" Gauge ["route", "limit"] "Clients, or whatever a limit counts by, of which it remembers something now.";
    EDGE_LIMIT_OVERFLOWS = "ostler_edge_limit_overflows_total" Counter ["route", "limit"] "Times a limit forgot a key that still counted, or could not count one, because it may remember no more.";
    EDGE_UPGRADED = "ostler_edge_upgraded_connections" Gauge ["app"] "Upgraded connections (WebSockets) now open.";

    STORE_UP = "ostler_store_up" Gauge [] "1 while the store inside Ostler runs and takes writes, else 0.";
    STORE_KEYS = "ostler_store_keys" Gauge [] "Keys in all databases of the store.";
    STORE_EXPIRING = "ostler_store_expiring_keys" Gauge [] "Those of them that expire.";
    STORE_HITS = "ostler_store_hits_total" Counter [] "Reads that found their key.";
    STORE_MISSES = "ostler_store_misses_total" Counter [] "Reads that did not.";
    STORE_EXPIRED = "ostler_store_expired_total" Counter [] "Keys whose time had come.";
    STORE_EVICTED = "ostler_store_evicted_total" Counter [] "Keys that were taken out for want of room.";
    STORE_MEMORY = "ostler_store_memory_bytes" Gauge [] "Memory that the data takes.";
    STORE_MEMORY_MAX = "ostler_store_memory_limit_bytes" Gauge [] "Memory that it may take; 0: no limit.";
    STORE_CLIENTS = "ostler_store_clients" Gauge [] "Clients of the store now connected.";
    STORE_ACCEPTED = "ostler_store_accepted_clients_total" Counter [] "Clients that came.";
    STORE_REJECTED = "ostler_store_rejected_clients_total" Counter [] "Clients that were sent away, for there were too many.";
    STORE_COMMANDS = "ostler_store_commands_total" Counter [] "Commands of clients.";
    STORE_RECEIVED = "ostler_store_received_bytes_total" Counter [] "Bytes from clients.";
    STORE_SENT = "ostler_store_sent_bytes_total" Counter [] "Bytes to clients.";
    STORE_LOG_BYTES = "ostler_store_log_bytes" Gauge [] "Bytes in the log since the last snapshot.";
    STORE_LOG_BEHIND = "ostler_store_log_behind_records" Gauge [] "Changes that are not on disk yet.";
    STORE_LOG_SYNCS = "ostler_store_log_syncs_total" Counter [] "Times that the log was synced to disk.";
    STORE_LOG_SYNC_TIME = "ostler_store_log_sync_seconds_total" Counter [] "Time that this took.";
    STORE_LOG_FAILURES = "ostler_store_log_failures_total" Counter [] "Writes and syncs of the log that failed.";
    STORE_SNAPSHOT_BYTES = "ostler_store_snapshot_bytes" Gauge [] "Bytes of the last snapshot.";
    STORE_SNAPSHOT_TIME = "ostler_store_snapshot_timestamp_seconds" Gauge [] "When it became durable, in seconds since 1970; without one, when the store was started.";

    WORKERS_TARGET = "ostler_supervise_workers_target" Gauge ["app"] "Workers wanted now.";
    WORKERS = "ostler_supervise_workers" Gauge ["app", "state"] "Workers by state.";
    GENERATION = "ostler_supervise_generation" Gauge ["app"] "Generation of the app that serves now; grows by one a reload.";
    RESTARTS = "ostler_supervise_restarts_total" Counter ["app"] "Unasked deaths of workers.";

    WORKER_UP = "ostler_worker_up" Gauge ["app", "worker"] "1 while the worker is ready, else 0.";
    WORKER_UPTIME = "ostler_worker_uptime_seconds" Gauge ["app", "worker"] "Seconds since the worker's start.";
    WORKER_CPU = "ostler_worker_cpu_ratio" Gauge ["app", "worker"] "Processor time over the last second, as a share of one core.";
    WORKER_CPU_SECONDS = "ostler_worker_cpu_seconds_total" Counter ["app", "worker"] "Processor time of the worker's processes.";
    WORKER_RSS = "ostler_worker_resident_memory_bytes" Gauge ["app", "worker"] "Resident memory of the worker's process group.";
    WORKER_HEAP = "ostler_worker_heap_used_bytes" Gauge ["app", "worker"] "Used JavaScript heap.";
    WORKER_GC = "ostler_worker_gc_seconds_total" Counter ["app", "worker"] "Time that the garbage collector stopped the worker's JavaScript.";
    WORKER_GC_RUNS = "ostler_worker_gc_runs_total" Counter ["app", "worker"] "Times that it did.";
    WORKER_LOOP_DELAY = "ostler_worker_loop_delay_seconds" Gauge ["app", "worker"] "Largest event-loop delay over the last second.";
    WORKER_LOOP_UTILISATION = "ostler_worker_loop_utilisation_ratio" Gauge ["app", "worker"] "Event-loop utilisation, 0 to 1.";
    WORKER_IN_FLIGHT = "ostler_worker_in_flight" Gauge ["app", "worker"] "Requests now being answered.";
    WORKER_REQUESTS = "ostler_worker_requests_total" Counter ["app", "worker"] "Requests answered by the worker.";
    WORKER_DURATION = "ostler_worker_request_duration_seconds" Histogram ["app", "worker"] "Time from a request's head to the end of its reply, by the worker that answered it.";
    WORKER_FAILURES = "ostler_worker_failures_total" Counter ["app", "worker"] "Requests that ended in a 5xx or a broken reply.";
    WORKER_RESTARTS = "ostler_worker_restarts_total" Counter ["app", "worker"] "Unasked deaths under this worker number.";

    OBSERVE_METRICS_SERIES = "ostler_observe_metrics_series" Gauge [] "Series that are kept over time.";
    OBSERVE_METRICS_MEMORY = "ostler_observe_metrics_memory_bytes" Gauge [] "Memory that they take, about.";
    OBSERVE_METRICS_DISK = "ostler_observe_metrics_disk_bytes" Gauge [] "Bytes that they take on disk.";
    OBSERVE_METRICS_DROPPED = "ostler_observe_metrics_dropped_total" Counter ["why"] "What was not kept: series (samples beyond observe.metrics.series), clock (moments while the clock was set back), disk (blocks that could not be written, or went since there were too many), corrupt (files that were not as written).";

    LOG_LINES = "ostler_log_lines_total" Counter ["app", "stream"] "Lines that workers wrote.";
    OBSERVE_LOGS_LINES = "ostler_observe_logs_lines_total" Counter [] "Lines that were taken into the logs.";
    OBSERVE_LOGS_BYTES = "ostler_observe_logs_taken_bytes_total" Counter [] "Bytes of them.";
    OBSERVE_LOGS_REDACTED = "ostler_observe_logs_redacted_total" Counter [] "Lines in which secrets were redacted.";
    OBSERVE_LOGS_DROPPED = "ostler_observe_logs_dropped_total" Counter ["reason"] "Lines that are not in the logs: slow (they came faster than they could be taken), full (neither disk nor memory had room) or expired (older or more than is kept).";
    OBSERVE_LOGS_DAMAGED = "ostler_observe_logs_damaged_total" Counter [] "Blocks of lines that searches left out, since they could not be read.";
    OBSERVE_LOGS_STORED = "ostler_observe_logs_stored_lines" Gauge [] "Lines on disk.";
    OBSERVE_LOGS_DISK = "ostler_observe_logs_disk_bytes" Gauge [] "Disk that the logs take.";
    OBSERVE_LOGS_MEMORY = "ostler_observe_logs_memory_bytes" Gauge [] "Memory that packed lines take which are not on disk.";

    OBSERVE_EXPORT_UP = "ostler_observe_export_up" Gauge ["export"] "1 while the target takes what is sent, 0 while it fails.";
    OBSERVE_EXPORT_WAITING = "ostler_observe_export_waiting_records" Gauge ["export"] "Log records and metric samples that wait to be sent.";
    OBSERVE_EXPORT_WAITING_BYTES = "ostler_observe_export_waiting_bytes" Gauge ["export"] "Bytes of them, as they are sent.";
    OBSERVE_EXPORT_SENT = "ostler_observe_export_sent_total" Counter ["export"] "Log records and metric samples that the target has taken.";
    OBSERVE_EXPORT_DROPPED = "ostler_observe_export_dropped_total" Counter ["export", "reason"] "Log records and metric samples that were dropped: full (more waited than may), disk (the queue could not be written or read) or refused (the target will never take them).";
    OBSERVE_EXPORT_FAILURES = "ostler_observe_export_failures_total" Counter ["export"] "Tries to send that came to nothing; what was to be sent waits.";
    OBSERVE_INGEST_RECORDS = "ostler_observe_ingest_records_total" Counter ["form"] "Log records that other programs sent.";
    OBSERVE_INGEST_REFUSED = "ostler_observe_ingest_refused_total" Counter ["form"] "Requests with such that were refused as a whole.";
    OBSERVE_EXPORT_MISSED = "ostler_observe_export_missed_total" Counter [] "Log records that came faster than they could be collected for export.";

    LOG_DROPPED = "ostler_log_dropped_total" Counter ["app"] "Lines dropped because terminal or disk was too slow.";
}

#[cfg(test)]
mod tests;
