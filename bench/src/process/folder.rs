//! A temporary folder that is removed when it is no longer needed.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Removed, with all that is in it, when dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// A new empty folder with a short path: unix sockets lie in it. Others may look inside, since
    /// nginx's workers run as another user when it is started as root.
    pub fn new(name: &str) -> Result<Self> {
        let unique = base::clock::monotonic_ns() % 1_000_000_000;
        let path = std::env::temp_dir().join(format!("ostler-bench-{name}-{unique}"));
        std::fs::create_dir(&path).with_context(|| format!("cannot create {}", path.display()))?;
        Ok(Folder(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Write a file in it and return its path.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<PathBuf> {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left in the machine's temporary folder does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
