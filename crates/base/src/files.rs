//! File operations whose errors name the path and what was tried.

use std::fmt::Display;
use std::path::Path;
use std::{fs, io};

fn named(error: io::Error, action: impl Display, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("cannot {action} {}: {error}", path.display()))
}

/// Read a whole text file.
pub fn read_text(path: &Path) -> io::Result<String> {
    fs::read_to_string(path).map_err(|error| named(error, "read", path))
}

/// Write a file by way of a temporary neighbour and a rename, so that nobody sees half of it.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = Path::new(&name);
    fs::write(new, bytes).map_err(|error| named(error, "write", new))?;
    fs::rename(new, path).map_err(|error| named(error, "replace", path))
}

/// Create a folder and all its parents, readable by the owner only.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let result = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    result.map_err(|error| named(error, "create the folder", path))
}

/// Open a file for appending, creating it if need be.
pub fn append(path: &Path) -> io::Result<fs::File> {
    let file = fs::OpenOptions::new().create(true).append(true).open(path);
    file.map_err(|error| named(error, "append to", path))
}
