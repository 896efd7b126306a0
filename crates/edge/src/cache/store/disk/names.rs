//! Names of files. Pure.

use crate::cache::store::Mark;
use std::path::{Path, PathBuf};

/// The folders that files are spread over.
pub(super) const SPREAD: u64 = 256;

/// A file's number: the later it was written, the higher. The upper bits count how often the folder
/// was opened, so that no number comes twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Number(pub u64);

/// Bits of a number, or of a purge's, that are counted within one opening.
pub(super) const COUNTED_BITS: u32 = 40;

/// The mark before all purges of the opening `epoch`: so they go on from those of earlier ones.
pub(super) fn first_mark(epoch: u64) -> Mark {
    Mark(epoch << COUNTED_BITS)
}

impl Number {
    /// The number before all of the opening `epoch`.
    pub fn before(epoch: u64) -> Self {
        Number(epoch << COUNTED_BITS)
    }

    /// Which folder it is in, below that of all objects.
    pub fn folder(at: u64) -> String {
        format!("{at:02x}")
    }

    /// Where it is, below the folder of all objects.
    pub fn place(self, objects: &Path) -> PathBuf {
        objects.join(Self::folder(self.0 % SPREAD)).join(format!("{:016x}", self.0))
    }

    /// Where it is while it is written.
    pub fn draft(self, objects: &Path) -> PathBuf {
        self.place(objects).with_extension("new")
    }

    /// What the name of a file stands for, and whether it is a draft. None: it is none of ours.
    pub fn of_name(name: &str) -> Option<(Self, bool)> {
        let (digits, is_draft) = match name.strip_suffix(".new") {
            Some(digits) => (digits, true),
            None => (name, false),
        };
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let number = u64::from_str_radix(digits, 16).ok()?;
        (digits.len() == 16 && digits.bytes().all(is_hex)).then_some((Number(number), is_draft))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_were_written() {
        let number = Number(Number::before(3).0 + 0x1ff);
        let place = number.place(Path::new("/c"));
        assert_eq!(place.to_str(), Some("/c/ff/00000300000001ff"));
        let name = |path: &Path| Number::of_name(path.file_name().unwrap().to_str().unwrap());
        assert_eq!(name(&place), Some((number, false)));
        assert_eq!(name(&number.draft(Path::new("/c"))), Some((number, true)));
        for strange in ["", "x", "+000000300000001f", "00000300000001FF", "0300000001ff", "a.new"] {
            assert_eq!(Number::of_name(strange), None, "{strange}");
        }
    }
}
