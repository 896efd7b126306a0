//! A folder of the file system, owned by one process at a time.

use super::{Disk, DiskFile};
use rustix::fs::{FallocateFlags, FlockOperation};
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The file whose lock shows that somebody uses the folder. It holds the owner's process id.
const LOCK: &str = "LOCK";

/// A folder that this process alone uses.
#[derive(Debug)]
pub struct FileDisk {
    folder: PathBuf,
    /// Open for the lock on it, which ends with the process however that ends.
    _lock: File,
}

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process uses it.
    #[error(
        "{folder} is in use by {owner}: two stores cannot share a folder. Stop the other one, or give \
         this one another [store] folder",
        folder = folder.display()
    )]
    Taken {
        /// The folder.
        folder: PathBuf,
        /// `process 123`, or what is known of it.
        owner: String,
    },
    /// It cannot be made or opened.
    #[error("cannot use {} for the store: {cause}", path.display())]
    Io {
        /// What was to be used.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
}

impl FileDisk {
    /// Make the folder if need be, for its owner alone, and lock it.
    pub fn open(folder: &Path) -> Result<FileDisk, LockError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |cause| LockError::Io { path, cause }
        };
        base::files::create_private_folder(folder).map_err(failed(folder))?;
        let path = folder.join(LOCK);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let lock = options.open(&path).map_err(failed(&path))?;
        match rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Err(LockError::Taken { folder: folder.to_owned(), owner: owner(lock) });
            }
            Err(error) => return Err(failed(&path)(error.into())),
        }
        let note = || {
            lock.set_len(0)?;
            lock.write_all_at(format!("{}\n", std::process::id()).as_bytes(), 0)
        };
        // Only for messages: a full disk is no reason not to start.
        let _ = note();
        Ok(FileDisk { folder: folder.to_owned(), _lock: lock })
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn owner(mut lock: File) -> String {
    let mut text = String::new();
    let _ = lock.by_ref().take(32).read_to_string(&mut text);
    match text.trim().parse::<u32>() {
        Ok(id) => format!("process {id}"),
        Err(_) => "another process".into(),
    }
}

impl Disk for FileDisk {
    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let path = self.at(name);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true).mode(0o600);
        let file = options.open(&path).map_err(named("create", &path))?;
        Ok(Box::new(Appended { file, path, at: 0 }))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let path = self.at(name);
        let file = OpenOptions::new().read(true).write(true).open(&path);
        let file = file.map_err(named("open", &path))?;
        let at = file.metadata().map_err(named("look at", &path))?.len();
        Ok(Box::new(Appended { file, path, at }))
    }

    fn read(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        let path = self.at(name);
        Ok(Box::new(File::open(&path).map_err(named("read", &path))?))
    }

    fn len(&self, name: &str) -> io::Result<u64> {
        let path = self.at(name);
        Ok(std::fs::metadata(&path).map_err(named("look at", &path))?.len())
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let entries = std::fs::read_dir(&self.folder).map_err(named("list", &self.folder))?;
        let names = entries.map(|entry| Ok(entry?.file_name().into_string().ok()));
        let names: io::Result<Vec<Option<String>>> = names.collect();
        Ok(names.map_err(named("list", &self.folder))?.into_iter().flatten().collect())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let to = self.at(to);
        std::fs::rename(self.at(from), &to).map_err(named("replace", &to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let path = self.at(name);
        std::fs::remove_file(&path).map_err(named("remove", &path))
    }

    fn sync_folder(&self) -> io::Result<()> {
        let sync = || File::open(&self.folder)?.sync_all();
        sync().map_err(named("sync", &self.folder))
    }

    fn path(&self, name: &str) -> String {
        self.at(name).display().to_string()
    }
}

/// A file and where to go on in it.
#[derive(Debug)]
struct Appended {
    file: File,
    path: PathBuf,
    at: u64,
}

impl DiskFile for Appended {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        // By place, so that what was reserved is written over.
        self.file.write_all_at(bytes, self.at).map_err(named("write", &self.path))?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data().map_err(named("sync", &self.path))
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.file.set_len(len).map_err(named("cut", &self.path))?;
        self.at = len;
        Ok(())
    }

    fn back_to(&mut self, at: u64) {
        self.at = at;
    }

    fn reserve(&mut self, len: u64) -> io::Result<()> {
        use rustix::io::Errno;
        match rustix::fs::fallocate(&self.file, FallocateFlags::empty(), 0, len) {
            // Not every file system can; then room is found, or missed, by each write.
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS) => Ok(()),
            Err(error) => Err(named("reserve room for", &self.path)(error.into())),
        }
    }
}

/// Says what was tried with which file, and keeps what kind of error it is.
fn named(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> io::Error {
    let path = path.to_owned();
    move |error| {
        let kind = match error.raw_os_error() {
            Some(code) if code == rustix::io::Errno::NOSPC.raw_os_error() => {
                io::ErrorKind::StorageFull
            }
            Some(code) if code == rustix::io::Errno::DQUOT.raw_os_error() => {
                io::ErrorKind::QuotaExceeded
            }
            _ => error.kind(),
        };
        io::Error::new(kind, format!("cannot {action} {}: {error}", path.display()))
    }
}
