//! Which sockets a process and everything below it hold.

use std::collections::HashMap;
use std::fs;
use std::io;

/// Processes below one worker that are looked at.
const PROCESSES_MAX: usize = 256;
/// Descriptors of one worker that are looked at.
const DESCRIPTORS_MAX: usize = 65_536;

/// The process `root` and what descends from it; empty: it is gone.
pub fn tree(root: u32) -> Vec<u32> {
    let mut found = vec![root];
    let mut at = 0;
    while let Some(pid) = found.get(at).copied().filter(|_| found.len() < PROCESSES_MAX) {
        for child in children(pid) {
            if !found.contains(&child) {
                found.push(child);
            }
        }
        at += 1;
    }
    found
}

fn children(pid: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<u32>>()
        })
        .collect()
}

/// Add the numbers of all sockets that the processes hold to `sockets`, as those of `owner`.
///
/// # Errors
/// When the descriptors of the first of them may not be read. That it is gone is no error.
pub fn sockets(pids: &[u32], owner: usize, sockets: &mut HashMap<u64, usize>) -> io::Result<()> {
    let mut seen = 0;
    for (at, pid) in pids.iter().enumerate() {
        let entries = match fs::read_dir(format!("/proc/{pid}/fd")) {
            Ok(entries) => entries,
            Err(error) if at == 0 && error.kind() == io::ErrorKind::PermissionDenied => {
                return Err(error);
            }
            Err(_) => continue,
        };
        for entry in entries.flatten().take(DESCRIPTORS_MAX.saturating_sub(seen)) {
            seen += 1;
            let Ok(target) = fs::read_link(entry.path()) else { continue };
            let number = target.to_str().and_then(|text| text.strip_prefix("socket:["));
            if let Some(inode) = number.and_then(|text| text.strip_suffix(']')?.parse().ok()) {
                sockets.insert(inode, owner);
            }
        }
    }
    Ok(())
}
