//! A worker's whole tree: its process group, and what left the group but kept `OSTLER_DIR`.
//!
//! Signals are sent only while the leader has not been reaped, so its number cannot have gone to
//! another process or group.

use super::proc;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::path::Path;

/// Rounds of killing: what forks while it is being killed is found in the next round.
const ROUNDS_MAX: usize = 16;

/// One worker's processes.
#[derive(Debug, Clone, Copy)]
pub struct Group<'a> {
    /// The worker's main process, which leads the group.
    pub leader: Pid,
    /// Its `OSTLER_DIR`.
    pub folder: &'a Path,
}

impl Group<'_> {
    /// What a dead leader left behind and Ostler has adopted since.
    pub fn orphans(&self) -> Vec<Pid> {
        let adopted = proc::adopted();
        let below = proc::descendants(&adopted);
        adopted.into_iter().chain(below).filter(|pid| self.holds(*pid)).collect()
    }

    /// Ask what a dead leader left behind to end, daemons that left the group included.
    pub fn signal_orphans(&self, signal: Signal) {
        for pid in self.orphans() {
            let _ = kill_process(pid, signal);
        }
    }

    /// Kill what a dead leader left behind; how many processes that were.
    pub fn kill_orphans(&self) -> u32 {
        let mut killed: Vec<Pid> = Vec::new();
        for _ in 0..ROUNDS_MAX {
            let fresh: Vec<Pid> =
                self.orphans().into_iter().filter(|pid| !killed.contains(pid)).collect();
            if fresh.is_empty() {
                break;
            }
            for pid in fresh {
                let _ = kill_process(pid, Signal::KILL);
                killed.push(pid);
            }
        }
        let _ = kill_process_group(self.leader, Signal::KILL);
        killed.len() as u32
    }

    /// SIGKILL to all of a living worker.
    pub fn kill(&self) {
        let _ = kill_process_group(self.leader, Signal::KILL);
        for pid in proc::descendants(&[self.leader]).into_iter().filter(|pid| self.holds(*pid)) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }

    fn holds(&self, pid: Pid) -> bool {
        let leader = self.leader.as_raw_nonzero().get();
        let stat = proc::stat(pid).filter(|stat| !matches!(stat.state, b'Z' | b'X'));
        stat.is_some_and(|stat| stat.group == leader || proc::is_of_folder(pid, self.folder))
    }
}

/// The signal of that name, as the config knows it.
pub fn signal_of(name: &str) -> Signal {
    match name {
        "SIGINT" => Signal::INT,
        "SIGQUIT" => Signal::QUIT,
        "SIGHUP" => Signal::HUP,
        "SIGUSR2" => Signal::USR2,
        _ => Signal::TERM,
    }
}
