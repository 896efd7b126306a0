//! Numbers and strings of the RDB format: reading and writing.

use super::lzf;
use std::borrow::Cow;

const BITS_14: u8 = 0x40;
const BITS_32: u8 = 0x80;
const BITS_64: u8 = 0x81;
const INT_8: u64 = 0;
const INT_16: u64 = 1;
const INT_32: u64 = 2;
const LZF: u64 = 3;

/// A string has at most so many bytes, unpacked.
const STRING_MAX: u64 = 512 << 20;

/// What is still to be read.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a>(pub &'a [u8]);

/// What a length byte says.
enum Length {
    Plain(u64),
    /// The string is kept in another way.
    Coded(u64),
}

impl<'a> Input<'a> {
    /// The next `len` bytes.
    pub fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// The next byte.
    pub fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// A length or number.
    pub fn number(&mut self) -> Option<u64> {
        match self.length()? {
            Length::Plain(value) => Some(value),
            Length::Coded(_) => None,
        }
    }

    /// How many things follow, each of which takes a byte at least.
    pub fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.0.len()).then_some(count)
    }

    /// A string, however it is kept.
    pub fn string(&mut self) -> Option<Cow<'a, [u8]>> {
        let int = |value: i64| Some(Cow::Owned(value.to_string().into_bytes()));
        match self.length()? {
            Length::Plain(len) if len <= STRING_MAX => {
                Some(Cow::Borrowed(self.take(usize::try_from(len).ok()?)?))
            }
            Length::Coded(INT_8) => int(i64::from(i8::from_le_bytes(self.array()?))),
            Length::Coded(INT_16) => int(i64::from(i16::from_le_bytes(self.array()?))),
            Length::Coded(INT_32) => int(i64::from(i32::from_le_bytes(self.array()?))),
            Length::Coded(LZF) => {
                let packed = usize::try_from(self.number()?).ok()?;
                let len = self.number().filter(|len| *len <= STRING_MAX)?;
                let packed = self.take(packed)?;
                Some(Cow::Owned(lzf::unpack(packed, usize::try_from(len).ok()?)?))
            }
            _ => None,
        }
    }

    fn length(&mut self) -> Option<Length> {
        let first = self.byte()?;
        Some(match first >> 6 {
            0 => Length::Plain(u64::from(first & 0x3f)),
            1 => Length::Plain(u64::from(first & 0x3f) << 8 | u64::from(self.byte()?)),
            2 if first == BITS_32 => Length::Plain(u64::from(u32::from_be_bytes(self.array()?))),
            2 if first == BITS_64 => Length::Plain(u64::from_be_bytes(self.array()?)),
            2 => return None,
            _ => Length::Coded(u64::from(first & 0x3f)),
        })
    }
}

/// Append a length or number.
pub fn write_number(out: &mut Vec<u8>, value: u64) {
    match value {
        0..64 => out.push(value as u8),
        64..16384 => out.extend_from_slice(&[BITS_14 | (value >> 8) as u8, value as u8]),
        _ => match u32::try_from(value) {
            Ok(value) => {
                out.push(BITS_32);
                out.extend_from_slice(&value.to_be_bytes());
            }
            Err(_) => {
                out.push(BITS_64);
                out.extend_from_slice(&value.to_be_bytes());
            }
        },
    }
}

/// Append a string; small whole numbers as such.
pub fn write_string(out: &mut Vec<u8>, bytes: &[u8]) {
    const INT_TEXT_MAX: usize = 11;
    let int = (bytes.len() <= INT_TEXT_MAX).then(|| crate::resp::parse_int(bytes)).flatten();
    match int.map(i32::try_from) {
        Some(Ok(value)) => write_int(out, value),
        _ => {
            write_number(out, bytes.len() as u64);
            out.extend_from_slice(bytes);
        }
    }
}

fn write_int(out: &mut Vec<u8>, value: i32) {
    let code = |code: u64| 0xc0 | code as u8;
    if let Ok(value) = i8::try_from(value) {
        out.extend_from_slice(&[code(INT_8), value as u8]);
    } else if let Ok(value) = i16::try_from(value) {
        out.push(code(INT_16));
        out.extend_from_slice(&value.to_le_bytes());
    } else {
        out.push(code(INT_32));
        out.extend_from_slice(&value.to_le_bytes());
    }
}
