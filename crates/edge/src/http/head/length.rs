//! `Content-Length` (RFC 9110 section 8.6).

/// A Content-Length: digits only, without a leading zero, and small enough for any arithmetic.
pub(super) fn read(value: &[u8]) -> Option<u64> {
    let digits = !value.is_empty() && value.len() <= 18 && value.iter().all(u8::is_ascii_digit);
    let canonical = value.len() == 1 || !value.starts_with(b"0");
    if !digits || !canonical {
        return None;
    }
    Some(value.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
}
