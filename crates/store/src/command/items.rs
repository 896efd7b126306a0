//! Elements of small forms in replies.

use crate::data::listpack::Item;
use crate::resp::Reply;

/// Answer with an element.
pub fn write(reply: &mut Reply, item: Item<'_>) {
    match item {
        Item::Int(value) => reply.bulk_int(value),
        Item::Bytes(bytes) => reply.bulk(bytes),
    }
}

/// Answer with an element, or its absence.
pub fn write_or_null(reply: &mut Reply, item: Option<Item<'_>>) {
    match item {
        Some(item) => write(reply, item),
        None => reply.null(),
    }
}
