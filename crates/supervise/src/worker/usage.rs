//! Processor time and memory of a worker's whole tree.

use super::proc;
use rustix::process::Pid;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// New child processes are looked for no more often than this.
const DISCOVER_EVERY: Duration = Duration::from_secs(5);

/// What one worker uses.
#[derive(Debug)]
pub struct Usage {
    leader: Pid,
    /// Processor time so far, by process.
    ticks: HashMap<Pid, u64>,
    read_at: Option<Instant>,
    discovered_at: Option<Instant>,
    /// Share of one core since the reading before; 1.0 is a whole one.
    pub cpu: f64,
    /// Processor time so far, in seconds.
    pub cpu_seconds: f64,
    /// Resident memory in bytes; memory that its processes share counts for each of them.
    pub rss_bytes: u64,
}

impl Usage {
    /// Nothing known yet.
    pub fn new(leader: Pid) -> Self {
        let ticks = HashMap::from([(leader, 0)]);
        Usage {
            leader,
            ticks,
            read_at: None,
            discovered_at: None,
            cpu: 0.0,
            cpu_seconds: 0.0,
            rss_bytes: 0,
        }
    }

    /// Read the figures anew.
    pub fn read(&mut self, now: Instant) {
        if self.discovered_at.is_none_or(|at| now - at >= DISCOVER_EVERY) {
            self.discovered_at = Some(now);
            for pid in proc::descendants(&[self.leader]) {
                // Its past is not this second's work.
                let past = proc::stat(pid).map_or(0, |stat| stat.ticks);
                self.ticks.entry(pid).or_insert(past);
            }
        }
        let (mut spent, mut pages) = (0, 0);
        self.ticks.retain(|pid, before| {
            let Some(stat) = proc::stat(*pid) else { return false };
            spent += stat.ticks.saturating_sub(*before);
            pages += stat.rss_pages;
            *before = stat.ticks;
            true
        });
        self.rss_bytes = pages * rustix::param::page_size() as u64;
        let passed = self.read_at.replace(now).map_or(0.0, |before| (now - before).as_secs_f64());
        let seconds = spent as f64 / rustix::param::clock_ticks_per_second() as f64;
        self.cpu_seconds += seconds;
        self.cpu = if passed > 0.0 { seconds / passed } else { 0.0 };
    }
}
