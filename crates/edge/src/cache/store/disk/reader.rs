//! The threads that read files.

use super::book::Shared;
use super::names::Number;
use crate::cache::store::memory::NotKept;
use crate::cache::store::purge::Verdict;
use crate::cache::store::{Held, file};
use bytes::Bytes;
use std::io;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};

/// A file that is to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Read {
    /// The hash of its key.
    pub hash: u64,
    /// Which it is.
    pub number: Number,
    /// Bytes of the file.
    pub bytes: u64,
}

/// Read files until there are no more to read.
pub(super) fn run(shared: &Shared, reads: &Mutex<Receiver<Read>>) {
    loop {
        let next = reads.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(read) = next else { return };
        let held = load(shared, read);
        let waiting = shared.book().loads.remove(&read.number).unwrap_or_default();
        for one in waiting {
            let _ = one.send(held.clone());
        }
    }
}

fn load(shared: &Shared, read: Read) -> Option<Arc<Held>> {
    let place = read.number.place(&shared.objects);
    let (bytes, length) = match shared.files.read(&place, read.bytes.saturating_add(1)) {
        Ok(read) => read,
        Err(error) => {
            // Removed in the meantime, or somebody else took it away.
            let was_there = shared.book().index.remove(read.hash, read.number);
            if was_there && error.kind() != io::ErrorKind::NotFound {
                shared.corrupt(None, read.number, &error);
            }
            return None;
        }
    };
    let kept = match file::read(&Bytes::from(bytes), length) {
        Ok(kept) if length == read.bytes => kept,
        Ok(_) => {
            shared.corrupt(Some(read.hash), read.number, &file::Corrupt("wrong length"));
            return None;
        }
        Err(why) => {
            shared.corrupt(Some(read.hash), read.number, &why);
            return None;
        }
    };
    let held = {
        let mut book = shared.book();
        let verdict = book.standing.verdict(kept.mark, &kept.key, &kept.stored.tags);
        let entry = book.index.get_mut(read.hash, read.number)?;
        if verdict == Verdict::Gone {
            return None;
        }
        // Every purge up to now was looked at; from here on it is a reply like any in memory.
        let held = Arc::new(Held::new(kept.key, kept.stored, shared.memory.mark()));
        if kept.is_stale || verdict == Verdict::Stale {
            held.soften();
        }
        entry.held = Arc::downgrade(&held);
        held
    };
    match shared.memory.keep(&held) {
        Ok(()) | Err(NotKept::TooLarge) => Some(held),
        // A newer one came meanwhile.
        Err(NotKept::Older | NotKept::Purged) => None,
    }
}
