//! One file that is appended to, rotated by size and age: `web.log` becomes `web.1.log`.

use config::Log;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How often it is seen to that the open file is still the one of that name.
const LOOK: Duration = Duration::from_secs(1);

/// When a file is rotated, and how many are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    bytes: u64,
    age: Duration,
    keep: u32,
}

/// A file that is opened when first written to, and again after a failure.
#[derive(Debug)]
pub struct Rotated {
    path: PathBuf,
    limits: Limits,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    file: File,
    bytes: u64,
    /// Since the Unix epoch.
    began: Duration,
    /// When its name was last looked at.
    looked: Duration,
    /// The last write ended in the middle of a line.
    is_torn: bool,
}

impl Limits {
    /// As `[log]` says.
    pub fn new(log: &Log) -> Self {
        Limits { bytes: log.rotate_bytes.max(1), age: log.rotate_age, keep: log.keep }
    }
}

impl Rotated {
    /// The file at `path`; its folder is made if need be.
    pub fn new(path: PathBuf, limits: Limits) -> Self {
        Rotated { path, limits, open: None }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its own name and those that it is rotated to.
    pub fn names(&self) -> impl Iterator<Item = PathBuf> {
        let rotated = (1..=self.limits.keep).map(|number| numbered(&self.path, number));
        std::iter::once(self.path.clone()).chain(rotated)
    }

    /// Open it, to learn whether that works.
    ///
    /// # Errors
    /// When the folder or the file cannot be made or opened.
    pub fn open(&mut self) -> io::Result<()> {
        self.opened(base::clock::wall()).map(drop)
    }

    /// Append whole lines.
    ///
    /// # Errors
    /// When the file, or the names it is rotated to, cannot be written. Some of `lines` may be in
    /// it then; the next call begins a new line, and tries again from the start.
    pub fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        let now = base::clock::wall();
        // Somebody removed or renamed it: what is written would be lost, or go astray.
        if self.open.as_mut().is_some_and(|open| open.is_astray(&self.path, now)) {
            self.open = None;
        }
        if let Some(open) = &self.open {
            let full = open.bytes + lines.len() as u64 > self.limits.bytes && open.bytes > 0;
            let old = now.saturating_sub(open.began) > self.limits.age && open.bytes > 0;
            if full || old {
                self.open = None;
                rotate(&self.path, self.limits.keep)?;
            }
        }
        let result = self.opened(now)?.write(lines);
        if result.is_err() {
            self.open = self.open.take().filter(|open| open.is_torn);
        }
        result
    }

    fn opened(&mut self, now: Duration) -> io::Result<&mut Open> {
        Ok(match &mut self.open {
            Some(open) => open,
            closed => closed.insert(reopen(&self.path, now)?),
        })
    }

    #[cfg(test)]
    pub(super) fn began(&mut self, at: Duration) {
        self.open.iter_mut().for_each(|open| (open.began, open.looked) = (at, Duration::ZERO));
    }
}

impl Open {
    fn is_astray(&mut self, path: &Path, now: Duration) -> bool {
        if now.abs_diff(self.looked) < LOOK {
            return false;
        }
        self.looked = now;
        let id = |meta: std::fs::Metadata| (meta.dev(), meta.ino());
        let there = std::fs::metadata(path).map(id).ok();
        there.is_none() || there != self.file.metadata().map(id).ok()
    }

    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        let torn: &[u8] = if self.is_torn { b"\n" } else { b"" };
        let whole = [torn, lines].concat();
        let mut rest = &whole[..];
        while !rest.is_empty() {
            let written = match self.file.write(rest) {
                Ok(0) => Err(io::ErrorKind::WriteZero.into()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                result => result,
            };
            let count = written.inspect_err(|_| self.is_torn |= rest.len() < whole.len())?;
            self.bytes += count as u64;
            rest = rest.get(count..).unwrap_or_default();
        }
        self.is_torn = false;
        Ok(())
    }
}

fn reopen(path: &Path, now: Duration) -> io::Result<Open> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let file = base::files::append(path)?;
    let meta = file.metadata()?;
    // Most file systems know when a file was made; where not, its age counts from here.
    let made = meta.created().ok().filter(|_| meta.len() > 0);
    let began = made.and_then(|made| made.duration_since(SystemTime::UNIX_EPOCH).ok());
    Ok(Open { file, bytes: meta.len(), began: began.unwrap_or(now), looked: now, is_torn: false })
}

/// `app.log` becomes `app.1.log`, `app.1.log` becomes `app.2.log`, and so on; the last is removed.
fn rotate(path: &Path, keep: u32) -> io::Result<()> {
    if keep == 0 {
        return std::fs::remove_file(path);
    }
    for number in (1..keep).rev() {
        match std::fs::rename(numbered(path, number), numbered(path, number + 1)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    std::fs::rename(path, numbered(path, 1))
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.file_stem().map_or_else(OsString::new, OsString::from);
    name.push(format!(".{number}"));
    if let Some(ending) = path.extension() {
        name.push(".");
        name.push(ending);
    }
    path.with_file_name(name)
}
