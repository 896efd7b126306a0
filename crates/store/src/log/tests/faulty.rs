//! A disk as bad as disks may be: until a sync nothing is certain, and what is uncertain is decided by chance.

use crate::log::disk::{Disk, DiskFile};
use base::random::Random;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard};

const SECTOR: usize = 512;

/// Faults that a test may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trouble {
    #[default]
    None,
    /// Writes find no room; some of the bytes may be written.
    Full,
    /// Syncs of files fail, and what they should have written is lost.
    SyncFails,
}

#[derive(Debug, Clone, Default)]
struct Inode {
    /// What readers see.
    seen: Vec<u8>,
    /// What is there after a crash, in any case.
    durable: Vec<u8>,
    /// Sectors that were written since the last sync, whether that succeeded or not.
    dirty: BTreeSet<usize>,
}

#[derive(Debug, Clone)]
enum Change {
    Link(String, usize),
    Rename(String, String, usize),
    Remove(String),
}

#[derive(Debug)]
struct State {
    inodes: Vec<Inode>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    unsynced: Vec<Change>,
    chance: Random,
    trouble: Trouble,
    /// So many more changes are made before the machine stops.
    fuse: Option<u64>,
}

/// The disk. Clones are the same disk.
#[derive(Debug, Clone)]
pub struct FaultyDisk(Arc<Mutex<State>>);

impl FaultyDisk {
    pub fn new(seed: u64) -> Self {
        FaultyDisk(Arc::new(Mutex::new(State {
            inodes: Vec::new(),
            names: BTreeMap::new(),
            durable_names: BTreeMap::new(),
            unsynced: Vec::new(),
            chance: Random::new(seed),
            trouble: Trouble::None,
            fuse: None,
        })))
    }

    pub fn trouble(&self, trouble: Trouble) {
        self.state().trouble = trouble;
    }

    /// Stop the machine after so many more changes.
    pub fn fuse(&self, changes: Option<u64>) {
        self.state().fuse = changes;
    }

    /// The machine has stopped.
    pub fn is_stopped(&self) -> bool {
        self.state().fuse == Some(0)
    }

    /// Power is lost: of what was not synced, sector by sector and name by name, some is there and some is not.
    pub fn crash(&self) {
        let mut state = self.state();
        let State { inodes, chance, .. } = &mut *state;
        for inode in inodes {
            let torn = torn(inode, chance);
            *inode = Inode { seen: torn.clone(), durable: torn, dirty: BTreeSet::new() };
        }
        let mut changes = std::mem::take(&mut state.unsynced);
        // In another order than they were made, and not all.
        for at in (1..changes.len()).rev() {
            if state.chance.below(4) == 0 {
                let other = state.chance.below(at as u64 + 1) as usize;
                changes.swap(at, other);
            }
        }
        let mut names = state.durable_names.clone();
        for change in changes {
            if state.chance.below(2) == 0 {
                continue;
            }
            match change {
                Change::Link(name, inode) => drop(names.insert(name, inode)),
                Change::Remove(name) => drop(names.remove(&name)),
                Change::Rename(from, to, inode) => {
                    names.remove(&from);
                    names.insert(to, inode);
                }
            }
        }
        (state.names, state.durable_names) = (names.clone(), names);
        (state.trouble, state.fuse) = (Trouble::None, None);
    }

    /// The process ends, the machine goes on: all that was written is there.
    pub fn kill(&self) {
        let mut state = self.state();
        (state.trouble, state.fuse) = (Trouble::None, None);
    }

    /// Change one byte of what a file holds.
    pub fn flip(&self, name: &str, at: usize) {
        let mut state = self.state();
        let inode = state.names[name];
        state.inodes[inode].seen[at] ^= 0x20;
        let seen = state.inodes[inode].seen.clone();
        state.inodes[inode] = Inode { seen: seen.clone(), durable: seen, dirty: BTreeSet::new() };
    }

    /// What a file holds.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        let state = self.state();
        state.inodes[state.names[name]].seen.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

/// What is on the disk when of the sectors written since the last sync those are that `is_written` says.
fn flushed(inode: &Inode, len: usize, mut is_written: impl FnMut() -> bool) -> Vec<u8> {
    let mut bytes = vec![0; len];
    for (at, sector) in bytes.chunks_mut(SECTOR).enumerate() {
        let from =
            if inode.dirty.contains(&at) && is_written() { &inode.seen } else { &inode.durable };
        let from = from.get(at * SECTOR..).unwrap_or_default();
        let count = from.len().min(sector.len());
        sector[..count].copy_from_slice(&from[..count]);
    }
    bytes
}

fn torn(inode: &Inode, chance: &mut Random) -> Vec<u8> {
    let (one, other) = (inode.durable.len(), inode.seen.len());
    let len = one.min(other) + chance.below(one.abs_diff(other) as u64 + 1) as usize;
    flushed(inode, len, || chance.below(2) == 0)
}

impl State {
    /// One change more, if the machine has not stopped.
    fn change(&mut self) -> io::Result<()> {
        match &mut self.fuse {
            Some(0) => Err(io::Error::other("the machine has stopped")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn inode(&self, name: &str) -> io::Result<usize> {
        self.names.get(name).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Disk for FaultyDisk {
    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let mut state = self.state();
        state.change()?;
        if state.trouble == Trouble::Full && state.chance.below(2) == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let inode = match state.inode(name) {
            Ok(inode) => inode,
            Err(_) => {
                state.inodes.push(Inode::default());
                let inode = state.inodes.len() - 1;
                state.names.insert(name.into(), inode);
                state.unsynced.push(Change::Link(name.into(), inode));
                inode
            }
        };
        state.inodes[inode].seen.clear();
        Ok(Box::new(FaultyFile { disk: self.clone(), inode, at: 0 }))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let state = self.state();
        let inode = state.inode(name)?;
        let at = state.inodes[inode].seen.len();
        Ok(Box::new(FaultyFile { disk: self.clone(), inode, at }))
    }

    fn read(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        let state = self.state();
        let inode = state.inode(name)?;
        Ok(Box::new(io::Cursor::new(state.inodes[inode].seen.clone())))
    }

    fn len(&self, name: &str) -> io::Result<u64> {
        let state = self.state();
        Ok(state.inodes[state.inode(name)?].seen.len() as u64)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.state().names.keys().cloned().collect())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.state();
        state.change()?;
        let inode = state.inode(from)?;
        state.names.remove(from);
        state.names.insert(to.into(), inode);
        state.unsynced.push(Change::Rename(from.into(), to.into(), inode));
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.state();
        state.change()?;
        state.inode(name)?;
        state.names.remove(name);
        state.unsynced.push(Change::Remove(name.into()));
        Ok(())
    }

    fn sync_folder(&self) -> io::Result<()> {
        let mut state = self.state();
        state.change()?;
        state.unsynced.clear();
        state.durable_names = state.names.clone();
        Ok(())
    }

    fn path(&self, name: &str) -> String {
        format!("/faulty/{name}")
    }
}

#[derive(Debug)]
struct FaultyFile {
    disk: FaultyDisk,
    inode: usize,
    at: usize,
}

impl DiskFile for FaultyFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.disk.state();
        state.change()?;
        let is_full = state.trouble == Trouble::Full;
        let count =
            if is_full { state.chance.below(bytes.len() as u64) as usize } else { bytes.len() };
        let Inode { seen, dirty, .. } = &mut state.inodes[self.inode];
        dirty.extend(self.at / SECTOR..(self.at + count).div_ceil(SECTOR));
        if seen.len() < self.at + count {
            seen.resize(self.at + count, 0);
        }
        seen[self.at..self.at + count].copy_from_slice(&bytes[..count]);
        if is_full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.at += count;
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.disk.state();
        state.change()?;
        let fails = state.trouble == Trouble::SyncFails;
        if fails && state.chance.below(2) == 0 {
            state.trouble = Trouble::None;
        }
        let State { inodes, chance, .. } = &mut *state;
        let inode = &mut inodes[self.inode];
        if fails {
            // As Linux does: the pages count as written from now on, and some are not.
            inode.durable = torn(inode, chance);
            inode.dirty.clear();
            return Err(io::Error::other("input/output error"));
        }
        inode.durable = flushed(inode, inode.seen.len(), || true);
        inode.dirty.clear();
        Ok(())
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        state.change()?;
        state.inodes[self.inode].seen.resize(len as usize, 0);
        drop(state);
        self.at = len as usize;
        Ok(())
    }

    fn back_to(&mut self, at: u64) {
        self.at = at as usize;
    }

    fn reserve(&mut self, len: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        state.change()?;
        if state.trouble == Trouble::Full && state.chance.below(2) == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        // A small part of it shows what a large part does, and is copied sooner.
        let len = (len as usize).min(self.at + 4096);
        let seen = &mut state.inodes[self.inode].seen;
        if seen.len() < len {
            seen.resize(len, 0);
        }
        Ok(())
    }
}
