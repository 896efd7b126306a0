//! What is written, read and removed when.

use super::journal::Journal;
use super::load::{Loaded, load};
use super::names::{self, Names};
use crate::series::block::Body;
use crate::series::file::{RecordKind, encode_keys, head, put};
use crate::series::history::{Done, History};
use crate::series::live::Settings;
use base::files::create_private_folder;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Seconds between two writes to the journal: as many are lost if this process is killed.
const JOURNAL_EVERY: u32 = 5;
/// Seconds between two looks at the folder.
const LOOK_EVERY: u32 = 60;
/// A file that was not finished may be removed after so long.
const NEW_SECONDS_MAX: u64 = 3_600;
/// Larger files are none of ours.
const FILE_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Memory for each series, at most: an hour of seconds that change each time.
const SERIES_BYTES_MAX: usize = 25_000;

/// The folder, and what this process does there.
#[derive(Debug)]
pub struct Shelf {
    settings: Settings,
    names: Names,
    journal: Option<Journal>,
    /// Blocks that were read.
    known: HashSet<PathBuf>,
    /// Journals of processes that still run, with the numbers of what was read of them.
    others: Vec<(PathBuf, Vec<u64>)>,
    /// Files that the journal makes needless once it is written.
    replaced: Vec<PathBuf>,
    seconds: u32,
}

impl Shelf {
    /// Make the folder if need be.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(settings: Settings) -> io::Result<Self> {
        create_private_folder(&settings.folder)?;
        let names = Names::new(settings.folder.clone())?;
        Ok(Shelf {
            settings,
            names,
            journal: None,
            known: HashSet::new(),
            others: Vec::new(),
            replaced: Vec::new(),
            seconds: 0,
        })
    }

    /// Take in what earlier processes left.
    pub fn load(&mut self, history: &mut History, now_ms: u64) {
        self.look(history, Some(now_ms));
        // Another process may have put a new file in the place of one between listing and reading: it writes the
        // new one before it removes the old one, so a second look finds it.
        self.look(history, Some(now_ms));
        let done = history.replay();
        for done in done {
            self.write(history, &done);
        }
        let others: HashSet<u64> =
            self.others.iter().flat_map(|(_, numbers)| numbers.iter().copied()).collect();
        self.replaced.extend(history.reopen(now_ms, &others));
        self.expire(history, now_ms);
    }

    /// After each second: write what is `done`, and what is due.
    pub fn turn(&mut self, history: &Mutex<History>, done: Vec<Done>, now_ms: u64) {
        let lock = || history.lock().unwrap_or_else(PoisonError::into_inner);
        for done in &done {
            let written = self.write_file(done);
            self.placed(&mut lock(), done, written);
        }
        self.seconds += 1;
        if done.iter().any(|done| done.tier == 0) {
            // What it held is in a block now.
            if let Some(journal) = self.journal.take() {
                self.replaced.push(journal.path);
            }
            self.note(history);
        } else if self.seconds.is_multiple_of(JOURNAL_EVERY) {
            self.note(history);
        }
        if self.seconds.is_multiple_of(LOOK_EVERY) {
            let mut history = lock();
            self.look(&mut history, None);
            self.expire(&mut history, now_ms);
        }
    }

    /// Write the last seconds. The journal stays, for the next process.
    pub fn end(&mut self, history: &Mutex<History>) {
        self.note(history);
        self.journal = None;
    }

    fn note(&mut self, history: &Mutex<History>) {
        let slice = history.lock().unwrap_or_else(PoisonError::into_inner).slice();
        let Some((samples, keys)) = slice else { return };
        let journal = match self.journal.take() {
            Some(journal) => Ok(journal),
            None => Journal::begin(self.names.journal()),
        };
        let written = journal.and_then(|mut journal| {
            // After an error the next try begins a journal of its own.
            journal.append(&samples, keys)?;
            Ok(journal)
        });
        match written {
            Ok(journal) => {
                self.journal = Some(journal);
                self.replaced.drain(..).for_each(|path| drop(fs::remove_file(path)));
            }
            Err(_) => history.lock().unwrap_or_else(PoisonError::into_inner).lost.disk += 1,
        }
    }

    fn write(&mut self, history: &mut History, done: &Done) {
        let written = self.write_file(done);
        self.placed(history, done, written);
    }

    /// Write a block to a file: its path, itself opened, where the block begins in it, and its length.
    fn write_file(&mut self, done: &Done) -> io::Result<(PathBuf, File, u64, u64)> {
        let mut bytes = head(done.tier).to_vec();
        put(&mut bytes, RecordKind::Keys, &encode_keys(&done.keys));
        let at = put(&mut bytes, RecordKind::Samples, &done.bytes);
        let (new, path) = self.names.block(done.tier);
        let written = fs::write(&new, &bytes).and_then(|()| fs::rename(&new, &path));
        if let Err(error) = written {
            let _ = fs::remove_file(&new);
            return Err(error);
        }
        let file = File::open(&path)?;
        Ok((path, file, at as u64, bytes.len() as u64))
    }

    fn placed(
        &mut self,
        history: &mut History,
        done: &Done,
        written: io::Result<(PathBuf, File, u64, u64)>,
    ) {
        match written {
            Ok((path, file, at, bytes)) => {
                self.known.insert(path.clone());
                history.place(done, Body::File(Arc::new(file), at), path, bytes);
            }
            Err(_) => history.lost.disk += 1,
        }
    }

    fn expire(&mut self, history: &mut History, now_ms: u64) {
        let memory = self.settings.series_max.saturating_mul(SERIES_BYTES_MAX);
        for gone in history.expire(now_ms, self.settings.disk_bytes_max, memory) {
            if let Some(path) = gone.file {
                self.known.remove(&path);
                let _ = fs::remove_file(path);
            }
        }
    }

    /// Read what is new in the folder. `begun`: now, if this process has recorded nothing yet.
    fn look(&mut self, history: &mut History, begun: Option<u64>) {
        let Ok(entries) = fs::read_dir(self.names.folder()) else { return };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let own = self.journal.as_ref().is_some_and(|journal| journal.path == path);
            if names::is_block(&path) && !self.known.contains(&path) {
                self.take_block(history, path);
            } else if names::is_journal(&path) && !own && !self.replaced.contains(&path) {
                self.take_journal(history, path, begun);
            } else if names::is_new(&path) && age(&path) > NEW_SECONDS_MAX {
                let _ = fs::remove_file(path);
            }
        }
        let Shelf { others, .. } = self;
        others.retain(|(path, _)| path.exists());
    }

    fn take_block(&mut self, history: &mut History, path: PathBuf) {
        let Ok(file) = File::open(&path) else { return };
        let Some(bytes) = contents(&path) else { return };
        let file = Arc::new(file);
        match load(history, &bytes, Some(&file)) {
            Some(Loaded { tier, blocks, whole: true }) if !blocks.is_empty() => {
                self.known.insert(path.clone());
                for block in blocks {
                    let block = Arc::new(block);
                    history.keep(tier, block, Some(path.clone()), bytes.len() as u64);
                }
            }
            _ => {
                // It got its name when it was finished: it will not become better.
                history.lost.corrupt += 1;
                let _ = fs::remove_file(path);
            }
        }
    }

    /// Of a process that is gone: keep what is in it. Of one that runs: read it, and come back.
    fn take_journal(&mut self, history: &mut History, path: PathBuf, begun: Option<u64>) {
        let known = self.others.iter().position(|(other, _)| *other == path);
        let Ok(file) = File::options().read(true).write(true).open(&path) else { return };
        let left = file.try_lock().is_ok();
        if known.is_some() && !left {
            return;
        }
        let Some(bytes) = contents(&path) else { return };
        let Some(loaded) = load(history, &bytes, None) else {
            // Its writer may not have come to write its head.
            if left && age(&path) > NEW_SECONDS_MAX {
                history.lost.corrupt += 1;
                let _ = fs::remove_file(path);
            }
            return;
        };
        if let Some((_, numbers)) = known.map(|at| self.others.remove(at)) {
            history.let_go(&numbers);
        }
        let merged = history.merge(&loaded.blocks);
        let mut numbers = Vec::new();
        for (bytes, block) in merged {
            let number = history.keep(0, block.clone(), None, 0);
            numbers.push(number);
            // What is still open goes on in this process's journal.
            let goes_on = begun.is_some_and(|now_ms| History::is_open(&block, now_ms));
            if left && !goes_on {
                let keys = history.keys(block.ids());
                self.write(history, &Done { tier: 0, number, bytes, keys });
            }
        }
        if left {
            self.replaced.push(path);
        } else {
            self.others.push((path, numbers));
        }
    }
}

fn contents(path: &Path) -> Option<Vec<u8>> {
    let length = fs::metadata(path).ok()?.len();
    if length > FILE_BYTES_MAX { None } else { fs::read(path).ok() }
}

/// Seconds since a file was written; 0 if that is not known.
fn age(path: &Path) -> u64 {
    let modified = fs::metadata(path).and_then(|metadata| metadata.modified());
    let age = modified.ok().and_then(|at| at.elapsed().ok());
    age.map_or(0, |age| age.as_secs())
}
