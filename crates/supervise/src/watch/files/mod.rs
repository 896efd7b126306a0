//! The folders of one app under watch.

use super::filter::Filter;
use super::settle::Settle;
use config::Watch;
use notify::event::{EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Folders watched for one app at most; more are ignored.
const FOLDERS_MAX: usize = 4_096;

/// The watched files of one app.
#[derive(Debug)]
pub struct FileWatch {
    watcher: RecommendedWatcher,
    filter: Filter,
    seen: Arc<Mutex<Seen>>,
    settle: Settle,
    folders: usize,
}

#[derive(Debug, Default)]
struct Seen {
    changed: bool,
    /// New folders, to be watched as well.
    folders: Vec<PathBuf>,
}

impl FileWatch {
    /// Begin to watch what `watch` says, but for files below `own`, which are Ostler's.
    pub fn start(watch: &Watch, own: &[&Path]) -> notify::Result<FileWatch> {
        let filter = Filter::new(watch, own);
        let seen = Arc::new(Mutex::new(Seen::default()));
        let watcher = notify::recommended_watcher({
            let (filter, seen) = (filter.clone(), seen.clone());
            move |event: notify::Result<notify::Event>| note(&filter, &seen, event)
        })?;
        let settle = Settle::new(watch.settle);
        let mut files = FileWatch { watcher, filter, seen, settle, folders: 0 };
        for root in &watch.paths {
            files.add(root)?;
        }
        Ok(files)
    }

    /// Whether a reload is due: files changed, and have been quiet for the settle time.
    pub fn is_due(&mut self, now: Instant) -> bool {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        for folder in seen.folders {
            let _ = self.add(&folder); // gone again, or no watches left: what is watched still is
        }
        if seen.changed {
            self.settle.changed(now);
        }
        self.settle.is_due(now)
    }

    fn add(&mut self, path: &Path) -> notify::Result<()> {
        if path.is_file() {
            // Editors replace files, which would end the watch of the file itself.
            let folder = path.parent().unwrap_or(path);
            return self.watcher.watch(folder, RecursiveMode::NonRecursive);
        }
        let mut open = vec![path.to_owned()];
        while let Some(path) = open.pop() {
            if self.folders >= FOLDERS_MAX {
                return Ok(());
            }
            self.watcher.watch(&path, RecursiveMode::NonRecursive)?;
            self.folders += 1;
            let entries = std::fs::read_dir(&path).into_iter().flatten().flatten();
            let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
            open.extend(folders.map(|entry| entry.path()).filter(|path| self.filter.counts(path)));
        }
        Ok(())
    }
}

/// Reading and access times are no changes.
fn note(filter: &Filter, seen: &Mutex<Seen>, event: notify::Result<notify::Event>) {
    let Ok(event) = event else { return };
    let is_change = match event.kind {
        EventKind::Create(_) | EventKind::Remove(_) => true,
        EventKind::Modify(ModifyKind::Metadata(_)) => false,
        EventKind::Modify(_) => true,
        EventKind::Access(_) | EventKind::Any | EventKind::Other => false,
    };
    let counted = event.paths.iter().filter(|path| filter.counts(path));
    let paths: Vec<&PathBuf> = counted.collect();
    if !is_change || paths.is_empty() {
        return;
    }
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    seen.changed = true;
    let folders = paths.into_iter().filter(|path| path.is_dir() && !path.is_symlink());
    if matches!(event.kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_))) {
        seen.folders.extend(folders.cloned());
    }
}

#[cfg(test)]
mod tests;
