//! The warden: a process that outlives Ostler by a moment, so that not even SIGKILL to Ostler
//! leaves workers behind.
//!
//! PR_SET_PDEATHSIG ends the workers' main processes; what those started, and the run folder, are
//! the warden's. It is the same program, started again with [`ARGUMENT`]; it reads orders from its
//! stdin and knows by the end of it that Ostler is gone. No runtime and no threads: it sleeps in
//! `read` all its life.

mod client;

pub use client::Warden;

use crate::worker::proc;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::collections::HashSet;
use std::io::{self, BufRead};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The program becomes the warden when this is its only argument.
pub const ARGUMENT: &str = "__warden";

/// Rounds of killing: what forks while it is being killed is found in the next round.
const ROUNDS_MAX: usize = 32;

/// What Ostler says, one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Order {
    /// The run folder, below which all worker folders lie.
    Folder(PathBuf),
    /// A process group that must not outlive Ostler.
    Began(Pid),
    /// It is gone.
    Ended(Pid),
}

impl Order {
    /// The line, with its end: a zero byte, since a path may hold anything else.
    fn to_line(&self) -> Vec<u8> {
        let mut line = match self {
            Order::Folder(path) => [b"folder ", path.as_os_str().as_bytes()].concat(),
            Order::Began(pid) => format!("began {}", pid.as_raw_nonzero()).into_bytes(),
            Order::Ended(pid) => format!("ended {}", pid.as_raw_nonzero()).into_bytes(),
        };
        line.push(0);
        line
    }

    fn parse(line: &[u8]) -> Option<Order> {
        let space = line.iter().position(|byte| *byte == b' ')?;
        let (word, rest) = (line.get(..space)?, line.get(space + 1..)?);
        let pid =
            || Pid::from_raw(std::str::from_utf8(rest).ok()?.parse().ok().filter(|p| *p > 1)?);
        match word {
            b"folder" => Some(Order::Folder(PathBuf::from(std::ffi::OsStr::from_bytes(rest)))),
            b"began" => pid().map(Order::Began),
            b"ended" => pid().map(Order::Ended),
            _ => None,
        }
    }
}

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
    fn orders_survive_their_way() {
        let pid = Pid::from_raw(4711).unwrap();
        let odd = PathBuf::from(std::ffi::OsStr::from_bytes(b"/run/with space\nand \xff"));
        for order in [Order::Folder(odd), Order::Began(pid), Order::Ended(pid)] {
            let line = order.to_line();
            let (end, text) = line.split_last().unwrap();
            assert_eq!((*end, Order::parse(text)), (0, Some(order)));
        }
        for bad in ["", "began", "began ", "began 0", "began 1", "began -4", "hello 4", "ended x"] {
            assert_eq!(Order::parse(bad.as_bytes()), None, "{bad}");
        }
    }

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
