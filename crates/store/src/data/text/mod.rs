//! A string: a number, a few bytes in place, or bytes of its own.
//! Redis's names of these forms depend on how a string came to be; [`Text::encoding`] gives them.

mod edit;
#[cfg(test)]
mod tests;

/// The bytes of a string value.
#[derive(Debug, Clone)]
pub struct Text(Form);

/// So many bytes lie in place.
const INLINE_BYTES_MAX: usize = 22;

#[derive(Debug, Clone)]
enum Form {
    /// The digits of a number.
    Int(i64),
    /// The first `len` bytes.
    Inline { len: u8, bytes: [u8; INLINE_BYTES_MAX] },
    /// The first `len` bytes of `room`; `edited`: made by `APPEND` or `SETRANGE`.
    Heap { edited: bool, len: u32, room: Box<[u8]> },
}
