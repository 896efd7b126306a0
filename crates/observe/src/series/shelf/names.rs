//! Names of files, unique among all processes that ever used the folder.

use std::path::{Path, PathBuf};

const BLOCK: &str = "block";
const JOURNAL: &str = "journal";
/// What is being written under its own name next.
const NEW: &str = "new";

/// Makes names.
#[derive(Debug)]
pub struct Names {
    folder: PathBuf,
    process: String,
    count: u64,
}

impl Names {
    /// For files of this process; in containers all have the same number, so chance names it.
    ///
    /// # Errors
    /// When the system gives no chance.
    pub fn new(folder: PathBuf) -> std::io::Result<Self> {
        let process = format!("{:016x}", u64::from_le_bytes(base::random::secret()?));
        Ok(Names { folder, process, count: 0 })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// For a block: the name under which it is written, and the one that it gets.
    pub fn block(&mut self, tier: usize) -> (PathBuf, PathBuf) {
        let name = self.next(&format!("tier{tier}"));
        (self.path(&name, NEW), self.path(&name, BLOCK))
    }

    /// For a journal.
    pub fn journal(&mut self) -> PathBuf {
        let name = self.next("seconds");
        self.path(&name, JOURNAL)
    }

    fn next(&mut self, what: &str) -> String {
        self.count += 1;
        format!("{what}-{}-{}", self.process, self.count)
    }

    fn path(&self, name: &str, extension: &str) -> PathBuf {
        self.folder.join(format!("{name}.{extension}"))
    }
}

/// Whether it is a block.
pub fn is_block(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == BLOCK)
}

/// Whether it is a journal.
pub fn is_journal(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == JOURNAL)
}

/// Whether it is what a process did not finish.
pub fn is_new(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == NEW)
}
