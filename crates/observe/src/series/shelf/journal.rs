//! The youngest seconds on disk.

use crate::series::file::{RecordKind, encode_keys, head, put};
use crate::series::key::Key;
use crate::series::registry::Id;
use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::Arc;

/// A journal that this process writes.
#[derive(Debug)]
pub struct Journal {
    file: File,
    /// Where it lies.
    pub path: PathBuf,
    told: HashSet<Id>,
}

impl Journal {
    /// Begin one, locked as long as it is open.
    pub fn begin(path: PathBuf) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(0o600).open(&path)?;
        file.lock()?;
        file.write_all(&head(0))?;
        Ok(Journal { file, path, told: HashSet::new() })
    }

    /// Append some seconds; the keys of series that it does not know yet before them.
    pub fn append(&mut self, samples: &[u8], keys: Vec<(Id, Arc<Key>)>) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(samples.len() + 64);
        let new: Vec<_> = keys.into_iter().filter(|(id, _)| self.told.insert(*id)).collect();
        if !new.is_empty() {
            put(&mut bytes, RecordKind::Keys, &encode_keys(&new));
        }
        put(&mut bytes, RecordKind::Samples, samples);
        self.file.write_all(&bytes)
    }
}
