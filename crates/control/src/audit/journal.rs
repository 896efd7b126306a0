use super::{Entry, RECENT_MAX, file};
use crate::gate::Caller;
use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Entries that may wait for the disk. Further ones are only in memory.
const WAITING_MAX: usize = 1_024;
/// At the end the disk is waited for so long.
const FINISH_WAIT: Duration = Duration::from_secs(1);

/// Takes entries.
#[derive(Debug)]
pub struct Journal {
    /// The oldest first.
    recent: Mutex<VecDeque<Entry>>,
    writer: Mutex<Option<Writer>>,
}

/// The thread that writes them.
#[derive(Debug)]
struct Writer {
    entries: SyncSender<Entry>,
    ended: Receiver<()>,
}

impl Entry {
    /// An entry about now.
    pub fn new(caller: &Caller, action: &str, detail: serde_json::Value, outcome: &str) -> Self {
        Entry {
            at_ms: base::clock::wall_ms(),
            user: caller.user.clone(),
            role: caller.role,
            via: caller.via,
            from: caller.from.clone(),
            action: action.into(),
            detail,
            outcome: outcome.into(),
        }
    }
}

impl Journal {
    /// One that goes on with this file; None: only in memory.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub fn open(path: Option<PathBuf>) -> io::Result<Self> {
        let Some(path) = path else {
            return Ok(Journal { recent: Mutex::default(), writer: Mutex::default() });
        };
        let recent = Mutex::new(file::last(&path));
        let (sender, entries) = sync_channel::<Entry>(WAITING_MAX);
        let (end, ended) = sync_channel(1);
        std::thread::Builder::new().name("audit".into()).spawn(move || {
            for entry in entries {
                // A full disk must not keep anybody from acting: the entry is in memory.
                let _ = file::append(&path, &entry);
            }
            let _ = end.send(());
        })?;
        Ok(Journal { recent, writer: Mutex::new(Some(Writer { entries: sender, ended })) })
    }

    /// Remember it.
    pub fn note(&self, entry: Entry) {
        if let Some(writer) = &*self.writer.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = writer.entries.try_send(entry.clone());
        }
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.len() >= RECENT_MAX {
            recent.pop_front();
        }
        recent.push_back(entry);
    }

    /// Wait a moment for what is not yet on disk. Entries that come later stay in memory.
    pub fn finish(&self) {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Writer { entries, ended }) = writer {
            drop(entries);
            let _ = ended.recv_timeout(FINISH_WAIT);
        }
    }

    /// The last `most` entries, the newest first.
    pub fn last(&self, most: usize) -> Vec<Entry> {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.iter().rev().take(most).cloned().collect()
    }
}
