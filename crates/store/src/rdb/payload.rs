//! DUMP payloads: a value, the version of its form, and a sum.

use super::crc64::crc64;
use super::kind::{SET_LISTPACK, STREAM_2, STREAM_3};

/// The newest version of the format that is read: that of Redis 7.2.
pub const VERSION_MAX: u16 = 11;

const FOOTER: usize = 10;

/// The payload is not whole, or of a later version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadPayload;

/// Complete the value that `out` holds to a payload. It says the oldest version that knows the value's form, so
/// that the oldest server that can read it takes it.
pub fn seal(out: &mut Vec<u8>) {
    let version: u16 = match out.first() {
        Some(&(STREAM_3 | SET_LISTPACK)) => 11,
        Some(&STREAM_2) => 10,
        _ => 9,
    };
    out.extend_from_slice(&version.to_le_bytes());
    let sum = crc64(0, out);
    out.extend_from_slice(&sum.to_le_bytes());
}

/// The value in a payload.
pub fn open(payload: &[u8]) -> Result<&[u8], BadPayload> {
    let at = payload.len().checked_sub(FOOTER).ok_or(BadPayload)?;
    let (value, footer) = payload.split_at(at);
    let (version, sum) = footer.split_at(2);
    let version = u16::from_le_bytes(version.try_into().map_err(|_| BadPayload)?);
    let sum = u64::from_le_bytes(sum.try_into().map_err(|_| BadPayload)?);
    let is_right = sum == crc64(0, &payload[..at + 2]);
    if version > VERSION_MAX || !is_right { Err(BadPayload) } else { Ok(value) }
}
