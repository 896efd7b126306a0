//! What is to be cleared away once Ostler is gone, and the warden's whole life.

use super::order::Order;
use crate::worker::proc;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::collections::HashSet;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

/// Rounds of killing: what forks while it is being killed is found in the next round.
const ROUNDS_MAX: usize = 32;

/// What is to be cleared away.
#[derive(Debug, Default, PartialEq, Eq)]
struct Estate {
    folder: Option<PathBuf>,
    groups: HashSet<Pid>,
}

impl Estate {
    fn take(&mut self, order: Order) {
        match order {
            Order::Folder(path) => self.folder = Some(path),
            Order::Began(pid) => drop(self.groups.insert(pid)),
            Order::Ended(pid) => drop(self.groups.remove(&pid)),
        }
    }

    /// Kill the groups and whatever else carries the run folder in its environment, then remove
    /// the folder. Ostler died this moment, so its groups' numbers are still theirs.
    fn clear(&self) {
        for group in &self.groups {
            let _ = kill_process_group(*group, Signal::KILL);
        }
        let Some(folder) = &self.folder else { return };
        for _ in 0..ROUNDS_MAX {
            let left = left_behind(folder);
            if left.is_empty() {
                break;
            }
            for pid in left {
                let _ = kill_process(pid, Signal::KILL);
            }
        }
        let _ = std::fs::remove_dir_all(folder);
    }
}

fn left_behind(folder: &Path) -> Vec<Pid> {
    let own = rustix::process::getpid();
    let mut pids = proc::all();
    pids.retain(|pid| *pid != own && proc::is_of_folder(*pid, folder) && proc::is_alive(*pid));
    pids
}

/// Be the warden: read orders from stdin until Ostler is gone, then clear away what it left.
pub fn run() -> io::Result<()> {
    let mut estate = Estate::default();
    for line in io::stdin().lock().split(0) {
        match line {
            Ok(line) => drop(Order::parse(&line).map(|order| estate.take(order))),
            Err(_) => break,
        }
    }
    estate.clear();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ended_is_not_killed() {
        let (a, b) = (Pid::from_raw(10).unwrap(), Pid::from_raw(11).unwrap());
        let mut estate = Estate::default();
        [Order::Began(a), Order::Began(b), Order::Ended(a)]
            .into_iter()
            .for_each(|o| estate.take(o));
        assert_eq!(estate.groups, HashSet::from([b]));
    }
}
