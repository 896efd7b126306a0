//! The file. During an upgrade two processes append to it: each line is one write.

use super::{Entry, FILE_BYTES_MAX, RECENT_MAX};
use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Read at the start; enough for [`RECENT_MAX`] usual entries.
const TAIL_BYTES: u64 = 256 << 10;

/// Add a line, and begin a new file when this one is full.
pub fn append(path: &Path, entry: &Entry) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|about| about.len() >= FILE_BYTES_MAX) {
        fs::rename(path, before(path))?;
    }
    if let Some(folder) = path.parent() {
        base::files::create_private_folder(folder)?;
    }
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    let mut file = File::options().create(true).append(true).mode(0o600).open(path)?;
    file.write_all(&line)
}

/// The last entries of it, the oldest first. Lines that are none are passed over.
pub fn last(path: &Path) -> VecDeque<Entry> {
    let text = tail(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let entries = text.lines().filter_map(|line| serde_json::from_str(line).ok());
    let mut entries: VecDeque<Entry> = entries.collect();
    while entries.len() > RECENT_MAX {
        entries.pop_front();
    }
    entries
}

fn tail(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut bytes = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(super) fn before(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".1");
    name.into()
}
