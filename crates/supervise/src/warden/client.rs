//! Ostler's end of the pipe to the warden.

use super::ARGUMENT;
use super::order::Order;
use crate::worker::spawn;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::Pid;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A running warden.
#[derive(Debug)]
pub struct Warden {
    program: PathBuf,
    folder: PathBuf,
    groups: HashSet<Pid>,
    process: Option<(Pid, File)>,
}

impl Warden {
    /// Start `program` as the warden over `folder`.
    pub fn start(program: &Path, folder: &Path) -> io::Result<Warden> {
        let (program, folder) = (program.to_owned(), folder.to_owned());
        let mut warden = Warden { program, folder, groups: HashSet::new(), process: None };
        warden.restart()?;
        Ok(warden)
    }

    /// Start it again, when something killed it, and tell it all it must know.
    pub fn restart(&mut self) -> io::Result<()> {
        self.process = None;
        let (read, write) = pipe_with(PipeFlags::CLOEXEC)?;
        // What does not fit into the pipe's 64 KiB has found no reader: better to go on without.
        rustix::fs::fcntl_setfl(&write, rustix::fs::OFlags::NONBLOCK)?;
        let pid = spawn::warden(&self.program, ARGUMENT, read)?;
        self.process = Some((pid, File::from(write)));
        self.say(&Order::Folder(self.folder.clone()));
        for group in self.groups.clone() {
            self.say(&Order::Began(group));
        }
        Ok(())
    }

    /// Its process.
    pub fn pid(&self) -> Option<Pid> {
        self.process.as_ref().map(|(pid, _)| *pid)
    }

    /// A group that must not outlive Ostler.
    pub fn began(&mut self, group: Pid) {
        self.groups.insert(group);
        self.say(&Order::Began(group));
    }

    /// The group is gone; said before its number is free for others.
    pub fn ended(&mut self, group: Pid) {
        self.groups.remove(&group);
        self.say(&Order::Ended(group));
    }

    /// Let it clear away what is left, and end. Its process is still to be reaped.
    pub fn dismiss(mut self) -> Option<Pid> {
        self.process.take().map(|(pid, _)| pid)
    }

    fn say(&mut self, order: &Order) {
        if let Some((_, pipe)) = &mut self.process {
            let _ = pipe.write_all(&order.to_line()); // a dead warden is noticed by its death
        }
    }
}
