//! The thread that looks through all files: at the start, and after purges of many.

use super::book::Shared;
use super::claim::discarded;
use super::index::{ASKS_BYTES_MAX, Entry, asks_bytes};
use super::names::{Number, SPREAD};
use super::writer::Job;
use crate::cache::store::file::{self, Corrupt, FIXED_BYTES, HEAD_BYTES_MAX, Head, Kept, STALE_AT};
use crate::cache::store::purge::{Mark, Rule, Verdict};
use base::clock;
use bytes::Bytes;
use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;
use tokio::sync::oneshot;

/// How much of a file is read at first: nearly every head fits.
const START_BYTES: u64 = 4_096;
/// So many places of the index are looked at under one lock.
const PLACES: usize = 1_000;

/// After having looked through everything the thread rests so many times as long, if that took long
/// at all.
const REST: u32 = 4;
const REST_FROM: Duration = Duration::from_millis(100);
const REST_MAX: Duration = Duration::from_secs(60);

/// A purge after which everything is to be looked through.
#[derive(Debug)]
pub(super) struct Look {
    /// It.
    pub rule: Rule,
    /// Who wants to know how many files were meant.
    pub done: Option<oneshot::Sender<u64>>,
}

/// Look through what is there, then through all after each purge, until there are no more.
pub(super) fn run(shared: &Shared, looks: &Receiver<Look>, jobs: &Sender<Job>) {
    let begun = shared.memory.mark();
    if !walk(shared) {
        return;
    }
    {
        let mut book = shared.book();
        book.is_walking = false;
        book.settle(begun);
    }
    let _ = jobs.send(Job::Settle);
    while let Ok(first) = looks.recv() {
        let mut looks: Vec<(Look, u64)> =
            std::iter::once(first).chain(looks.try_iter()).map(|look| (look, 0)).collect();
        let (begun, begun_at) = (shared.memory.mark(), clock::now());
        let is_whole = sweep(shared, &mut looks);
        for folder in discarded(shared.files.as_ref(), &shared.folder) {
            let _ = shared.files.remove_folder(&folder);
        }
        if is_whole {
            shared.book().settle(begun);
            let _ = jobs.send(Job::Settle);
        }
        for (look, count) in looks {
            look.done.map(|done| done.send(count));
        }
        rest(shared, begun_at.elapsed());
    }
}

/// Who purges all the time must not keep the disk busy all the time: the rules hold anyway.
fn rest(shared: &Shared, worked: Duration) {
    let until = clock::now() + (worked * REST).min(REST_MAX);
    while worked >= REST_FROM && clock::now() < until && !shared.is_closed.load(Relaxed) {
        std::thread::sleep(REST_FROM);
    }
}

/// Find what an earlier run left. False if not all of it was looked at.
fn walk(shared: &Shared) -> bool {
    for at in 0..SPREAD {
        let folder = shared.objects.join(Number::folder(at));
        for name in shared.files.list(&folder).unwrap_or_default() {
            if shared.is_closed.load(Relaxed) {
                return false;
            }
            if let Some((number, is_draft)) = Number::of_name(&name)
                && number < Number::before(shared.epoch)
                && number.0 % SPREAD == at
            {
                match is_draft {
                    true => drop(shared.files.remove(&folder.join(&name))),
                    false => restore(shared, number),
                }
            }
        }
    }
    for folder in discarded(shared.files.as_ref(), &shared.folder) {
        let _ = shared.files.remove_folder(&folder);
    }
    true
}

fn restore(shared: &Shared, number: Number) {
    let (kept, bytes) = match start(shared, number) {
        Ok(found) => found,
        Err(Unread::Gone) => return,
        Err(Unread::Corrupt(why)) => return shared.corrupt(None, number, &why),
        Err(Unread::Io(error)) => return shared.corrupt(None, number, &error),
    };
    let asks = kept.stored.asks;
    if kept.useless_at_ms <= clock::wall_ms() || asks_bytes(&asks) > ASKS_BYTES_MAX {
        return shared.remove(&[number]);
    }
    let mut entry = Entry::new(shared.hash(&kept.key), number, bytes, kept.useless_at_ms);
    entry.has_tags = !kept.stored.tags.is_empty();
    entry.asks = asks;
    let gone = {
        let mut book = shared.book();
        let verdict = book.standing.verdict(kept.mark, &kept.key, &kept.stored.tags);
        match verdict {
            Verdict::Gone => vec![number],
            Verdict::Keep => book.index.restore(entry),
            Verdict::Stale => {
                drop(book);
                if soften(shared, number) {
                    shared.book().index.restore(entry)
                } else {
                    vec![number]
                }
            }
        }
    };
    shared.remove(&gone);
}

/// Apply all standing purges to what is in the index. False if it was not looked through to its end.
fn sweep(shared: &Shared, looks: &mut [(Look, u64)]) -> bool {
    let mut from = Some(0);
    while let Some(at) = from {
        let (some, next) = {
            let book = shared.book();
            let only_tags = book.standing.is_for_tags_only();
            book.index.some(at, PLACES, |entry| entry.has_tags || !only_tags)
        };
        for (hash, number) in some {
            if shared.is_closed.load(Relaxed) {
                return false;
            }
            look_at(shared, hash, number, looks);
        }
        from = next;
    }
    true
}

fn look_at(shared: &Shared, hash: u64, number: Number, looks: &mut [(Look, u64)]) {
    let kept = match start(shared, number) {
        Ok((kept, _)) => kept,
        Err(Unread::Gone) => return,
        Err(Unread::Corrupt(why)) => return shared.corrupt(Some(hash), number, &why),
        Err(Unread::Io(error)) => return shared.corrupt(Some(hash), number, &error),
    };
    let (verdict, is_done) = {
        let mut book = shared.book();
        let verdict = book.standing.verdict(kept.mark, &kept.key, &kept.stored.tags);
        (verdict, verdict == Verdict::Gone && book.index.remove(hash, number))
    };
    let is_done = match verdict {
        Verdict::Keep => return,
        Verdict::Stale => !kept.is_stale && soften_or_remove(shared, hash, number),
        Verdict::Gone => is_done,
    };
    if verdict == Verdict::Gone {
        shared.remove(&[number]);
    }
    for (look, count) in looks.iter_mut().filter(|_| is_done) {
        let is_older = kept.mark < Mark(look.rule.number);
        *count += u64::from(is_older && look.rule.purge.what.is_for(&kept.key, &kept.stored.tags));
    }
}

fn soften(shared: &Shared, number: Number) -> bool {
    shared.files.set(&number.place(&shared.objects), STALE_AT, 1).is_ok()
}

fn soften_or_remove(shared: &Shared, hash: u64, number: Number) -> bool {
    if !soften(shared, number) {
        shared.book().index.remove(hash, number);
        shared.remove(&[number]);
    }
    true
}

/// Why nothing is known of a file.
enum Unread {
    /// It was removed meanwhile.
    Gone,
    Corrupt(Corrupt),
    Io(io::Error),
}

/// What the start of a file says, and how long the file is.
fn start(shared: &Shared, number: Number) -> Result<(Kept, u64), Unread> {
    let place = number.place(&shared.objects);
    let read = |bytes| match shared.files.read(&place, bytes) {
        Ok(read) => Ok(read),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Unread::Gone),
        Err(error) => Err(Unread::Io(error)),
    };
    let (mut bytes, length) = read(START_BYTES)?;
    let head = Head::read(&bytes).map_err(Unread::Corrupt)?;
    let wanted = FIXED_BYTES + head.head_bytes.min(HEAD_BYTES_MAX);
    if bytes.len() < wanted && (bytes.len() as u64) < length {
        bytes = read(wanted as u64)?.0;
    } else if bytes.len() as u64 != length {
        bytes.truncate(wanted);
    }
    let kept = file::read(&Bytes::from(bytes), length).map_err(Unread::Corrupt)?;
    Ok((kept, length))
}
