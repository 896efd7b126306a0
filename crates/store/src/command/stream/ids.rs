//! Reading ids.

use crate::data::stream::StreamId;
use crate::resp::Fault;

/// No id is longer.
const ID_BYTES_MAX: usize = 127;

const INVALID: Fault = Fault::plain("ERR Invalid stream ID specified as stream command argument");

/// An id; without its second part that is `missing_seq`.
pub(super) fn strict(text: &[u8], missing_seq: u64) -> Result<StreamId, Fault> {
    parts(text, missing_seq).ok_or(INVALID)
}

/// As [`strict`], and `-` and `+` for the ends.
pub(super) fn open(text: &[u8], missing_seq: u64) -> Result<StreamId, Fault> {
    match text {
        b"-" => Ok(StreamId::MIN),
        b"+" => Ok(StreamId::MAX),
        _ => strict(text, missing_seq),
    }
}

/// The `ms` of `ms-*`, if it is that.
pub(super) fn auto_seq(text: &[u8]) -> Option<u64> {
    number(text.strip_suffix(b"-*")?)
}

/// The first id of an interval. After `(` the id itself is outside.
pub(super) fn start(text: &[u8]) -> Result<StreamId, Fault> {
    match text.split_first() {
        Some((b'(', id)) if !id.is_empty() => {
            strict(id, 0)?.next().ok_or(Fault::plain("ERR invalid start ID for the interval"))
        }
        _ => open(text, 0),
    }
}

/// The last id of an interval. After `(` the id itself is outside.
pub(super) fn end(text: &[u8]) -> Result<StreamId, Fault> {
    match text.split_first() {
        Some((b'(', id)) if !id.is_empty() => {
            strict(id, u64::MAX)?.prev().ok_or(Fault::plain("ERR invalid end ID for the interval"))
        }
        _ => open(text, u64::MAX),
    }
}

fn parts(text: &[u8], missing_seq: u64) -> Option<StreamId> {
    if text.len() > ID_BYTES_MAX {
        return None;
    }
    match text.iter().position(|byte| *byte == b'-') {
        None => Some(StreamId::new(number(text)?, missing_seq)),
        Some(at) => {
            let (ms, seq) = text.split_at(at);
            Some(StreamId::new(number(ms)?, number(seq.get(1..)?)?))
        }
    }
}

fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}
