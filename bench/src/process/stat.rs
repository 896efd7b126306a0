//! What the kernel says about processes: trees, processor time, memory (proc(5)).

use rustix::process::{Pid, Signal};
use std::collections::HashMap;
use std::fs;
use std::time::Duration;

/// The processes of one side: some roots and all their descendants at one moment.
#[derive(Debug, Clone)]
pub struct Processes {
    list: Vec<Process>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Process {
    pid: u32,
    parent: u32,
    /// Own time and that of children it waited for, in clock ticks.
    ticks: u64,
}

/// Resident memory in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Memory {
    pub rss: u64,
    /// Shared pages are divided among those that share them.
    pub pss: u64,
}

impl Processes {
    /// Those that live now.
    pub fn of(roots: &[u32]) -> Self {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let all = pids
            .filter_map(|pid| parse(pid, &fs::read_to_string(format!("/proc/{pid}/stat")).ok()?));
        Processes { list: descendants(roots, all.collect()) }
    }

    /// Processor time that they and their ended children have used.
    pub fn cpu(&self) -> Duration {
        seconds(self.list.iter().map(|process| process.ticks).sum())
    }

    /// The same without some of them.
    pub fn without(mut self, pids: &[u32]) -> Self {
        self.list.retain(|process| !pids.contains(&process.pid));
        self
    }

    /// Their ids.
    pub fn pids(&self) -> Vec<u32> {
        self.list.iter().map(|process| process.pid).collect()
    }

    /// Those whose command line contains `text`.
    pub fn running(&self, text: &str) -> Vec<u32> {
        let runs = |pid: &u32| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(text)
        };
        self.pids().into_iter().filter(runs).collect()
    }
}

impl Memory {
    /// Of one process; zero when it has ended or is somebody else's.
    pub fn of(pid: u32) -> Self {
        let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            let kilobytes =
                line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
            kilobytes.unwrap_or(0) * 1024
        };
        Memory { rss: field("Rss:"), pss: field("Pss:") }
    }

    /// Both together.
    pub fn plus(self, other: Memory) -> Memory {
        Memory { rss: self.rss + other.rss, pss: self.pss + other.pss }
    }
}

/// Processor time that the whole machine has used, also for other machines on the same hardware.
pub fn machine() -> Duration {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    busy(text.lines().next().unwrap_or_default())
}

/// The first line of `/proc/stat`: user nice system idle iowait irq softirq steal, in clock ticks.
fn busy(line: &str) -> Duration {
    let numbers = line.split_whitespace().skip(1).take(8).map(|word| word.parse().unwrap_or(0));
    let idle = 3..=4;
    let ticks: u64 = numbers.enumerate().filter(|(at, _)| !idle.contains(at)).map(|(_, n)| n).sum();
    seconds(ticks)
}

fn seconds(ticks: u64) -> Duration {
    Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// One line of `/proc/PID/stat`. The name in parentheses may itself contain any character.
fn parse(pid: u32, stat: &str) -> Option<Process> {
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    // Numbered from 3 (the state) in proc(5): 4 is the parent; 14 to 17 are utime, stime, cutime, cstime.
    let number = |at: usize| fields.get(at - 3)?.parse::<u64>().ok();
    let ticks = number(14)? + number(15)? + number(16)? + number(17)?;
    Some(Process { pid, parent: u32::try_from(number(4)?).ok()?, ticks })
}

fn descendants(roots: &[u32], all: Vec<Process>) -> Vec<Process> {
    let parents: HashMap<u32, u32> =
        all.iter().map(|process| (process.pid, process.parent)).collect();
    let belongs = |pid: u32| {
        std::iter::successors(Some(pid), |pid| parents.get(pid).copied().filter(|pid| *pid != 0))
            .any(|pid| roots.contains(&pid))
    };
    all.into_iter().filter(|process| belongs(process.pid)).collect()
}

fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        // It may have ended by itself.
        let _ = rustix::process::kill_process(pid, signal);
    }
}

/// `kill -9`.
pub fn kill(pid: u32) {
    signal(pid, Signal::KILL);
}

/// `kill -USR2`.
pub fn poke(pid: u32) {
    signal(pid, Signal::USR2);
}

/// `kill -15`.
pub fn terminate(pid: u32) {
    signal(pid, Signal::TERM);
}

/// Kill those that still live, and wait until they are gone.
pub fn end(pids: &[u32]) {
    pids.iter().filter(|pid| !ended(**pid)).for_each(|pid| kill(*pid));
    let began = base::clock::now();
    // Only one that hangs in the kernel takes longer; nothing can be done about that.
    while began.elapsed() < Duration::from_secs(2) && !pids.iter().all(|pid| ended(*pid)) {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether a process is gone or a zombie.
pub(super) fn ended(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_none_or(|(_, fields)| fields.trim_start().starts_with(['Z', 'X']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stat_line() {
        let line = "42 (a) b (c) S 7 42 42 0 -1 4194560 1 2 3 4 100 20 30 4 20 0 1 0 5 6 7";
        assert_eq!(parse(42, line), Some(Process { pid: 42, parent: 7, ticks: 154 }));
        assert_eq!(parse(42, "42 (short) S 7"), None);
    }

    #[test]
    fn the_machine_without_its_idle_time() {
        let line = "cpu  1 20 300 4000 50000 600000 7000000 80000000 9 9";
        assert_eq!(busy(line), seconds(87_600_321));
    }

    #[test]
    fn trees() {
        let process = |pid, parent| Process { pid, parent, ticks: 0 };
        let all =
            vec![process(1, 0), process(10, 1), process(11, 10), process(12, 11), process(20, 1)];
        let pids = |roots: &[u32]| Processes { list: descendants(roots, all.clone()) }.pids();
        assert_eq!(pids(&[10]), [10, 11, 12]);
        assert_eq!(pids(&[11, 20]), [11, 12, 20]);
        assert!(pids(&[99]).is_empty());
    }

    #[test]
    fn time_and_memory_of_a_living_process() {
        let me = std::process::id();
        let began = base::clock::now();
        // On a busy machine it takes a while to have used so much.
        while Processes::of(&[me]).cpu() < Duration::from_millis(20) {
            assert!(began.elapsed() < Duration::from_secs(10));
        }
        assert!(Processes::of(&[me]).pids().contains(&me));
        let memory = Memory::of(me);
        assert!(memory.rss >= memory.pss && memory.pss > 100_000, "{memory:?}");
        assert!(!ended(me) && ended(u32::MAX));
    }
}
