//! What runs, and who is connected.

use super::page::Page;
use crate::command::Desk;
use crate::hub::Standing;
use crate::script::REDIS_VERSION;
use std::sync::atomic::Ordering::Relaxed;

/// `# Server`. `redis_version` is the version whose behaviour is kept to, which clients decide by.
pub fn server(desk: &Desk<'_>, _: &Standing, page: &mut Page) {
    let (about, machine) = (desk.hub.figures.about(), desk.hub.figures.machine());
    let now_ms = desk.now.wall_ms;
    let up_s = if about.started_ms > 0 { (now_ms - about.started_ms).max(0) / 1000 } else { 0 };
    let executable = std::env::current_exe().unwrap_or_default();
    page.section("Server");
    page.line("redis_version", REDIS_VERSION);
    page.line("redis_git_sha1", "00000000");
    page.line("redis_git_dirty", 0);
    page.line("redis_build_id", 0);
    page.line("redis_mode", "standalone");
    page.line("ostler_version", env!("CARGO_PKG_VERSION"));
    page.line("os", format_args!("{} {}", std::env::consts::OS, std::env::consts::ARCH));
    page.line("arch_bits", usize::BITS);
    page.line("monotonic_clock", "POSIX clock_gettime");
    page.line("multiplexing_api", "epoll");
    page.line("process_id", machine.process);
    page.line("process_supervised", "no");
    page.line("run_id", about.run_id);
    page.line("tcp_port", about.port);
    page.line("server_time_usec", now_ms * 1000 + i64::from(desk.now.rest_us));
    page.line("uptime_in_seconds", up_s);
    page.line("uptime_in_days", up_s / 86_400);
    page.line("hz", 10);
    page.line("configured_hz", 10);
    page.line("lru_clock", (now_ms / 1000) & 0xff_ffff);
    page.line("executable", executable.display());
    page.line("config_file", "");
    page.line("io_threads_active", 0);
}

/// `# Clients`
pub fn clients(desk: &Desk<'_>, standing: &Standing, page: &mut Page) {
    page.section("Clients");
    page.line("connected_clients", desk.hub.clients.len());
    page.line("cluster_connections", 0);
    page.line("maxclients", desk.hub.limits.clients_max.load(Relaxed));
    page.line("blocked_clients", standing.blocked_clients);
    page.line("tracking_clients", 0);
    page.line("pubsub_clients", desk.hub.channels.clients());
    page.line("total_watched_keys", standing.watched_keys);
    page.line("total_blocking_keys", standing.awaited_keys);
}
