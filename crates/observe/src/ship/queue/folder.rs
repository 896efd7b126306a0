use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Names tried for a new folder before giving up.
const TRIES_MAX: u32 = 100;
const LOCK: &str = "lock";
/// The ending of segments.
const ENDING: &str = "queue";

/// A folder of segments whose lock this process holds.
#[derive(Debug)]
pub struct Folder {
    pub path: PathBuf,
    /// Held as long as it is open.
    _lock: File,
}

impl Folder {
    /// A new one below `parent`, for this process.
    pub fn create(parent: &Path, at_ms: u64) -> io::Result<Self> {
        base::files::create_private_folder(parent)?;
        let process = std::process::id();
        for attempt in 0..TRIES_MAX {
            // Sorts by time. Another process may take a new folder for one that was left, and remove it.
            let path = parent.join(format!("{at_ms:016}-{process}-{attempt}"));
            match std::fs::create_dir(&path) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            }
            match Folder::lock(&path, true) {
                Ok(Some(folder)) => return Ok(folder),
                Ok(None) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        let text = format!("cannot make a folder of its own in {}", parent.display());
        Err(io::Error::new(io::ErrorKind::AlreadyExists, text))
    }

    /// Lock an existing one. None: somebody else has it, or has removed it.
    fn lock(path: &Path, create: bool) -> io::Result<Option<Self>> {
        let file = path.join(LOCK);
        let lock =
            File::options().read(true).write(true).create(create).truncate(false).open(&file)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let is_same = std::fs::metadata(&file).is_ok_and(|now| {
            lock.metadata().is_ok_and(|mine| (now.dev(), now.ino()) == (mine.dev(), mine.ino()))
        });
        Ok(is_same.then(|| Folder { path: path.into(), _lock: lock }))
    }

    /// Those below `parent` that a process left which has ended, oldest first.
    pub fn left(parent: &Path) -> Vec<Folder> {
        let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        let lock = |path: &PathBuf| Folder::lock(path, true).ok().flatten();
        paths.iter().filter_map(lock).collect()
    }

    /// Its segments, oldest first.
    pub fn segments(&self) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(&self.path) else { return Vec::new() };
        let is_segment = |path: &PathBuf| path.extension().is_some_and(|ending| ending == ENDING);
        let mut paths: Vec<PathBuf> =
            entries.flatten().map(|entry| entry.path()).filter(is_segment).collect();
        paths.sort();
        paths
    }

    /// The path of the segment with this number.
    pub fn segment(&self, number: u64) -> PathBuf {
        self.path.join(format!("{number:016}.{ENDING}"))
    }

    /// Remove it with what is in it.
    pub fn remove(self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
