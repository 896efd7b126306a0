//! From a reply to a file.

use super::head::{HEAD_BYTES_MAX, Head, sum};
use crate::cache::store::Mark;
use crate::cache::{Key, Revalidate, Stored, Times};

/// The file of a reply, but for its body, which comes behind. None: its head is too long.
pub fn write(
    key: &Key,
    stored: &Stored,
    mark: Mark,
    is_stale: bool,
    useless_at_ms: u64,
) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(512 + key.bytes().len() + stored.lines.len());
    text(key.bytes(), &mut out);
    out.extend_from_slice(&stored.status.to_le_bytes());
    text(&stored.reason, &mut out);
    text(&stored.lines, &mut out);
    for time in times(&stored.times) {
        out.extend_from_slice(&time.to_le_bytes());
    }
    let revalidate = match stored.revalidate {
        Revalidate::Stale => 0,
        Revalidate::StaleAlways => 1,
        Revalidate::Always => 2,
    };
    out.extend_from_slice(&[revalidate, u8::from(stored.implicit), u8::from(stored.immutable)]);
    count(stored.asks.len(), &mut out);
    for ask in &stored.asks {
        text(ask.name.as_bytes(), &mut out);
        optional(ask.value.as_deref(), &mut out);
    }
    count(stored.tags.len(), &mut out);
    stored.tags.iter().for_each(|tag| text(tag, &mut out));
    optional(stored.validators.etag.as_deref(), &mut out);
    optional(stored.validators.last_modified.as_deref(), &mut out);
    let seconds = stored.validators.last_modified_s.map(u64::to_le_bytes);
    optional(seconds.as_ref().map(<[u8; 8]>::as_slice), &mut out);
    if out.len() > HEAD_BYTES_MAX {
        return None;
    }
    let head = Head {
        head_bytes: out.len(),
        body_bytes: stored.body.len() as u64,
        mark: mark.0,
        useless_at_ms,
        body_sum: sum(&[&stored.body]),
        is_stale,
    };
    Some(head.write(&out))
}

/// Every time, in the order in which they are written.
fn times(times: &Times) -> [u64; 7] {
    // A new field must choose its place.
    let Times {
        asked_ms,
        came_ms,
        age_ms,
        lifetime_ms,
        while_revalidate_ms,
        if_error_ms,
        if_unreachable_ms,
    } = *times;
    [asked_ms, came_ms, age_ms, lifetime_ms, while_revalidate_ms, if_error_ms, if_unreachable_ms]
}

fn count(count: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
}

fn text(bytes: &[u8], out: &mut Vec<u8>) {
    count(bytes.len(), out);
    out.extend_from_slice(bytes);
}

fn optional(bytes: Option<&[u8]>, out: &mut Vec<u8>) {
    out.push(u8::from(bytes.is_some()));
    if let Some(bytes) = bytes {
        text(bytes, out);
    }
}
