//! What `/proc` says of a project's workers: the truth that pictures of them are compared with.

use crate::Project;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;

/// Who runs, and who is connected to which port.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    /// The processes of workers, as `app/number`.
    pub workers: BTreeMap<u32, String>,
    /// How many connections a process opened to each port of this machine.
    pub links: BTreeMap<(u32, u16), u32>,
}

/// What is so now. Workers are single processes.
pub fn truth(project: &Project) -> Truth {
    let pids = project.worker_processes();
    let workers = pids.iter().filter_map(|pid| Some((*pid, name(*pid)?))).collect();
    let mut holders: HashMap<u64, u32> = HashMap::new();
    for pid in &pids {
        for socket in sockets(*pid) {
            holders.insert(socket, *pid);
        }
    }
    let table = fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let rows: Vec<Row> = table.lines().skip(1).filter_map(row).collect();
    let listening: HashSet<u16> =
        rows.iter().filter(|row| row.state == "0A").map(|row| row.local).collect();
    let mut links = BTreeMap::new();
    for row in rows.iter().filter(|row| matches!(row.state.as_str(), "01" | "08")) {
        if let Some(pid) = holders.get(&row.socket).filter(|_| !listening.contains(&row.local)) {
            *links.entry((*pid, row.remote)).or_default() += 1;
        }
    }
    Truth { workers, links }
}

fn name(pid: u32) -> Option<String> {
    let environment = fs::read(format!("/proc/{pid}/environ")).ok()?;
    let text = String::from_utf8_lossy(&environment).into_owned();
    let value =
        |key: &str| text.split('\0').find_map(|one| one.strip_prefix(key)?.strip_prefix('='));
    Some(format!("{}/{}", value("OSTLER_APP")?, value("OSTLER_WORKER")?))
}

fn sockets(pid: u32) -> BTreeSet<u64> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    let targets = entries.filter_map(|entry| fs::read_link(entry.path()).ok());
    let numbers = targets.filter_map(|target| {
        let text = target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse();
        text.ok()
    });
    numbers.collect()
}

struct Row {
    local: u16,
    remote: u16,
    state: String,
    socket: u64,
}

fn row(line: &str) -> Option<Row> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let port = |at: usize| u16::from_str_radix(words.get(at)?.rsplit(':').next()?, 16).ok();
    Some(Row {
        local: port(1)?,
        remote: port(2)?,
        state: (*words.get(3)?).to_owned(),
        socket: words.get(9)?.parse().ok()?,
    })
}
