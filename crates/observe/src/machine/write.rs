//! From `/proc` to samples.

use super::parse;
use meter::{Snapshot, names};
use std::fs::read_to_string;
use std::path::Path;

/// Write what the machine does, how full the file system of `folder` is, and what this process takes.
pub fn write(to: &mut Snapshot, folder: &Path) {
    let read = |path: &str| read_to_string(path).unwrap_or_default();
    let ticks_per_second = rustix::param::clock_ticks_per_second() as f64;
    for (mode, ticks) in parse::cpu(&read("/proc/stat")) {
        to.sample(&names::MACHINE_CPU, &[mode], ticks as f64 / ticks_per_second);
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    to.sample(&names::MACHINE_CORES, &[], cores);
    if let Some(load) = parse::load(&read("/proc/loadavg")) {
        to.sample(&names::MACHINE_LOAD, &[], load);
    }
    for (kind, bytes) in parse::memory(&read("/proc/meminfo")) {
        to.sample(&names::MACHINE_MEMORY, &[kind], bytes);
    }
    for disk in parse::disks(&read("/proc/diskstats")) {
        to.sample(&names::MACHINE_DISK_READ, &[disk.device], disk.read_bytes);
        to.sample(&names::MACHINE_DISK_WRITTEN, &[disk.device], disk.written_bytes);
        to.sample(&names::MACHINE_DISK_BUSY, &[disk.device], disk.busy_ms as f64 / 1_000.0);
    }
    if let Ok(found) = rustix::fs::statvfs(folder) {
        to.sample(&names::MACHINE_FILESYSTEM, &["size"], found.f_blocks * found.f_frsize);
        to.sample(&names::MACHINE_FILESYSTEM, &["available"], found.f_bavail * found.f_frsize);
    }
    for (interface, received, sent) in parse::network(&read("/proc/net/dev")) {
        to.sample(&names::MACHINE_NETWORK_RECEIVED, &[interface], received);
        to.sample(&names::MACHINE_NETWORK_SENT, &[interface], sent);
    }
    for resource in ["cpu", "memory", "io"] {
        for (kind, us) in parse::pressure(&read(&format!("/proc/pressure/{resource}"))) {
            to.sample(&names::MACHINE_PRESSURE, &[resource, kind], us as f64 / 1e6);
        }
    }
    own(to, &read("/proc/self/stat"), ticks_per_second);
}

/// What this process takes, by its own line of `/proc`.
fn own(to: &mut Snapshot, stat: &str, ticks_per_second: f64) {
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    if let (Some(user), Some(system), Some(threads)) = (number(11), number(12), number(17)) {
        to.sample(&names::CPU, &[], (user + system) as f64 / ticks_per_second);
        to.sample(&names::THREADS, &[], threads);
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        to.sample(&names::OPEN_FILES, &[], files.count());
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_machine() {
        let mut snapshot = Snapshot::new(0);
        write(&mut snapshot, Path::new("/"));
        for metric in [&names::MACHINE_CPU, &names::MACHINE_MEMORY, &names::OPEN_FILES] {
            assert!(snapshot.total(metric) > 0.0, "{}", metric.name);
        }
        assert!(snapshot.total(&names::THREADS) >= 1.0);
        assert_eq!(snapshot.samples(&names::CPU).len(), 1);
        assert_eq!(snapshot.samples(&names::MACHINE_FILESYSTEM).len(), 2);
    }
}
