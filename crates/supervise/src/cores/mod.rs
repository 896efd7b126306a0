//! How many cores this process may use.

use std::path::{Path, PathBuf};

/// Where cgroup v2 is mounted.
const CGROUPS: &str = "/sys/fs/cgroup";

/// The smaller of the CPU affinity and the cgroup v2 quota (rounded up), at least 1.
pub fn cores() -> u32 {
    let affinity = rustix::thread::sched_getaffinity(None).map_or(1, |set| set.count());
    let quota = std::fs::read_to_string("/proc/self/cgroup")
        .ok()
        .and_then(|text| quota_of(Path::new(CGROUPS), &text));
    affinity.min(quota.unwrap_or(u32::MAX)).max(1)
}

/// The least quota of the group and of those above it, whose limits hold as well.
fn quota_of(root: &Path, cgroup: &str) -> Option<u32> {
    let own = group_path(cgroup)?;
    let folders = Path::new(own).ancestors().map(|group| {
        let below = group.strip_prefix("/").unwrap_or(group);
        root.join(below)
    });
    let read = |folder: PathBuf| std::fs::read_to_string(folder.join("cpu.max")).ok();
    folders.filter_map(read).filter_map(|text| parse_quota(&text)).min()
}

/// This process's group in the one hierarchy of cgroup v2: the line `0::/path`.
fn group_path(cgroup: &str) -> Option<&str> {
    cgroup.lines().find_map(|line| line.strip_prefix("0::"))
}

/// `cpu.max`: `QUOTA PERIOD` in microseconds, or `max PERIOD`. Cores, rounded up.
fn parse_quota(text: &str) -> Option<u32> {
    let mut words = text.split_ascii_whitespace();
    let quota: u64 = words.next()?.parse().ok()?;
    let period: u64 = words.next()?.parse().ok().filter(|period| *period > 0)?;
    u32::try_from(quota.div_ceil(period)).ok()
}

#[cfg(test)]
mod tests;
