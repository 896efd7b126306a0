//! Writing ids and entries.

use crate::data::stream::{Entry, StreamId};
use crate::resp::Reply;

/// An id as a string.
pub(super) fn id(reply: &mut Reply, id: StreamId) {
    reply.bulk(id.to_string().as_bytes());
}

/// An entry: its id, and its fields and values in turn.
pub(super) fn entry(reply: &mut Reply, entry: &Entry<'_>) {
    reply.array(2);
    id(reply, entry.id);
    reply.array(2 * entry.fields.len());
    for (name, value) in entry.fields {
        reply.bulk(&name);
        reply.bulk(&value);
    }
}

/// An array of entries. How many there were.
pub(super) fn all<'a>(reply: &mut Reply, entries: impl Iterator<Item = Entry<'a>>) -> usize {
    let (head, mut count) = (reply.defer(), 0);
    for each in entries {
        entry(reply, &each);
        count += 1;
    }
    reply.settle_array(head, count);
    count
}
