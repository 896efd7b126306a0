//! The file operations of the disk tier. Tests put a faulty disk in their place.

use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::Path;

/// What can be done with files. Nothing of it may be called where requests wait.
pub(super) trait Files: Debug + Send + Sync {
    /// Make a file of these parts, in the place of one that may be there.
    fn write(&self, path: &Path, parts: &[&[u8]]) -> io::Result<()>;
    /// Give a file another name, in the place of what has that name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// At most so many bytes of a file's start, and how long the file is.
    fn read(&self, path: &Path, bytes_max: u64) -> io::Result<(Vec<u8>, u64)>;
    /// Remove a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Change one byte of a file.
    fn set(&self, path: &Path, at: u64, byte: u8) -> io::Result<()>;
    /// Write behind the end of a file, making it if need be; return when that is on the disk.
    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Write as [`Files::write`] by way of a neighbour, and return when that is on the disk.
    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// The names in a folder.
    fn list(&self, path: &Path) -> io::Result<Vec<String>>;
    /// Make a folder and those above it.
    fn make_folder(&self, path: &Path) -> io::Result<()>;
    /// Remove a folder and all that is in it.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
}

/// The files of the machine.
#[derive(Debug)]
pub(super) struct RealFiles;

/// Replies may be private to whoever runs Ostler.
const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;

impl Files for RealFiles {
    fn write(&self, path: &Path, parts: &[&[u8]]) -> io::Result<()> {
        let mut file = options().write(true).create(true).truncate(true).open(path)?;
        parts.iter().try_for_each(|part| file.write_all(part))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn read(&self, path: &Path, bytes_max: u64) -> io::Result<(Vec<u8>, u64)> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut bytes = Vec::with_capacity(usize::try_from(length.min(bytes_max)).unwrap_or(0));
        file.take(bytes_max).read_to_end(&mut bytes)?;
        Ok((bytes, length))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn set(&self, path: &Path, at: u64, byte: u8) -> io::Result<()> {
        options().write(true).open(path)?.write_all_at(&[byte], at)
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = options().append(true).create(true).open(path)?;
        let before = file.metadata()?.len();
        let written = file.write_all(bytes).and_then(|()| file.sync_data());
        if written.is_err() {
            // Half a record in the middle would make those behind it unreadable.
            file.set_len(before)?;
        }
        written
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let draft = path.with_extension("new");
        let mut file = options().write(true).create(true).truncate(true).open(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(draft, path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let names = fs::read_dir(path)?.map(|entry| Ok(entry?.file_name().into_string().ok()));
        names.filter_map(io::Result::transpose).collect()
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(FILE_MODE);
    options
}
