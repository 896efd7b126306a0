//! What `/proc` knows of processes: parents, groups, times, memory, environment.

use rustix::process::Pid;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// More processes than this below one root are not looked at.
const DESCENDANTS_MAX: usize = 4_096;

/// One line of `/proc/PID/stat`, as much as is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// `Z` and `X` are dead.
    pub state: u8,
    /// Its process group.
    pub group: i32,
    /// User and system time in clock ticks.
    pub ticks: u64,
    /// Resident memory in pages.
    pub rss_pages: u64,
}

/// The fields of a stat line. The name in parentheses may hold anything, so it is skipped by its
/// last parenthesis.
pub fn parse_stat(text: &str) -> Option<Stat> {
    let (_, fields) = text.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace();
    let state = *fields.next()?.as_bytes().first()?;
    let group = fields.nth(1)?.parse().ok()?;
    let user: u64 = fields.nth(8)?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    let rss: i64 = fields.nth(8)?.parse().ok()?;
    let rss_pages = u64::try_from(rss).unwrap_or(0);
    Some(Stat { state, group, ticks: user + system, rss_pages })
}

/// What `/proc` says of `pid`; None when it is gone.
pub fn stat(pid: Pid) -> Option<Stat> {
    parse_stat(&std::fs::read_to_string(file(pid, "stat")).ok()?)
}

/// Whether `pid` runs: exists and is no zombie.
pub fn is_alive(pid: Pid) -> bool {
    stat(pid).is_some_and(|stat| !matches!(stat.state, b'Z' | b'X'))
}

/// The children of this process that no thread but the first one made: adopted orphans, as the
/// kernel gives those to the first thread.
pub fn adopted() -> Vec<Pid> {
    let own = rustix::process::getpid();
    parse_children(&read_children(own, own.as_raw_nonzero().get()))
}

/// Everything below `roots`, without them.
pub fn descendants(roots: &[Pid]) -> Vec<Pid> {
    let mut found: Vec<Pid> = Vec::new();
    let mut at = 0;
    let look = |pid: Pid, found: &mut Vec<Pid>| {
        for child in children(pid) {
            if found.len() < DESCENDANTS_MAX && !found.contains(&child) && !roots.contains(&child) {
                found.push(child);
            }
        }
    };
    roots.iter().for_each(|root| look(*root, &mut found));
    while let Some(pid) = found.get(at).copied() {
        look(pid, &mut found);
        at += 1;
    }
    found
}

/// Children of all threads of `pid`.
fn children(pid: Pid) -> Vec<Pid> {
    let tasks = std::fs::read_dir(file(pid, "task")).into_iter().flatten().flatten();
    let threads = tasks.filter_map(|task| task.file_name().to_str()?.parse::<i32>().ok());
    threads.flat_map(|thread| parse_children(&read_children(pid, thread))).collect()
}

fn read_children(pid: Pid, thread: i32) -> String {
    let path = file(pid, "task").join(thread.to_string()).join("children");
    std::fs::read_to_string(path).unwrap_or_default()
}

fn parse_children(text: &str) -> Vec<Pid> {
    text.split_ascii_whitespace().filter_map(|word| Pid::from_raw(word.parse().ok()?)).collect()
}

/// Every process on the machine that we may see.
pub fn all() -> Vec<Pid> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    numbers.filter_map(Pid::from_raw).collect()
}

/// Whether `pid` was started with `OSTLER_DIR` being `folder` or below it.
pub fn is_of_folder(pid: Pid, folder: &Path) -> bool {
    let environment = std::fs::read(file(pid, "environ")).unwrap_or_default();
    environment.split(|byte| *byte == 0).any(|entry| {
        let value = entry.strip_prefix(b"OSTLER_DIR=");
        let rest = value.and_then(|value| value.strip_prefix(folder.as_os_str().as_bytes()));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    })
}

fn file(pid: Pid, name: &str) -> PathBuf {
    Path::new("/proc").join(pid.as_raw_nonzero().to_string()).join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stat_line_with_an_odd_name() {
        let line = "4711 (no) de (x) S 1 4700 4700 0 -1 4194304 9 0 0 0 120 30 0 0 20 0 11 0 5 \
                    1000000 2048 18446744073709551615 1 1 0";
        let want = Stat { state: b'S', group: 4700, ticks: 150, rss_pages: 2048 };
        assert_eq!(parse_stat(line), Some(want));
        assert_eq!(parse_stat("4711 (x"), None);
        assert_eq!(parse_stat("4711 (x) S 1"), None);
    }

    #[test]
    fn this_process_is_alive() {
        let own = rustix::process::getpid();
        assert!(is_alive(own) && stat(own).unwrap().rss_pages > 0);
        assert!(all().contains(&own));
    }
}
