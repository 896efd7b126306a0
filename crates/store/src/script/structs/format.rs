//! A format: letters, each perhaps with a number.

use crate::script::failure::until_zero;
use crate::script::ffi::*;

/// Largest integer in bytes.
const INTEGER_BYTES_MAX: usize = 32;
/// What `!` without a number aligns to.
const ALIGN_MAX: usize = 8;

/// A format that is being read, with what it has said so far.
pub struct Format<'a> {
    lua: Stack<'a>,
    rest: &'a [u8],
    /// The most significant byte comes first.
    pub big: bool,
    align: usize,
}

/// One letter.
pub struct Item {
    /// The letter.
    pub letter: u8,
    /// Its bytes; 0 if the letter alone does not say.
    pub size: usize,
    /// Bytes to skip before it.
    pub padding: usize,
}

impl<'a> Format<'a> {
    /// Of argument 1.
    pub fn new(lua: Stack<'a>) -> Self {
        Self { lua, rest: until_zero(lua.check_bytes(1)), big: false, align: 1 }
    }

    /// The next letter, for a place `at` bytes from the start.
    pub fn next(&mut self, at: usize) -> Option<Item> {
        let (&letter, rest) = self.rest.split_first()?;
        self.rest = rest;
        let size = match letter {
            b'b' | b'B' | b'x' => 1,
            b'h' | b'H' => 2,
            b'f' => 4,
            b'l' | b'L' | b'T' | b'd' => 8,
            b'c' => self.number(1),
            b'i' | b'I' => {
                let size = self.number(4);
                if size > INTEGER_BYTES_MAX {
                    self.lua.raise(format_args!(
                        "integral size {size} is larger than limit of {INTEGER_BYTES_MAX}"
                    ));
                }
                size
            }
            _ => 0,
        };
        Some(Item { letter, size, padding: self.padding(at, letter, size) })
    }

    /// A letter that is not a value.
    pub fn control(&mut self, letter: u8) {
        match letter {
            b' ' => {}
            b'>' => self.big = true,
            b'<' => self.big = false,
            b'!' => {
                let align = self.number(ALIGN_MAX);
                if !align.is_power_of_two() {
                    self.lua.raise(format_args!("alignment {align} is not a power of 2"));
                }
                self.align = align;
            }
            _ => {
                let text = [b"invalid format option '", &[letter][..], b"'\0"].concat();
                let text = std::ffi::CStr::from_bytes_until_nul(&text).unwrap_or_default();
                self.lua.bad_argument(1, text);
            }
        }
    }

    /// The number that follows, or `default`.
    fn number(&mut self, default: usize) -> usize {
        const MAX: usize = i32::MAX as usize;
        let Some(b'0'..=b'9') = self.rest.first() else { return default };
        let mut number = 0;
        while let Some((digit @ b'0'..=b'9', rest)) = self.rest.split_first() {
            number = number * 10 + usize::from(digit - b'0');
            if number > MAX {
                self.lua.raise(format_args!("integral size overflow"));
            }
            self.rest = rest;
        }
        number
    }

    fn padding(&self, at: usize, letter: u8, size: usize) -> usize {
        if size == 0 || letter == b'c' {
            return 0;
        }
        let size = size.min(self.align);
        size.wrapping_sub(at & (size - 1)) & (size - 1)
    }
}
