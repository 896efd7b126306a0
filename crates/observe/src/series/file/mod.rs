//! Files of the history: a head, then records, each with its length and a check sum. Pure.
//!
//! A block's file has one record of keys and one of samples. A journal has one pair each few seconds; its last
//! record may be cut off.

mod keys;
mod record;

pub use keys::{encode_keys, parse_keys};
pub use record::{HEAD_BYTES, Record, RecordKind, Records, head, put, read};
