//! What the log asks of a folder and of a file.

use std::fmt::Debug;
use std::io::{self, Read};

/// A folder.
pub trait Disk: Send + Sync + Debug {
    /// A new empty file in place of what has that name.
    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;

    /// A file that exists, to be cut or written on behind its end.
    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;

    /// A file from its start.
    fn read(&self, name: &str) -> io::Result<Box<dyn Read + Send>>;

    /// Length of a file in bytes.
    fn len(&self, name: &str) -> io::Result<u64>;

    /// The names of all files.
    fn list(&self) -> io::Result<Vec<String>>;

    /// Give a file another name, in place of what has that name.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Remove a file.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Return when all that was created, renamed and removed is so after a loss of power too.
    fn sync_folder(&self) -> io::Result<()>;

    /// The path of a file, for messages.
    fn path(&self, name: &str) -> String;
}

/// A file that is written from its start to its end.
pub trait DiskFile: Send + Debug {
    /// Write behind what was written before. After an error some of it may have been written.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Return when all that was written is there after a loss of power too.
    fn sync(&mut self) -> io::Result<()>;

    /// Give up what lies behind the first `len` bytes, and go on there.
    fn cut(&mut self, len: u64) -> io::Result<()>;

    /// Write on at byte `at`, over what is there.
    fn back_to(&mut self, at: u64);

    /// Have room for so many bytes in all; the file may read as zeros there until they are written.
    fn reserve(&mut self, len: u64) -> io::Result<()>;
}

/// The whole of a file.
pub fn read_all(disk: &dyn Disk, name: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    disk.read(name)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Put `bytes` in the place of the file `name` such that after a crash it is the old or the new one, whole.
pub fn replace(disk: &dyn Disk, name: &str, bytes: &[u8]) -> io::Result<()> {
    let new = format!("{name}.new");
    let mut file = disk.create(&new)?;
    file.append(bytes)?;
    file.sync()?;
    disk.rename(&new, name)?;
    disk.sync_folder()
}
