//! The parts on disk. Another process may add to the same folder while an upgrade is under way.

use super::part::{Part, times};
use super::write::{Numbers, Writer};
use rustix::fs::{FlockOperation, flock};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The parts of one folder.
#[derive(Debug)]
pub struct Shelf {
    /// The folder.
    pub root: PathBuf,
    /// Numbers of files of this process.
    pub numbers: Numbers,
    indexes_bytes: Arc<AtomicUsize>,
    parts: Mutex<Vec<Arc<Part>>>,
    /// Held by the one process that merges and removes.
    keeper: Mutex<Option<File>>,
}

impl Shelf {
    /// The parts in `root`, which is made if need be.
    ///
    /// # Errors
    /// When it can neither be made nor read.
    pub fn open(root: &Path) -> io::Result<Self> {
        base::files::create_private_folder(&root.join("wal"))?;
        Shelf::look(root)
    }

    /// The parts in `root`, in which nothing is changed.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn look(root: &Path) -> io::Result<Self> {
        let shelf = Shelf {
            root: root.into(),
            numbers: Numbers::default(),
            indexes_bytes: Arc::default(),
            parts: Mutex::default(),
            keeper: Mutex::default(),
        };
        shelf.rescan()?;
        Ok(shelf)
    }

    /// The folder of the files beside what is in memory.
    pub fn wal(&self) -> PathBuf {
        self.root.join("wal")
    }

    fn list(&self) -> MutexGuard<'_, Vec<Arc<Part>>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All parts, in no order.
    pub fn parts(&self) -> Vec<Arc<Part>> {
        self.list().clone()
    }

    /// Bytes on disk.
    pub fn bytes(&self) -> u64 {
        self.list().iter().map(|part| part.bytes).sum()
    }

    /// Lines on disk.
    pub fn rows(&self) -> u64 {
        self.list().iter().map(|part| part.rows).sum()
    }

    /// Begin a part.
    ///
    /// # Errors
    /// When no file can be made.
    pub fn begin(&self) -> io::Result<Writer> {
        Writer::new(&self.root, &self.numbers)
    }

    /// End a part, and have it safe on disk. It is not among the others before [`Shelf::place`].
    ///
    /// # Errors
    /// When it cannot be written: nothing has changed then.
    pub fn finish(&self, writer: Writer, replaces: &[Arc<Part>]) -> io::Result<Arc<Part>> {
        let names: Vec<String> = replaces.iter().map(|part| part.name.clone()).collect();
        writer.finish(&self.root, &self.numbers, &names, &self.indexes_bytes).map(Arc::new)
    }

    /// Put a part among the others, in the place of those that it replaces.
    pub fn place(&self, part: Arc<Part>, replaces: &[Arc<Part>]) {
        {
            let mut list = self.list();
            list.retain(|part| !replaces.iter().any(|old| old.name == part.name));
            list.push(part);
        }
        replaces.iter().for_each(|part| drop(fs::remove_file(&part.path)));
    }

    /// Remove a part.
    pub fn remove(&self, part: &Part) {
        self.list().retain(|known| known.name != part.name);
        let _ = fs::remove_file(&part.path);
        // The folder of the day goes with its last part.
        if let Some(day) = part.path.parent() {
            let _ = fs::remove_dir(day);
        }
    }

    /// Look again which parts there are: another process may have added some, or merged them.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn rescan(&self) -> io::Result<()> {
        let mut found: HashSet<String> = HashSet::new();
        let known: HashSet<String> = self.list().iter().map(|part| part.name.clone()).collect();
        let mut new = Vec::new();
        for day in fs::read_dir(&self.root)?.flatten() {
            if !day.file_type().is_ok_and(|kind| kind.is_dir()) || day.file_name() == "wal" {
                continue;
            }
            for file in fs::read_dir(day.path())?.flatten() {
                let name = file.file_name().to_string_lossy().into_owned();
                if times(&name).is_none() {
                    continue;
                }
                if !known.contains(&name) {
                    // A damaged file stays where it is, for who wants to look at it.
                    new.extend(Part::open(&file.path(), &self.indexes_bytes).ok().map(Arc::new));
                }
                found.insert(name);
            }
        }
        let mut list = self.list();
        list.retain(|part| found.contains(&part.name) || !known.contains(&part.name));
        for part in new {
            if !list.iter().any(|known| known.name == part.name) {
                list.push(part);
            }
        }
        let replaced: HashSet<String> =
            list.iter().flat_map(|part| part.replaces.iter().cloned()).collect();
        list.retain(|part| !replaced.contains(&part.name));
        Ok(())
    }

    /// This process is the one that merges and removes, until its end.
    pub fn is_keeper(&self) -> bool {
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        if keeper.is_none() {
            let file = File::create(self.root.join("keeper.lock"));
            let locked = file.and_then(|file| {
                flock(&file, FlockOperation::NonBlockingLockExclusive)?;
                Ok(file)
            });
            *keeper = locked.ok();
        }
        keeper.is_some()
    }

    /// Remove what a process that was killed left half done. Only for the keeper.
    pub fn sweep(&self) {
        let parts = self.parts();
        let replaced: HashSet<&str> =
            parts.iter().flat_map(|part| part.replaces.iter().map(String::as_str)).collect();
        let days = fs::read_dir(&self.root).into_iter().flatten().flatten();
        for entry in days {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let pid = name
                .strip_suffix(".tmp")
                .and_then(|name| name.split('-').next())
                .map(str::to_owned);
            if let Some(pid) = pid {
                if !Path::new("/proc").join(pid).exists() {
                    let _ = fs::remove_file(&path);
                }
            } else if name != "wal" {
                for file in fs::read_dir(&path).into_iter().flatten().flatten() {
                    if replaced.contains(&*file.file_name().to_string_lossy()) {
                        let _ = fs::remove_file(file.path());
                    }
                }
            }
        }
    }

    /// Remove the oldest parts until the rest take no more than `bytes_max`, and those that end before `oldest_ms`.
    /// Returns how many lines went.
    pub fn limit(&self, bytes_max: u64, oldest_ms: u64) -> u64 {
        let mut parts = self.parts();
        parts.sort_by_key(|part| (part.until_ms, part.from_ms));
        let mut bytes: u64 = parts.iter().map(|part| part.bytes).sum();
        let mut rows = 0;
        for part in parts {
            if bytes <= bytes_max && part.until_ms >= oldest_ms {
                continue;
            }
            bytes -= part.bytes;
            rows += part.rows;
            self.remove(&part);
        }
        rows
    }

    /// Forget the indexes that were read: a search reads them again.
    pub fn forget_indexes(&self) {
        self.parts().iter().for_each(|part| part.forget());
    }
}
