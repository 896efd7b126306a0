//! The thread that writes and removes files.

use super::book::Shared;
use super::claim;
use super::index::Entry;
use super::journal;
use super::names::Number;
use crate::cache::store::purge::{Rule, Verdict};
use crate::cache::store::{Held, file};
use base::clock;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::Receiver;
use tokio::sync::oneshot;

/// What the thread is to do.
#[derive(Debug)]
pub(super) enum Job {
    /// Write a reply.
    Keep(Arc<Held>),
    /// Remove files that the index does not have any more.
    Remove(Vec<Number>),
    /// Note a purge in the journal, or remove everything if that cannot be done; and remove files.
    Purge { rule: Option<Rule>, gone: Vec<Number>, done: Option<Done> },
    /// Remove everything.
    Clear { rule: Rule, done: Option<Done> },
    /// Purges are done: leave them out of the journal.
    Settle,
    /// There is nothing more.
    Close(oneshot::Sender<()>),
}

/// Who waits for a purge.
pub(super) type Done = oneshot::Sender<io::Result<()>>;

/// Carry out jobs until there are no more.
pub(super) fn run(shared: &Shared, jobs: &Receiver<Job>) {
    while let Ok(job) = jobs.recv() {
        match job {
            Job::Keep(held) => keep(shared, &held),
            Job::Remove(numbers) => shared.remove(&numbers),
            Job::Purge { rule, gone, done } => {
                shared.remove(&gone);
                answer(done, rule.map_or(Ok(()), |rule| note(shared, &rule)));
            }
            Job::Clear { rule, done } => answer(done, clear(shared, &rule)),
            Job::Settle => settle(shared),
            Job::Close(done) => {
                let _ = done.send(());
                return;
            }
        }
    }
}

fn answer(done: Option<Done>, result: io::Result<()>) {
    if let Some(done) = done {
        let _ = done.send(result);
    }
}

fn keep(shared: &Shared, held: &Held) {
    let weight = held.bytes();
    if shared.trouble().is_paused(clock::now()) {
        shared.counts.refused.add(1);
    } else if let Err(error) = write(shared, held) {
        shared.counts.refused.add(1);
        shared.refused(&error);
    } else if let Some(text) = shared.trouble().wrote() {
        shared.news.say(&text);
    }
    shared.queued_bytes.fetch_sub(weight, Relaxed);
}

fn write(shared: &Shared, held: &Held) -> io::Result<()> {
    let stored = held.stored();
    let (is_stale, useless_at_ms) = (held.is_purged(), super::tier::useless_at_ms(stored));
    let head = file::write(held.key(), stored, held.mark(), is_stale, useless_at_ms);
    let Some(head) = head else { return Ok(()) };
    let bytes = (head.len() + stored.body.len()) as u64;
    if !shared.book().has_room(bytes) {
        return Ok(());
    }
    let number = shared.number();
    let (draft, place) = (number.draft(&shared.objects), number.place(&shared.objects));
    if let Err(error) = shared.files.write(&draft, &[&head, &stored.body]) {
        let _ = shared.files.remove(&draft);
        return Err(error);
    }
    let hash = shared.hash(held.key());
    let mut entry = Entry::new(hash, number, bytes, useless_at_ms);
    entry.asks.clone_from(&stored.asks);
    entry.has_tags = !stored.tags.is_empty();
    entry.is_placed = false;
    let keeps = || {
        let verdict = shared.memory.verdict(held.mark(), held.key(), &stored.tags);
        verdict == Verdict::Keep || (verdict == Verdict::Stale && is_stale)
    };
    // First the index, then the file, then the purges once more. Whoever purges meanwhile takes it out
    // of the index, and its file is removed by this thread, afterwards; or has a rule that holds here.
    let gone = shared.book().add(entry);
    shared.remove(&gone);
    let renamed = shared.files.rename(&draft, &place);
    let is_kept = {
        let mut book = shared.book();
        let is_meant = renamed.is_ok() && keeps();
        match book.index.get_mut(hash, number) {
            Some(entry) if is_meant => {
                entry.is_placed = true;
                true
            }
            Some(_) => !book.index.remove(hash, number),
            None => false,
        }
    };
    if !is_kept {
        let _ = shared.files.remove(if renamed.is_ok() { &place } else { &draft });
    }
    renamed
}

/// Note a purge, so that it holds after a crash as well.
fn note(shared: &Shared, rule: &Rule) -> io::Result<()> {
    let noted = shared.files.append(&shared.folder.join("purges"), &journal::record(rule));
    // Without room for a line in the journal there is still a way to keep the promise.
    noted.or_else(|error| {
        shared.refused(&error);
        shared.book().index.clear();
        discard(shared)
    })
}

fn clear(shared: &Shared, rule: &Rule) -> io::Result<()> {
    discard(shared)
        .or_else(|_| shared.files.append(&shared.folder.join("purges"), &journal::record(rule)))
}

fn discard(shared: &Shared) -> io::Result<()> {
    let folder = &shared.folder;
    claim::discard(shared.files.as_ref(), folder, shared.number().0)?;
    claim::make_objects(shared.files.as_ref(), folder)
}

fn settle(shared: &Shared) {
    let rules = shared.book().standing.rules();
    let bytes: Vec<u8> = rules.iter().flat_map(journal::record).collect();
    // The longer one says no less.
    let _ = shared.files.replace(&shared.folder.join("purges"), &bytes);
}
